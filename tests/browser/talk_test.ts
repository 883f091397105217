/** The main job: from a page to an agent and back. */
import { describe, expect } from 'vitest';
import { deskTest } from './support/desk.ts';

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
    await lucia.text('El chat ha terminado.').waitFor();
    await lucia.window.getByRole('radio', { name: '4 Bien' }).check({ force: true });
    await lucia.window.getByLabel('Comentario (opcional)').fill('Muy amable');
    await lucia.button('Enviar opinión').click();
    await lucia.text('Gracias por su opinión.').waitFor();
    expect(await lucia.said()).toEqual([
      'No puedo timbrar una factura.',
      'Buenas tardes. ¿Qué error le aparece?',
      'CFDI40108',
    ]);
  });
});
