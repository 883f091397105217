/** For everybody: English, the keyboard alone, and axe in every state, light and dark, in both languages. */
import type { Locator, Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import type { Agent } from './support/agent.ts';
import { expectAccessible } from './support/browser.ts';
import { type Desk, deskTest } from './support/desk.ts';
import { password } from './support/template.ts';
import type { Visitor } from './support/visitor.ts';

describe('English', () => {
  deskTest('by an attribute of the tag, and at once by a call', async (desk) => {
    desk.host.attributes = 'data-locale="en"';
    const ana = await desk.agent('ana');
    const lucia = (await desk.visitor('Lucy')).inEnglish();
    await lucia.ask('I cannot log in');
    await lucia.sees('Ana Torres is with you.');
    await ana.goTo('Lucy');
    await ana.card.getByText('inglés').waitFor();
    await ana.say('Good afternoon');
    await lucia.sees('Good afternoon');
    await expect.poll(() => lucia.page.locator('ventanilla-widget').getAttribute('lang')).toBe('en');
    await lucia.call('setLocale', 'es-MX');
    await lucia.sees('Ana Torres le atiende.');
    await expect.poll(() => lucia.page.locator('ventanilla-widget').getAttribute('lang')).toBe('es-MX');
  });
});

/** Presses a key until the focus is at a place; a person would give up sooner than this. */
async function reach(page: Page, place: Locator, key = 'Tab'): Promise<void> {
  const there = () =>
    place.evaluate((element) => (element.getRootNode() as Document | ShadowRoot).activeElement === element);
  for (let presses = 0; presses < 25; presses++) {
    if ((await place.count()) && (await there())) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${place} cannot be reached by ${key}`);
}

/** Waits until the focus has gone to a place by itself. */
async function focused(place: Locator): Promise<void> {
  await expect
    .poll(() => place.evaluate((element) => (element.getRootNode() as Document | ShadowRoot).activeElement === element))
    .toBe(true);
}

describe('the keyboard alone', () => {
  deskTest('is enough for a visitor, from the button to the rating', async (desk) => {
    const ana = await desk.agent('ana');
    const lucia = await desk.visitor('Lucía');
    const { page, window } = lucia;
    const { keyboard } = page;
    await lucia.launcher.waitFor();
    await reach(page, lucia.launcher);
    await keyboard.press('Enter');
    await focused(window.getByLabel('Escriba su mensaje'));
    await keyboard.type('Sin ratón');
    await keyboard.press('Enter');
    await focused(window.getByLabel('Nombre'));
    await keyboard.type('Lucía');
    await keyboard.press('Tab');
    await keyboard.type('lucia@example.mx');
    await keyboard.press('Tab');
    await keyboard.type('Cualquier');
    await reach(page, lucia.button('Iniciar chat'));
    await keyboard.press('Enter');
    await lucia.sees('Ana Torres le atiende.');
    await focused(lucia.box);
    await keyboard.type('Uno');
    await keyboard.press('Shift+Enter');
    await keyboard.type('Dos');
    await keyboard.press('Enter');
    await ana.goTo('Lucía');
    await ana.sees('Uno Dos');
    await keyboard.press('Escape');
    await focused(lucia.launcher);
    await keyboard.press('Enter');
    await focused(lucia.box);
    await reach(page, lucia.button('Terminar el chat'), 'Shift+Tab');
    await keyboard.press('Enter');
    await focused(lucia.button('Sí, terminar'));
    await keyboard.press('Enter');
    await lucia.sees('El chat ha terminado.');
    await reach(page, window.getByRole('radio').first());
    await keyboard.press('Space');
    for (let i = 0; i < 4; i++) await keyboard.press('ArrowRight');
    await reach(page, lucia.button('Enviar opinión'));
    await keyboard.press('Enter');
    await lucia.text('Gracias por su opinión.').waitFor();
    await ana.findPast('ratón', 'Lucía');
    await ana.sees('El visitante calificó: 5 de 5');
  });

  deskTest('is enough for an agent, from the door to the end of a chat', async (desk) => {
    const ana = await desk.console('ana');
    const { page } = ana;
    const { keyboard } = page;
    await reach(page, page.getByLabel('Usuario'));
    await keyboard.type('ana');
    await keyboard.press('Tab');
    await keyboard.type(password);
    await keyboard.press('Enter');
    await page.getByText('Conectado').waitFor();
    await reach(page, ana.state('Fuera'));
    await keyboard.press('ArrowLeft');
    await keyboard.press('ArrowLeft');
    await expect.poll(() => ana.state('En línea').isChecked()).toBe(true);
    const lucia = await desk.visitor('Lucía');
    await lucia.ask('Hola');
    await ana.mine.getByRole('button', { name: 'Lucía' }).waitFor();
    await keyboard.press('Alt+ArrowDown');
    await ana.sees('Hola');
    await reach(page, ana.composer);
    await keyboard.type('Buenas tardes');
    await keyboard.press('Control+Enter');
    await lucia.sees('Buenas tardes');
    await keyboard.press('Control+k');
    await ana.dialog.getByRole('combobox').waitFor();
    await keyboard.press('Escape');
    await ana.dialog.waitFor({ state: 'hidden' });
    await keyboard.press('Alt+c');
    await ana.dialog.waitFor();
    await reach(page, ana.dialog.getByRole('button', { name: 'Terminar el chat' }));
    await keyboard.press('Enter');
    await lucia.sees('El chat ha terminado.');
  });
});

/** Every state of the widget, one after the other. */
async function walkWidget(desk: Desk, lucia: Visitor, ana: Agent, words: Record<string, string>): Promise<void> {
  const { page } = lucia;
  const look = (state: string) => expectAccessible(page, `widget, ${state}`);
  const button = (key: string) => lucia.button(words[key] as string);
  await lucia.launcher.waitFor();
  await look('closed');
  await lucia.open();
  await lucia.text(words.nobody as string).waitFor();
  await look('offline');
  await ana.set('En línea');
  await lucia.window.getByLabel(lucia.words.message).waitFor();
  await look('first message');
  await lucia.button(lucia.words.next).click();
  await look('no message');
  await lucia.window.getByLabel(lucia.words.message).fill('Hola');
  await lucia.button(lucia.words.next).click();
  await look('who');
  await lucia.button(lucia.words.start).click();
  await look('who, wrong');
  await button('change').click();
  await lucia.ask('Hola');
  await lucia.sees('Ana Torres');
  await ana.goTo(lucia.name);
  await ana.say('Buenas tardes');
  await ana.composer.pressSequentially('Un mom');
  await lucia.text(words.typing as string).waitFor();
  await look('talking');
  await button('end').click();
  await look('end?');
  await button('goOn').click();
  await ana.composer.fill('');
  await ana.state('Fuera').click();
  await ana.dialog.getByRole('button', { name: 'Salir de línea' }).click();
  await lucia.text(words.place as string).waitFor();
  await look('waiting');
  await ana.set('En línea');
  await ana.goTo(lucia.name);
  await button('minimise').click();
  await ana.say('¿Sigue ahí?');
  await page.locator('ventanilla-widget .badge').waitFor();
  await look('unread');
  await lucia.open();
  await desk.server.kill();
  await lucia.text(words.reconnecting as string).waitFor();
  await lucia.say('Aquí sigo');
  await look('reconnecting');
  await desk.server.start();
  await lucia.text(words.reconnecting as string).waitFor({ state: 'detached' });
  await ana.page.getByText('Conectado').waitFor();
  await ana.sees('Aquí sigo');
  await ana.close();
  await lucia.sees(words.ended as string);
  await look('ended');
  await lucia.window.getByRole('radio').nth(3).check({ force: true });
  await look('rating');
  await button('rate').click();
  await lucia.text(words.rated as string).waitFor();
  await look('rated');
  await lucia.at('Chat de Ventas').open();
  await look('two windows');
  await page.setViewportSize({ width: 390, height: 780 });
  await look('two windows on a phone');
}

const spanish = {
  nobody: 'En este momento no hay nadie en línea.',
  change: 'Cambiar: Mensaje',
  typing: 'Ana Torres está escribiendo…',
  end: 'Terminar el chat',
  goOn: 'No, seguir',
  place: 'Es el 1.º en la fila.',
  minimise: 'Minimizar',
  reconnecting: 'Reconectando…',
  ended: 'El chat ha terminado.',
  rate: 'Enviar opinión',
  rated: 'Gracias por su opinión.',
};
const english: typeof spanish = {
  nobody: 'Nobody is online right now.',
  change: 'Change: Message',
  typing: 'Ana Torres is typing…',
  end: 'End chat',
  goOn: 'No, go on',
  place: 'You are number 1 in line.',
  minimise: 'Minimise',
  reconnecting: 'Reconnecting…',
  ended: 'The chat has ended.',
  rate: 'Send rating',
  rated: 'Thank you for your rating.',
};
const server_is_down = /WebSocket connection|ERR_CONNECTION_REFUSED|Failed to load resource/;

describe('axe finds nothing', () => {
  deskTest('in the widget, Spanish', async (desk) => {
    desk.expected = server_is_down;
    const ana = await desk.console('ana');
    await ana.signIn();
    await walkWidget(desk, await desk.visitor('Lucía'), ana, spanish);
  });

  deskTest('in the widget, English', async (desk) => {
    desk.expected = server_is_down;
    desk.host.attributes = 'data-locale="en"';
    const ana = await desk.console('ana');
    await ana.signIn();
    await walkWidget(desk, (await desk.visitor('Lucía')).inEnglish(), ana, english);
  });

  deskTest('in the contact page', async (desk) => {
    for (const locale of ['es-MX', 'en']) {
      const page = await desk.page({ locale });
      await page.goto(desk.server.origin);
      await page.locator('ventanilla-widget button').first().waitFor();
      await expectAccessible(page, `contact page, ${locale}`);
      await page.setViewportSize({ width: 390, height: 780 });
      await expectAccessible(page, `contact page, ${locale}, phone`);
      await page.goto(`${desk.server.origin}/ticket`);
      await expectAccessible(page, `ticket page, ${locale}`);
    }
    desk.expected = /status of 404/;
    const page = await desk.page();
    await page.goto(`${desk.server.origin}/nada`);
    await expectAccessible(page, 'missing page');
  });

  for (const language of ['Español', 'English']) {
    deskTest(`in the console, ${language}`, async (desk) => {
      desk.expected = server_is_down;
      const ana = await desk.agent('ana');
      const sofia = await desk.console('sofia');
      await sofia.page.getByRole('radio', { name: language }).check();
      await expectAccessible(sofia.page, 'door');
      await sofia.page.getByRole('radio', { name: 'Español' }).check();
      await sofia.signIn();
      await sofia.set('En línea');
      await ana.set('Ausente');
      const { page } = sofia;
      const { keyboard } = page;
      await page.getByRole('button', { name: 'Ajustes y sesión' }).click();
      await page.getByRole('radio', { name: language }).check();
      await expectAccessible(page, 'menu');
      await keyboard.press('Escape');
      await expectAccessible(page, 'nothing to do');

      const lucia = await desk.visitor('Lucía');
      await lucia.ask('Hola', 'soporte-tecnico');
      await lucia.sees('Sofía Méndez le atiende.');
      await page.getByRole('button', { name: 'Lucía' }).first().click();
      await sofia.sees('Hola');
      await sofia.say('Buenas tardes');
      await lucia.box.pressSequentially('Estoy');
      await sofia.log.getByText('Estoy').waitFor();
      await expectAccessible(page, 'chat');
      await sofia.composer.press('Alt+n');
      await sofia.composer.fill('Una nota');
      await expectAccessible(page, 'writing a note');
      await sofia.composer.press('Enter');
      await sofia.sees('Una nota');
      await expectAccessible(page, 'note');
      for (const [keys, name] of [
        ['Alt+t', 'transfer'],
        ['Alt+c', 'close'],
        ['Control+k', 'go to'],
      ] as const) {
        await keyboard.press(keys);
        await sofia.dialog.waitFor();
        await expectAccessible(page, name);
        await keyboard.press('Escape');
        await sofia.dialog.waitFor({ state: 'detached' });
      }
      for (const width of [768, 390]) {
        await page.setViewportSize({ width, height: 800 });
        await expectAccessible(page, `chat, ${width} wide`);
        await keyboard.press('Alt+i');
        await expectAccessible(page, `card, ${width} wide`);
        await keyboard.press('Alt+i');
      }
      await page.setViewportSize({ width: 1280, height: 800 });
      await page
        .locator('.card')
        .getByRole('button', { name: /¿Por qué\?|Why\?/ })
        .click();
      await sofia.dialog.getByRole('table').first().waitFor();
      await expectAccessible(page, 'why');
      await keyboard.press('Escape');
      await desk.server.kill();
      await page
        .getByRole('alert')
        .filter({ hasText: /Se perdió|was lost/ })
        .waitFor();
      await sofia.composer.fill('Mientras tanto');
      await expectAccessible(page, 'line down');
      await desk.server.start();
      await page.getByText(/^(Conectado|Connected)$/).waitFor();
      await keyboard.press('Alt+c');
      await sofia.dialog.locator('button[type=submit]').click();
      await lucia.sees('El chat ha terminado.');
      await expectAccessible(page, 'ended');
      // By its address, for the chat may still be on its way to the list.
      const chat = new URL(page.url()).hash.split('/').at(-1);
      await page.goto(`${desk.server.origin}/agent#/history/${chat}`);
      await page
        .getByRole('heading', { name: /Historial|History|Past chats/ })
        .first()
        .waitFor();
      await sofia.sees('Buenas tardes');
      await expectAccessible(page, 'history');
    });
  }
});
