/** Sounds and desktop notices: when they come, that each can be muted, and that it stays muted. */
import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import type { Agent } from './support/agent.ts';
import { deskTest } from './support/desk.ts';
import type { Visitor } from './support/visitor.ts';

interface Shown {
  title: string;
  body: string;
  tag: string;
  closed: boolean;
  onclick?: () => void;
}

interface Recorded {
  /** The frequencies that were played, in Hz. */
  tones: number[];
  /** How many of them died away; one that ends at full volume clicks. */
  faded: number;
  notices: Shown[];
  /** What the page says of itself: whether somebody looks at it. */
  away: boolean;
}

/**
 * Whatever the pages of this context play or show from now on is recorded. The browser keeps every page in front for
 * its debugger, so that a page has to be told that nobody looks at it.
 */
async function record(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const recorded: Recorded = { tones: [], faded: 0, notices: [], away: false };
    class Notice {
      static permission = 'granted';
      static requestPermission = async () => 'granted';
      closed = false;
      readonly body: string;
      readonly tag: string;
      constructor(
        readonly title: string,
        options: { body: string; tag: string },
      ) {
        this.body = options.body;
        this.tag = options.tag;
        recorded.notices.push(this as unknown as Shown);
      }
      close() {
        this.closed = true;
      }
    }
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (when?: number) {
      recorded.tones.push(Math.round(this.frequency.value));
      start.call(this, when);
    };
    const fade = AudioParam.prototype.exponentialRampToValueAtTime;
    AudioParam.prototype.exponentialRampToValueAtTime = function (value: number, when: number) {
      recorded.faded++;
      return fade.call(this, value, when);
    };
    Document.prototype.hasFocus = () => !recorded.away;
    for (const [name, seen, hidden] of [
      ['visibilityState', 'visible', 'hidden'],
      ['hidden', false, true],
    ] as const) {
      Object.defineProperty(Document.prototype, name, { get: () => (recorded.away ? hidden : seen) });
    }
    Object.assign(window, { Notification: Notice, recorded });
  });
}

/** Looks away from the page, or back. */
function look(page: Page, away: boolean): Promise<void> {
  return page.evaluate((value) => {
    (window as unknown as { recorded: Recorded }).recorded.away = value;
    document.dispatchEvent(new Event('visibilitychange'));
    window.dispatchEvent(new Event(value ? 'blur' : 'focus'));
  }, away);
}

const recorded = (page: Page): Promise<Recorded> =>
  page.evaluate(() => JSON.parse(JSON.stringify((window as unknown as { recorded: Recorded }).recorded)));

const tones = async (page: Page): Promise<number[]> => (await recorded(page)).tones;

const titles = async (page: Page): Promise<string[]> => (await recorded(page)).notices.map(({ title }) => title);

/** The console's two notes of a new chat, and the one of a message. */
const new_chat = [659, 880];
const message = 740;

async function toggle(agent: Agent, name: 'Sonido' | 'Avisos de escritorio', on: boolean): Promise<void> {
  await agent.button('Ajustes y sesión').click();
  await agent.page.getByRole('switch', { name }).setChecked(on);
  await agent.page.keyboard.press('Escape');
}

