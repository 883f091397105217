/**
 * A server in memory that keeps the promises a client relies on: one reply per request in order, durable numbered
 * entries, `client_id` replay, resume. Tests steer it, and can make it lose, refuse and cut.
 */
import type { SocketConstructor, SocketLike } from '../src/connection.ts';
import type { Channel, Chat, Entry, ErrorReply, FileRef } from '../src/protocol.ts';

type Frame = { type: string; id: number } & Record<string, unknown>;
type Body = Record<string, unknown>;

/** One client's connection, as the server has it. */
export class Peer {
  visitor = '';
  channel = '';
  received: Frame[] = [];
  open = true;

  constructor(
    readonly server: FakeServer,
    readonly push: (frame: object) => unknown,
    readonly shut: (code: number) => unknown,
  ) {
    server.peers.add(this);
  }

  take(text: string): void {
    const frame = JSON.parse(text) as Frame;
    this.received.push(frame);
    this.server.handle(this, frame);
  }

  close(code: number): void {
    if (!this.open) return;
    this.open = false;
    this.server.peers.delete(this);
    this.shut(code);
  }
}

export interface Room {
  chat: Chat;
  visitor: string;
  channel: string;
  entries: Entry[];
}

const limits = { frame_bytes: 65536, text: 4000, name: 80, email: 254, comments: 8000, nesting: 16, sockets: 5 };

export const soporte: Channel = {
  id: 'soporte',
  title: 'Chat de Soporte',
  greeting: 'Bienvenido al Chat de Soporte Técnico',
  state: 'open',
  opens_at: null,
  ask: ['message', 'name', 'email', 'department'],
  departments: [
    { id: 'soporte-tecnico', name: 'Soporte Técnico', state: 'open', waiting: 2, wait_s: 120 },
    { id: 'soporte-contable', name: 'Soporte Contable', state: 'closed', waiting: 0, wait_s: null },
  ],
  phones: [{ label: 'Soporte técnico', number: '+52 222 699 6524' }],
  ticket_url: '/ticket',
};

export const ventas: Channel = {
  ...soporte,
  id: 'ventas',
  title: 'Chat de Ventas',
  greeting: '',
  ask: ['name', 'email'],
  departments: [{ id: 'ventas', name: 'Ventas', state: 'open', waiting: 0, wait_s: null }],
};

export class FakeServer {
  peers = new Set<Peer>();
  rooms = new Map<string, Room>();
  channels: Record<string, Channel> = { soporte: structuredClone(soporte), ventas: structuredClone(ventas) };
  /** Tokens given out, with their visitors. */
  tokens = new Map<string, string>();
  /** The next requests of a type are answered with these errors. */
  errors: { type: string; error: Partial<ErrorReply> & { code: ErrorReply['code'] } }[] = [];
  /** Requests of these types are carried out, but the connection breaks before the reply. */
  breakBefore = new Set<string>();
  /** Nothing is answered. */
  silent = false;
  /** Entries with these `seq` are not pushed, as if the fan-out had lost them. */
  lose = new Set<number>();
  /** What an uploaded file is called. */
  files = (id: string): FileRef => ({ id, name: id, size: 3, media_type: 'image/png' });
  private n = 0;

  /** For `Connection`: sockets that reach this server in the same turn. */
  get WebSocket(): SocketConstructor {
    const server = this;
    return class implements SocketLike {
      onopen: SocketLike['onopen'] = null;
      onmessage: SocketLike['onmessage'] = null;
      onclose: SocketLike['onclose'] = null;
      private readonly peer: Peer;
      constructor(readonly url: string) {
        this.peer = new Peer(
          server,
          // Each event is a task of its own, as in a browser: what a promise continues comes before the next one.
          (frame) => setTimeout(() => this.onmessage?.({ data: JSON.stringify(frame) } as never)),
          (code) => setTimeout(() => this.onclose?.({ code } as never)),
        );
        setTimeout(() => this.peer.open && this.onopen?.(undefined as never));
      }
      send(data: string): void {
        if (this.peer.open) this.peer.take(data);
      }
      close(code = 1005): void {
        this.peer.close(code);
      }
    };
  }

  /** Breaks every connection, as a network or a dying server does. */
  cut(code = 1006): void {
    for (const peer of [...this.peers]) peer.close(code);
  }

