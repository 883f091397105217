import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChatLog, Connection, type Entry, Outbox, type OutboxItem, type VisitorWelcome } from '../src/index.ts';
import { FakeServer } from './fake_server.ts';

/** A visitor's client as the widget puts it together. */
function client(server: FakeServer) {
  const state = {
    token: undefined as string | undefined,
    log: undefined as ChatLog | undefined,
    refused: [] as string[],
  };
  const connection = new Connection({
    url: 'ws://fake/ws/visitor',
    WebSocket: server.WebSocket,
    random: () => 0,
    hello: () => ({
      channel: 'soporte',
      token: state.token,
      resume: state.log && { chat: state.log.chat, after: state.log.last },
    }),
    forgetToken: () => {
      state.token = undefined;
    },
    probe: () => ({ type: 'page', fields: { url: 'http://x/' } }),
  });
  const outbox = new Outbox({
    send: (item: OutboxItem) => connection.request(item.type, item.fields),
    delivered: (item, ok) => {
      if (item.type === 'chat.start') {
        const { id: chat } = (ok as { chat: { id: string } }).chat;
        state.log = new ChatLog({ chat, sync: (after) => connection.request('chat.sync', { chat, after }) });
        return;
      }
      const { seq, at } = ok as { seq: number; at: number };
      const { chat, text } = item.fields as { chat: string; text: string };
      state.log?.add({ chat, seq, at, kind: 'message', from: { role: 'visitor' }, text, client_id: item.client_id });
    },
    refused: (_item, { code }) => state.refused.push(code),
  });
  connection.onReady<VisitorWelcome>(({ token }) => {
    state.token = token;
  });
  connection.onState((now) => (now === 'ready' ? outbox.resume() : outbox.pause()));
  connection.on('entry', (entry) => state.log?.add(entry));
  connection.on('tick', ({ last }) => state.log?.hear(last));
  const say = (text: string) => {
    const client_id = `m-${text}`;
    outbox.add('message.send', { chat: state.log?.chat ?? '', client_id, text }, client_id);
  };
  const start = () => outbox.add('chat.start', { client_id: 's', message: 'hola', name: 'L', email: 'l@e.mx' }, 's');
  return { connection, outbox, state, say, start };
}

const texts = (entries: Entry[] = []) => entries.map((e) => (e.kind === 'message' ? e.text : e.kind));
const settle = (ms = 10) => vi.advanceTimersByTimeAsync(ms);

describe('a client and a server', () => {
  let server: FakeServer;
  let me: ReturnType<typeof client>;

  beforeEach(async () => {
    vi.useFakeTimers();
    server = new FakeServer();
    me = client(server);
    me.connection.start();
    me.start();
    await settle();
  });
  afterEach(() => {
    me.connection.stop();
    vi.useRealTimers();
  });

  const truth = () => texts(server.room.entries);

  it('starts a chat and talks', async () => {
    server.assign(server.room.chat.id);
    server.say(server.room.chat.id, 'buenas');
    me.say('uno');
    await settle();
    expect(texts(me.state.log?.entries)).toEqual(['hola', 'queued', 'assigned', 'buenas', 'uno']);
  });

  it('gets after a cut what was said meanwhile, once', async () => {
    server.cut();
    server.say(server.room.chat.id, 'mientras');
    await settle(1_000);
    expect(me.connection.state).toBe('ready');
    expect(texts(me.state.log?.entries)).toEqual(truth());
  });

  it('sends again what was written offline or not acknowledged, in order and once', async () => {
    server.breakBefore.add('message.send');
    me.say('uno');
    me.say('dos');
    await settle();
    expect(me.outbox.items).toHaveLength(2);
    me.say('tres');
    await settle(2_000);
    expect(truth()).toEqual(['hola', 'queued', 'uno', 'dos', 'tres']);
    expect(texts(me.state.log?.entries)).toEqual(truth());
    expect(me.outbox.items).toEqual([]);
  });

  it('tries again what the store did not take, and keeps the order', async () => {
    server.errors.push({ type: 'message.send', error: { code: 'unavailable', retry_after_ms: 300 } });
    server.errors.push({ type: 'message.send', error: { code: 'slow_down' } });
    me.say('uno');
    me.say('dos');
    await settle(250);
    expect(truth()).toEqual(['hola', 'queued']);
    await settle(2_000);
    expect(truth()).toEqual(['hola', 'queued', 'uno', 'dos']);
  });

  it('reports what will never be taken, and goes on', async () => {
    server.errors.push({ type: 'message.send', error: { code: 'bad_field', field: 'text' } });
    me.say('uno');
    me.say('dos');
    await settle();
    expect(me.state.refused).toEqual(['bad_field']);
    expect(truth()).toEqual(['hola', 'queued', 'dos']);
  });

  it('fills a gap when a later entry shows it, and a lost last one at the next tick', async () => {
    const { id } = server.room.chat;
    server.lose.add(3);
    server.say(id, 'perdido');
    server.say(id, 'visto');
    await settle();
    expect(texts(me.state.log?.entries)).toEqual(truth());
    server.lose.add(5);
    server.say(id, 'último');
    await settle();
    expect(me.state.log?.last).toBe(4);
    server.tick(id);
    await settle();
    expect(texts(me.state.log?.entries)).toEqual(truth());
  });

  it('starts afresh without the token that was refused', async () => {
    server.tokens.clear();
    server.cut();
    await settle(3_000);
    expect(me.connection.state).toBe('ready');
    expect(me.state.token).toBe([...server.tokens.keys()][0]);
  });

  it('leaves a server that does not answer, and one that says nothing at all', async () => {
    server.silent = true;
    const lost = me.connection.request('page', { url: 'x' }).catch((error) => error.code);
    await settle(26_000);
    expect(await lost).toBe('disconnected');
    server.silent = false;
    await settle(30_000);
    expect(me.connection.state).toBe('ready');
    // Asleep for a minute: the probe asks, nobody answers.
    server.silent = true;
    await settle(62_000);
    expect(me.connection.state).not.toBe('ready');
  });

  it('asks a quiet server whether it is there, and stays', async () => {
    const [peer] = server.peers;
    await settle(120_000);
    expect(me.connection.state).toBe('ready');
    expect(peer?.received.filter(({ type }) => type === 'page').length).toBeGreaterThan(1);
  });

  it('numbers its requests upwards on each connection', async () => {
    me.say('uno');
    await settle();
    const ids = [...server.peers][0]?.received.map(({ id }) => id);
    expect(ids).toEqual(ids?.map((_, i) => i + 1));
  });

  it('stays away when told to', async () => {
    server.cut(4403);
    await settle(120_000);
    expect(me.connection.state).toBe('stopped');
    expect(me.connection.closeCode).toBe(4403);
  });
});