describe('the console', () => {
  /** An agent who looks at something else. */
  async function away(desk: Parameters<Parameters<typeof deskTest>[1]>[0]): Promise<Agent> {
    const ana = await desk.console('ana', { permissions: ['notifications'] });
    await record(ana.page.context());
    await ana.page.reload();
    await ana.signIn();
    await ana.set('En línea');
    await look(ana.page, true);
    return ana;
  }

  deskTest('a new chat and a message sound and show a notice; pressing it opens the chat', async (desk) => {
    const ana = await away(desk);
    const lucia = await desk.visitor('Lucía');
    await lucia.ask('No puedo timbrar.');
    await expect.poll(() => titles(ana.page)).toEqual(['Chat nuevo: Lucía']);
    expect(await tones(ana.page)).toEqual(new_chat);

    await lucia.say('¿Hay alguien?');
    await expect.poll(() => titles(ana.page)).toEqual(['Chat nuevo: Lucía', 'Lucía escribió']);
    expect(await tones(ana.page)).toEqual([...new_chat, message]);
    const { notices } = await recorded(ana.page);
    expect(notices[1]?.body).toBe('¿Hay alguien?');
    expect(notices[1]?.tag).toBe(notices[0]?.tag);

    expect(await ana.composer.isVisible()).toBe(false);
    await ana.page.evaluate(() => (window as unknown as { recorded: Recorded }).recorded.notices[1]?.onclick?.());
    await ana.page.getByRole('heading', { name: 'Lucía' }).first().waitFor();
    await ana.sees('¿Hay alguien?');
    expect((await recorded(ana.page)).notices[1]?.closed).toBe(true);
  });

  deskTest('who looks at the chat has neither, who looks at another has the sound', async (desk) => {
    const ana = await away(desk);
    await look(ana.page, false);
    const lucia = await desk.visitor('Lucía');
    await lucia.ask('No puedo timbrar.');
    await expect.poll(() => tones(ana.page)).toEqual(new_chat);
    await lucia.say('Todavía no.');
    await expect.poll(() => tones(ana.page)).toEqual([...new_chat, message]);
    await ana.goTo('Lucía');
    await lucia.say('Sigo aquí.');
    await ana.sees('Sigo aquí.');
    expect(await tones(ana.page)).toEqual([...new_chat, message]);
    expect(await titles(ana.page)).toEqual([]);
  });

  deskTest('each is muted by itself and stays muted after a reload', async (desk) => {
    const ana = await away(desk);
    const lucia = await desk.visitor('Lucía');
    await lucia.ask('No puedo timbrar.');
    await expect.poll(() => titles(ana.page)).toEqual(['Chat nuevo: Lucía']);

    /** What a message does while the agent is away; the message itself shows when it has come. */
    const heard = async (text: string): Promise<Recorded> => {
      await look(ana.page, true);
      const before = await recorded(ana.page);
      await lucia.say(text);
      // Not the draft of it, which is shown in italics before.
      await ana.mine.getByText(text).and(ana.page.locator(':not(em)')).waitFor();
      await look(ana.page, false);
      const after = await recorded(ana.page);
      return {
        ...after,
        tones: after.tones.slice(before.tones.length),
        notices: after.notices.slice(before.notices.length),
      };
    };
    const back = async (): Promise<void> => {
      await ana.page.reload();
      await ana.mine.getByRole('button', { name: 'Lucía' }).waitFor();
      await ana.page.getByText('Conectado').waitFor();
    };

    await look(ana.page, false);
    await toggle(ana, 'Sonido', false);
    await back();
    let news = await heard('Sin sonido');
    expect([news.tones, news.notices.length]).toEqual([[], 1]);

    await toggle(ana, 'Sonido', true);
    await toggle(ana, 'Avisos de escritorio', false);
    await back();
    news = await heard('Sin aviso');
    expect([news.tones, news.notices]).toEqual([[message], []]);

    await toggle(ana, 'Avisos de escritorio', true);
    news = await heard('Con los dos');
    expect([news.tones, news.notices.length]).toEqual([[message], 1]);
  });
});

describe('the widget', () => {
  /** A visitor in a talk. The page has been touched: browsers play nothing before. */
  async function talking(desk: Parameters<Parameters<typeof deskTest>[1]>[0]): Promise<[Visitor, Agent]> {
    const ana = await desk.agent('ana');
    const lucia = await desk.visitor('Lucía');
    await record(lucia.page.context());
    await lucia.page.reload();
    await lucia.ask('No puedo timbrar.');
    await lucia.sees('Ana Torres le atiende.');
    await ana.goTo('Lucía');
    return [lucia, ana];
  }

  /** The agent says it; how many tones that made, once the widget has it. */
  async function sounds(ana: Agent, lucia: Visitor, text: string): Promise<number> {
    const before = (await tones(lucia.page)).length;
    const known = (await lucia.heard()).length;
    await ana.say(text);
    // The page hears of a message in the turn in which the widget sounds for it.
    await expect
      .poll(async () => (await lucia.heard()).slice(known))
      .toContainEqual(expect.objectContaining({ name: 'message', text }));
    return (await tones(lucia.page)).length - before;
  }

  deskTest('sounds when its window is closed or nobody looks at the page, not while it is read', async (desk) => {
    const [lucia, ana] = await talking(desk);
    expect(await sounds(ana, lucia, 'Buenas tardes.')).toBe(0);
    await lucia.button('Minimizar').click();
    expect(await sounds(ana, lucia, '¿Qué error le aparece?')).toBe(1);
    await lucia.open();
    await look(lucia.page, true);
    expect(await sounds(ana, lucia, '¿Sigue ahí?')).toBe(1);
    await look(lucia.page, false);
    expect(await sounds(ana, lucia, 'Aquí espero.')).toBe(0);
    const { tones: played, faded } = await recorded(lucia.page);
    expect([played, faded]).toEqual([[message, message], 2]);
  });

  deskTest('is muted by its button and stays muted after a reload', async (desk) => {
    const [lucia, ana] = await talking(desk);
    await lucia.button('Silenciar').click();
    await look(lucia.page, true);
    expect(await sounds(ana, lucia, 'En silencio')).toBe(0);
    await lucia.page.reload();
    await lucia.button('Activar sonido').waitFor();
    await lucia.sees('En silencio');
    await lucia.box.click();
    await look(lucia.page, true);
    expect(await sounds(ana, lucia, 'Todavía en silencio')).toBe(0);
    await look(lucia.page, false);
    await lucia.button('Activar sonido').click();
    await look(lucia.page, true);
    expect(await sounds(ana, lucia, 'Con sonido')).toBe(1);
  });
});