  handle(peer: Peer, frame: Frame): unknown {
    if (this.silent) return undefined;
    const planned = this.errors.findIndex(({ type }) => type === frame.type);
    if (planned >= 0) {
      const [{ error }] = this.errors.splice(planned, 1) as [(typeof this.errors)[0]];
      return peer.push({ type: 'error', re: frame.id, message: error.code, ...error });
    }
    let after: (() => void) | undefined;
    let body: Body;
    try {
      body = this.carryOut(peer, frame, (fn) => (after = fn));
    } catch (code) {
      peer.push({ type: 'error', re: frame.id, code, message: String(code) });
      return after?.();
    }
    if (this.breakBefore.delete(frame.type)) return peer.close(1006);
    peer.push({ type: 'ok', re: frame.id, ...body });
    after?.();
  }

  private carryOut(peer: Peer, frame: Frame, later: (fn: () => void) => void): Body {
    if (frame.type === 'hello') return this.hello(peer, frame, later);
    if (!peer.visitor) throw 'unauthenticated';
    if (frame.type === 'page') return {};
    if (frame.type === 'chat.start') return this.start(peer, frame, later);
    const room = this.rooms.get(frame['chat'] as string);
    if (!room || room.visitor !== peer.visitor) throw 'not_found';
    const { chat, entries } = room;
    switch (frame.type) {
      case 'message.send': {
        const known = entries.find((entry) => entry.client_id === frame['client_id']);
        if (known) return { seq: known.seq, at: known.at };
        if (chat.status === 'closed') throw 'chat_closed';
        const { text, file: id, client_id } = frame as { text?: string; file?: string; client_id?: string };
        const content = id ? { file: this.files(id) } : { text };
        const entry = this.append(room, { kind: 'message', ...content, client_id }, peer.visitor, peer);
        return { seq: entry.seq, at: entry.at };
      }
      case 'chat.sync': {
        const after = frame['after'] as number;
        return { entries: entries.slice(after, after + ((frame['limit'] as number) ?? 200)), last: entries.length };
      }
      case 'read':
        chat.read.visitor = Math.min(frame['seq'] as number, entries.length);
        return {};
      case 'typing':
        return {};
      case 'chat.close':
        if (chat.status !== 'closed') later(() => this.end(chat.id, 'visitor'));
        return { seq: entries.length + 1 };
      case 'chat.rate':
        later(() => this.append(room, { kind: 'rated', score: frame['score'], comment: frame['comment'] ?? '' }, ''));
        return { seq: entries.length + 1 };
      case 'chat.transcript':
        return {};
    }
    throw 'unknown_type';
  }

  private hello(peer: Peer, frame: Frame, later: (fn: () => void) => void): Body {
    const given = frame['token'] as string | undefined;
    if (given && !this.tokens.has(given)) {
      later(() => peer.close(4401));
      throw 'unauthenticated';
    }
    const token = given ?? `token-${++this.n}`;
    peer.visitor = this.tokens.get(token) ?? `v_${this.n}`;
    peer.channel = frame['channel'] as string;
    this.tokens.set(token, peer.visitor);
    const resume = frame['resume'] as { chat: string; after: number } | undefined;
    const room = resume
      ? this.rooms.get(resume.chat)
      : [...this.rooms.values()].find(
          (one) => one.visitor === peer.visitor && one.channel === peer.channel && one.chat.status !== 'closed',
        );
    const mine = room?.visitor === peer.visitor ? room : undefined;
    if (mine && resume) later(() => this.pushAfter(peer, mine, resume.after));
    const channel = this.channels[peer.channel];
    const chat = mine ? structuredClone(mine.chat) : null;
    return { visitor: peer.visitor, token, now: Date.now(), limits, channel, chat };
  }

  private pushAfter(peer: Peer, room: Room, after: number): void {
    for (const entry of room.entries.slice(after)) peer.push({ type: 'entry', ...entry });
  }

