/** The main job: from a page to an agent and back. */
import { describe, expect } from 'vitest';
import { deskTest } from './support/desk.ts';
import { holdChats } from './support/history.ts';
import { oneAtATime } from './support/server.ts';

describe('a chat', () => {
  deskTest('support: the message first, any department, an answer, the end, a rating', async (desk) => {
    const ana = await desk.agent('ana');
    const lucia = await desk.visitor('Lucía');
    await lucia.ask('No puedo timbrar una factura.');
    await lucia.sees('Ana Torres le atiende.');

    await ana.goTo('Lucía');
    await ana.sees('No puedo timbrar una factura.');
    await ana.card.getByText('Sin verificar').waitFor();
    await ana.card.getByRole('link', { name: 'Tienda' }).waitFor();
    await ana.say('Buenas tardes. ¿Qué error le aparece?');
    await lucia.sees('¿Qué error le aparece?');
    await lucia.say('CFDI40108');
    await ana.sees('CFDI40108');

    await ana.close();
    await lucia.sees('El chat ha terminado.');
    await lucia.window.getByRole('radio', { name: '4 Bien' }).check({ force: true });
    await lucia.window.getByLabel('Comentario (opcional)').fill('Muy amable');
    await lucia.button('Enviar opinión').click();
    await lucia.text('Gracias por su opinión.').waitFor();
    await expect
      .poll(() => lucia.said())
      .toEqual(['No puedo timbrar una factura.', 'Buenas tardes. ¿Qué error le aparece?', 'CFDI40108']);
    await lucia.button('Nuevo chat').click();
    await lucia.window.getByLabel('Escriba su mensaje').waitFor();
  });

  deskTest('sales: who one is, then the talk', async (desk) => {
    const luis = await desk.agent('luis');
    const pedro = (await desk.visitor('Pedro')).at('Chat de Ventas');
    await pedro.enter();
    await pedro.sees('Luis Herrera le atiende.');
    await pedro.say('¿Cuánto cuestan cien folios?');
    await luis.goTo('Pedro');
    await luis.sees('¿Cuánto cuestan cien folios?');
    await luis.say('Con gusto le cotizo.');
    await pedro.sees('Con gusto le cotizo.');
  });

  deskTest('two visitors and two agents at once, each pair for itself', async (desk) => {
    const [ana, beto] = await Promise.all([desk.agent('ana'), desk.agent('beto')]);
    const [lucia, omar] = await Promise.all([desk.visitor('Lucía'), desk.visitor('Omar')]);
    await Promise.all([lucia.ask('Soy Lucía', 'soporte-tecnico'), omar.ask('Soy Omar', 'soporte-tecnico')]);
    await Promise.all([lucia.sees('le atiende.'), omar.sees('le atiende.')]);
    // Each agent has one of them: the less busy one got the second.
    const lucias = (await lucia.log.getByText('Ana Torres le atiende.').count()) ? ana : beto;
    const omars = lucias === ana ? beto : ana;
    await omar.sees(`${omars.name} le atiende.`);

    const talk = async (agent: typeof ana, visitor: typeof lucia) => {
      await agent.goTo(visitor.name);
      for (const turn of [1, 2, 3]) {
        await visitor.say(`${visitor.name} pregunta ${turn}`);
        await agent.sees(`${visitor.name} pregunta ${turn}`);
        await agent.say(`${agent.name} responde ${turn}`);
        await visitor.sees(`${agent.name} responde ${turn}`);
      }
    };
    await Promise.all([talk(lucias, lucia), talk(omars, omar)]);
    for (const [agent, visitor] of [[lucias, lucia] as const, [omars, omar] as const]) {
      const turns = [1, 2, 3].flatMap((n) => [`${visitor.name} pregunta ${n}`, `${agent.name} responde ${n}`]);
      await expect.poll(() => visitor.said()).toEqual([`Soy ${visitor.name}`, ...turns]);
      await expect.poll(() => agent.said()).toEqual([`Soy ${visitor.name}`, ...turns]);
    }
  });

  deskTest('transfer to another agent, with a note that the visitor never sees', async (desk) => {
    const ana = await desk.agent('ana');
    const lucia = await desk.visitor('Lucía');
    await lucia.ask('Una pregunta contable');
    await lucia.sees('Ana Torres le atiende.');
    const beto = await desk.agent('beto');
    await ana.goTo('Lucía');
    await ana.button('Transferir').click();
    await ana.dialog.getByText('lugares libres').first().waitFor();
    await ana.dialog.getByRole('radio', { name: 'Beto Ruiz' }).check();
    await ana.dialog.getByLabel('Nota para quien lo reciba (opcional)').fill('Ya tiene su RFC');
    await ana.dialog.getByRole('button', { name: 'Transferir' }).click();

    await lucia.sees('Su chat pasa a otra persona.');
    await lucia.sees('Beto Ruiz le atiende.');
    await beto.goTo('Lucía');
    await beto.sees('Una pregunta contable');
    await beto.sees('Ya tiene su RFC');
    await beto.say('Soy Beto, sigo yo.');
    await lucia.sees('Soy Beto, sigo yo.');
    expect(await lucia.window.textContent()).not.toContain('RFC');
    await ana.page.getByText('Lo transfirió.').waitFor();
    await expect.poll(() => ana.composer.count()).toBe(0);
  });

  deskTest('who types is seen, what is typed too by the agent, and what was read', async (desk) => {
    const ana = await desk.agent('ana');
    const lucia = await desk.visitor('Lucía');
    await lucia.ask('Hola');
    await ana.goTo('Lucía');
    await lucia.log.getByRole('img', { name: 'Leído' }).waitFor();

    await lucia.box.pressSequentially('Estoy busca');
    await ana.log.getByText('Estoy busca').waitFor();
    await ana.log.getByText('Aún no lo envía').waitFor();
    await lucia.box.press('Enter');
    await ana.log.getByText('Aún no lo envía').waitFor({ state: 'detached' });

    await ana.composer.pressSequentially('Un mom');
    await lucia.text('Ana Torres está escribiendo…').waitFor();
    expect(await lucia.window.textContent()).not.toContain('Un mom');
    await ana.composer.press('Enter');
    await lucia.sees('Un mom');
    await lucia.text('Ana Torres está escribiendo…').waitFor({ state: 'detached' });
    await ana.log.getByText('Leído por el visitante').first().waitFor({ state: 'attached' });
  });

  deskTest('what was not seen is counted, at the button and in the title', async (desk) => {
    const ana = await desk.agent('ana');
    const lucia = await desk.visitor('Lucía');
    await lucia.ask('Hola');
    await ana.goTo('Lucía');
    await lucia.button('Minimizar').click();
    await ana.say('uno');
    await ana.say('dos');
    await lucia.page.locator('ventanilla-widget').getByText('2 Mensajes nuevos').waitFor();
    await expect.poll(() => lucia.page.title()).toBe('(2) Tienda');
    await lucia.hears('unread', { count: 2 });
    await lucia.open();
    await lucia.sees('dos');
    await expect.poll(() => lucia.page.title()).toBe('Tienda');
  });

  deskTest(
    'the place in the line and the wait are shown, and change until somebody answers',
    async (desk) => {
      const ana = await desk.agent('ana');
      const lucia = await desk.visitor('Lucía');
      await holdChats(lucia.page, desk.server.origin, 'soporte-tecnico', 5);
      await lucia.ask('Soy la primera', 'soporte-tecnico');
      await lucia.sees('Ana Torres le atiende.');
      const pedro = await desk.visitor('Pedro');
      await pedro.ask('Yo espero', 'soporte-tecnico');
      await pedro.text('Le atenderemos en cerca de 1 minuto. Es el 1.º en la fila.').waitFor();
      const omar = await desk.visitor('Omar');
      await omar.ask('Yo también', 'soporte-tecnico');
      await omar.text('Es el 2.º en la fila.').waitFor();
      await pedro.say('Mientras tanto: es urgente');
      await omar.hears('queue', { position: 2 });

      await ana.page.getByText('2 en espera').waitFor();
      await ana.goTo('Lucía');
      await ana.close();
      await pedro.sees('Ana Torres le atiende.');
      await omar.text('Es el 1.º en la fila.').waitFor();
      await ana.goTo('Pedro');
      await ana.sees('Mientras tanto: es urgente');
    },
    oneAtATime,
  );
});
