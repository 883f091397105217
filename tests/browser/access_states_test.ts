/** For everybody, too, when something is amiss: axe in the widget's states between the usual ones. */
import { describe } from 'vitest';
import { expectAccessible } from './support/browser.ts';
import { type Desk, deskTest } from './support/desk.ts';
import { Line } from './support/line.ts';
import { oneAtATime } from './support/server.ts';
import { Visitor } from './support/visitor.ts';

const spanish = {
  reconnecting: 'Sin conexión. Reconectando…',
  kept: 'Conservamos lo que escribió:',
  busy: 'En este momento la fila está llena.',
  starting: 'Iniciando el chat…',
  place: 'Es el 1.º en la fila.',
  refused: 'No se entregó su mensaje:',
  over: 'La conexión terminó. Recargue la página.',
  cut: 'No pudimos conectarle con el chat.',
};
const english: typeof spanish = {
  reconnecting: 'No connection. Reconnecting…',
  kept: 'We kept what you wrote:',
  busy: 'The line is full right now.',
  starting: 'Starting the chat…',
  place: 'You are number 1 in line.',
  refused: 'Not delivered:',
  over: 'Connection ended. Reload the page.',
  cut: 'We could not connect you to the chat.',
};
const tooLong = 'ni una palabra más '.repeat(220);
/** What a server says that will not have this page. */
const notAllowed = 4403;

async function walk(desk: Desk, words: typeof spanish): Promise<void> {
  const visitor = async (name: string): Promise<[Visitor, Line]> => {
    const page = await desk.page();
    const line = await Line.of(page);
    await page.goto(desk.host.origin);
    const one = new Visitor(name, page);
    return [words === english ? one.inEnglish() : one, line];
  };
  const [lucia, line] = await visitor('Lucía');
  const message = lucia.window.getByLabel(lucia.words.message);
  const look = (state: string) => expectAccessible(lucia.page, `widget, ${state}`);
  const ana = await desk.agent('ana');

  await line.down();
  await lucia.open();
  await lucia.text(words.reconnecting).waitFor();
  await look('no connection yet');
  line.up();
  await lucia.text(words.reconnecting).waitFor({ state: 'detached' });

  await message.fill('Mi pregunta');
  await ana.set('Fuera');
  await lucia.text(words.kept).waitFor();
  await look('offline, with what was written');

  // Ana talks with one, another one waits: that is all that the line holds.
  await ana.set('En línea');
  const [[omar], [pedro]] = await Promise.all([visitor('Omar'), visitor('Pedro')]);
  await omar.ask('Soy Omar', 'soporte-tecnico');
  await omar.sees('Ana Torres');
  await pedro.ask('Soy Pedro', 'soporte-tecnico');
  await pedro.text(words.place).waitFor();
  await lucia.text(words.busy).waitFor();
  await look('busy');
  await ana.goTo('Omar');
  await ana.close();
  await pedro.sees('Ana Torres');

  await message.waitFor();
  await lucia.call('send', tooLong);
  await lucia.button(lucia.words.next).click();
  await lucia.window.getByLabel(lucia.words.name).fill('Lucía');
  await lucia.window.getByLabel(lucia.words.email).fill('lucia@example.mx');
  await lucia.window.getByLabel(lucia.words.department).selectOption('soporte-tecnico');
  await lucia.button(lucia.words.start).click();
  await lucia.window.getByRole('alert').waitFor();
  await look('refused, at its field');

  await message.fill('Hola');
  await lucia.button(lucia.words.next).click();
  line.hold();
  await lucia.button(lucia.words.start).click();
  await lucia.text(words.starting).waitFor();
  await look('starting');
  line.release();
  await lucia.text(words.place).waitFor();
  await lucia.call('send', tooLong);
  await lucia.text(words.refused).waitFor();
  await look('refused, its text given back');
  await line.end(notAllowed);
  await lucia.text(words.over).waitFor();
  await look('ended for good');

  const [marta, hers] = await visitor('Marta');
  await marta.open();
  await marta.text(words.busy).waitFor();
  await hers.end(notAllowed);
  await marta.text(words.cut).waitFor();
  await expectAccessible(marta.page, 'widget, could not connect');
}

const short = { ...oneAtATime, 'max_waiting = 200': 'max_waiting = 1' };

describe('axe finds nothing in the widget when something is amiss', () => {
  deskTest('Spanish', (desk) => walk(desk, spanish), short);

  deskTest(
    'English',
    async (desk) => {
      desk.host.attributes = 'data-locale="en"';
      await walk(desk, english);
    },
    short,
  );
});