  private start(peer: Peer, frame: Frame, later: (fn: () => void) => void): Body {
    if (this.channels[peer.channel]?.state !== 'open') throw 'offline';
    const open = [...this.rooms.values()].find(
      (room) =>
        room.visitor === peer.visitor &&
        room.channel === peer.channel &&
        (room.chat.status !== 'closed' || room.entries[0]?.client_id === frame['client_id']),
    );
    if (open) return { chat: structuredClone(open.chat), existing: true };
    const chat: Chat = {
      id: `c_${++this.n}`,
      status: 'queued',
      department: 'any',
      priority: 0,
      agent: null,
      position: 3,
      wait_s: 120,
      last: 0,
      read: { visitor: 0, agent: 0 },
    };
    const room: Room = { chat, visitor: peer.visitor, channel: peer.channel, entries: [] };
    this.rooms.set(chat.id, room);
    const text = frame['message'];
    // Nobody is in the room yet: what is written now is pushed behind the reply.
    const nobody = new Set<Peer>();
    const all = this.peers;
    this.peers = nobody;
    if (text) this.append(room, { kind: 'message', text, client_id: frame['client_id'] }, peer.visitor);
    this.append(room, { kind: 'queued', department: 'any', reason: 'new' }, '');
    this.peers = all;
    later(() => this.pushAfter(peer, room, 0));
    return { chat: structuredClone(chat) };
  }

  /** Writes an entry and pushes it to all connections of the visitor but `but`, who has the reply instead. */
  append(room: Room, fields: object, from: string, but?: Peer): Entry {
    const role = from.startsWith('a_') ? 'agent' : from.startsWith('v_') ? 'visitor' : 'system';
    const name = role === 'agent' ? room.chat.agent?.name : undefined;
    const entry = {
      chat: room.chat.id,
      seq: room.entries.length + 1,
      at: Date.now(),
      from: { role, ...(from && { id: from }), ...(name && { name }) },
      ...fields,
    } as Entry;
    room.entries.push(entry);
    room.chat.last = entry.seq;
    if (!this.lose.delete(entry.seq)) this.tell(room, { type: 'entry', ...entry }, but);
    return entry;
  }

  tell(room: Room, frame: object, but?: Peer): void {
    for (const peer of [...this.peers]) {
      if (peer.visitor === room.visitor && peer.channel === room.channel && peer !== but) peer.push(frame);
    }
  }

  /** The chat of the last start. */
  get room(): Room {
    const room = [...this.rooms.values()].at(-1);
    if (!room) throw new Error('nobody has started a chat');
    return room;
  }

  assign(chat: string, agent = { id: 'a_1', name: 'Ana Ruiz' }): void {
    const room = this.rooms.get(chat) as Room;
    Object.assign(room.chat, { status: 'assigned', agent, position: null, wait_s: null });
    this.append(room, { kind: 'assigned', agent }, '');
  }

  say(chat: string, text: string): Entry {
    const room = this.rooms.get(chat) as Room;
    return this.append(room, { kind: 'message', text }, room.chat.agent?.id ?? 'a_1');
  }

  typing(chat: string, on: boolean): void {
    const room = this.rooms.get(chat) as Room;
    this.tell(room, { type: 'typing', chat, on, from: { role: 'agent', ...room.chat.agent } });
  }

  readByAgent(chat: string): void {
    const room = this.rooms.get(chat) as Room;
    room.chat.read.agent = room.entries.length;
    this.tell(room, { type: 'read', chat, role: 'agent', seq: room.entries.length });
  }

  tick(chat: string): void {
    const room = this.rooms.get(chat) as Room;
    this.tell(room, { type: 'tick', chat, last: room.entries.length });
  }

  move(chat: string, position: number, wait_s: number | null): void {
    const room = this.rooms.get(chat) as Room;
    Object.assign(room.chat, { position, wait_s });
    this.tell(room, { type: 'queue', chat, position, wait_s });
  }

  end(chat: string, by: 'visitor' | 'agent' = 'agent'): void {
    const room = this.rooms.get(chat) as Room;
    Object.assign(room.chat, { status: 'closed', position: null });
    this.append(room, { kind: 'closed', by, outcome: by === 'agent' ? 'solved' : 'left' }, '');
  }

  setChannel(id: string, change: Partial<Channel>): void {
    const channel = Object.assign(this.channels[id] as Channel, change);
    for (const peer of this.peers) if (peer.channel === id) peer.push({ type: 'channel', channel });
  }
}
