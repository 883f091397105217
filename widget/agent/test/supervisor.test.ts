/** The console in a real browser, for those who supervise: what they see of others' chats, and what they can do there. */
import { describe, expect, it } from 'vitest';
import { composer, log, look, server, signedIn } from './browser.ts';
import { fillColleagues } from './fill.ts';

describe('supervising', { timeout: 90_000 }, () => {
  it('lets a supervisor watch, set a priority and take over', async () => {
    server.me = { ...server.me, role: 'supervisor' };
    const waiting = server.chats.get('c_wait');
    const page = await signedIn();
    await page.getByRole('button', { name: 'Observar el chat de Rocío Luna' }).click();
    await page.getByText('Observa este chat').waitFor();
    await page.getByRole('radio', { name: 'Alta' }).click();
    await expect.poll(() => waiting?.chat.priority).toBe(1);
    await look(page, 'watching');
    await page.getByRole('button', { name: 'Tomar este chat' }).click();
    await expect.poll(() => composer(page).getAttribute('aria-label')).toBe('Su mensaje');
  });

  it('lets a supervisor stop watching', async () => {
    server.me = { ...server.me, role: 'supervisor' };
    const page = await signedIn();
    await page.getByRole('button', { name: 'Observar el chat de Rocío Luna' }).click();
    const watched = page.getByRole('region', { name: 'Observando' });
    await watched.getByText('Rocío Luna').waitFor();
    await page.getByRole('button', { name: 'Dejar de observar' }).click();
    await watched.waitFor({ state: 'detached' });
    await page.getByText('Observa este chat').waitFor({ state: 'detached' });
    await expect.poll(() => server.requests.find((one) => one.type === 'chat.unwatch')?.chat).toBe('c_wait');
    await page.getByRole('button', { name: 'Observar el chat de Rocío Luna' }).waitFor();
  });

  it('shows a supervisor what colleagues talk about, and lets them in', async () => {
    server.me = { ...server.me, role: 'supervisor' };
    fillColleagues(server);
    const page = await signedIn();
    const overview = page.getByRole('region', { name: 'Chats en curso' });
    await overview.getByText('Noé Paredes').waitFor();
    await expect.poll(() => overview.getByText('sin leer').count()).toBe(1);
    await expect.poll(() => overview.getByText('Luis Hernández').count()).toBe(0);
    await expect.poll(() => overview.getByRole('listitem').count()).toBe(6);
    await look(page, 'overview');
    await overview.getByRole('button', { name: 'Ver los 7 chats' }).click();
    await overview.getByText('Ulises Vega').waitFor();
    await overview.getByRole('button', { name: 'Observar el chat de Ximena' }).click();
    await page.getByText('Lo atiende Raúl Méndez Villaseñor.').waitFor();
    await overview.getByTitle('El visitante espera respuesta.').waitFor();
    await overview.getByRole('button', { name: 'Ir al chat de Ximena' }).waitFor();
    await look(page, 'overview-watching', ['wide']);
    await overview.getByRole('button', { name: 'Tomar el chat de Noé Paredes, que atiende Eva Ruiz' }).press('Enter');
    await log(page).getByText('Me urge').waitFor();
    await overview.getByText('Noé Paredes').waitFor({ state: 'detached' });
    expect(server.requests.findLast((one) => one.type === 'chat.take')?.chat).toBe('c_noe');
    const held = server.chats.get('c_r1');
    if (held) held.chat.status = 'closed';
    server.push({ type: 'agents', agents: server.agents });
    await overview.getByText('Ximena').waitFor({ state: 'detached' });
  });

  it('shows colleagues their own chats only', async () => {
    fillColleagues(server);
    const page = await signedIn();
    await page.getByRole('heading', { name: 'Mis chats' }).waitFor();
    await expect.poll(() => page.getByRole('region', { name: 'Chats en curso' }).count()).toBe(0);
  });
});
