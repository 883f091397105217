/** A server that speaks enough of the agent's protocol to talk to: one agent, chats in memory, and hands to pull its strings. */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';
import type {
  AgentState,
  Chat,
  Colleague,
  Decision,
  Entry,
  Hello,
  Me,
  Note,
  Queue,
  Visitor,
} from '../src/state/wire.ts';
import { FakeTickets } from './fake_tickets.ts';

export interface FakeChat {
  chat: Chat;
  visitor: Visitor;
  entries: Entry[];
  notes: Note[];
}

type Body = Record<string, unknown>;
type Refusal = { code: string; [more: string]: unknown };

/** What the real server sends with every page (contract.md §7). */
const csp =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const mediaTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

export class FakeServer {
  me: Me = {
    id: 'a_ana',
    username: 'ana',
    name: 'Ana Torres',
    role: 'agent',
    departments: ['soporte-tecnico', 'soporte-contable'],
    capacity: 4,
  };
  state: AgentState = 'online';
  chats = new Map<string, FakeChat>();
  queues: Queue[] = [];
  agents: Colleague[] = [];
  decisions: Decision[] = [];
  readonly tickets = new FakeTickets(this);
  site: Body = {};
  password = 'correcta';
  /** Seconds that sign-in is refused for. */
  throttled = 0;
  /** What arrived over WebSocket. */
  requests: Body[] = [];
  /** Replies to these types with an error, once each. */
  refuseNext = new Map<string, Refusal>();
  /** HTTP answers are held back so long, to look at what is shown meanwhile. */
  slowMs = 0;
  /** Upgrades are refused as if the server were away. */
  down = false;
  private session = '';
  private sockets = new Map<WebSocket, string>();
  private acknowledged = new Map<string, { seq: number; at: number }>();
  /** Numbers by the key under which they were asked for. */
  private opened = new Map<string, string>();
  private server: Server;
  private upgrade = new WebSocketServer({ noServer: true, handleProtocols: () => 'ventanilla.v1' });

  constructor(private readonly pages: string) {
    this.server = createServer((request, response) => void this.answer(request, response));
    this.server.on('upgrade', (request, socket, head) => {
      if (this.down || !this.knows(request)) {
        socket.end(`HTTP/1.1 ${this.down ? '503 Away' : '401 Unauthorized'}\r\nConnection: close\r\n\r\n`);
        return;
      }
      this.upgrade.handleUpgrade(request, socket, head, (ws) => this.meet(ws));
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.cut(1001);
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  /** Ends all sockets, with a code or, without one, like a pulled cable. */
  cut(code?: number): void {
    for (const socket of this.sockets.keys()) {
      if (code) socket.close(code);
      else socket.terminate();
    }
  }

  endSession(): void {
    this.session = '';
    this.cut(4401);
  }

  push(event: Body, except?: WebSocket): void {
    for (const socket of this.sockets.keys()) if (socket !== except) socket.send(JSON.stringify(event));
  }

  /** A line of the log, as if anybody but this agent had written it. */
  append(chat: string, line: Body): Entry {
    const known = this.chats.get(chat);
    if (!known) throw new Error(`no chat ${chat}`);
    const entry = { chat, seq: known.entries.length + 1, at: Date.now(), ...line } as unknown as Entry;
    known.entries.push(entry);
    known.chat.last = entry.seq;
    this.push({ type: 'entry', ...entry });
    return entry;
  }

  visitorSays(chat: string, text: string): Entry {
    const visitor = this.chats.get(chat)?.visitor;
    return this.append(chat, {
      kind: 'message',
      from: { role: 'visitor', id: visitor?.id, name: visitor?.name },
      text,
    });
  }

  assign(fake: FakeChat): void {
    this.chats.set(fake.chat.id, fake);
    this.push({ type: 'chat.assigned', chat: fake.chat, visitor: fake.visitor });
  }

  // --- HTTP ------------------------------------------------------------------------------------------------------

  private knows(request: IncomingMessage): boolean {
    return this.session !== '' && (request.headers.cookie ?? '').includes(`ventanilla_session=${this.session}`);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake');
    const json = (status: number, body: Body, headers: Record<string, string> = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body));
    };
    if (!url.pathname.startsWith('/api/')) return this.page(url.pathname, response);
    if (this.slowMs) await new Promise((done) => setTimeout(done, this.slowMs));
    const path = url.pathname.replace('/api/v1', '');
    if (path === '/site') return json(200, this.site);
    if (path === '/sessions' && request.method === 'POST') return this.signIn(request, json);
    if (!this.knows(request)) return json(401, { code: 'unauthenticated' });
    if (path === '/sessions/current' && request.method === 'DELETE') {
      this.session = '';
      return json(200, {});
    }
    if (/^\/(tickets|replies|files)\b/.test(path)) return this.tickets.answer(request, response, url);
    if (path === '/chats') return json(200, this.find(url.searchParams));
    const [, , id, view] = path.split('/');
    const fake = this.chats.get(decodeURIComponent(id ?? ''));
    if (!fake) return json(404, { code: 'not_found' });
    if (view === 'why') return json(200, { chat: fake.chat.id, decisions: this.decisions });
    return json(200, { chat: { ...fake.chat, visitor: fake.visitor }, entries: fake.entries, notes: fake.notes });
  }

  private async signIn(
    request: IncomingMessage,
    json: (status: number, body: Body, headers?: Record<string, string>) => void,
  ): Promise<void> {
    let text = '';
    for await (const part of request) text += part;
    if (this.throttled) return json(429, { code: 'slow_down' }, { 'retry-after': String(this.throttled) });
    const { username, password } = JSON.parse(text);
    if (username !== this.me.username || password !== this.password) return json(401, { code: 'unauthenticated' });
    this.session = `s${Math.random().toString(36).slice(2)}`;
    json(
      200,
      { agent: this.me },
      { 'set-cookie': `ventanilla_session=${this.session}; HttpOnly; SameSite=Strict; Path=/` },
    );
  }

  private find(query: URLSearchParams): Body {
    const words = (query.get('q') ?? '').toLowerCase();
    const department = query.get('department');
    const open = query.get('state') === 'open';
    const chats = [...this.chats.values()]
      .filter(({ chat }) => !open || chat.status !== 'closed')
      .filter(({ visitor, entries }) => JSON.stringify([visitor, entries]).toLowerCase().includes(words))
      .filter(({ chat }) => !department || chat.department === department)
      .map(({ chat, visitor }) => ({ ...chat, visitor }));
    return { chats, next: null };
  }

  private async page(path: string, response: ServerResponse): Promise<void> {
    const inside = path === '/agent' ? 'index.html' : normalize(path.replace(/^\/agent\//, ''));
    try {
      const body = await readFile(join(this.pages, inside));
      const type = mediaTypes[extname(inside)] ?? 'application/octet-stream';
      response.writeHead(200, {
        'content-type': type,
        'content-security-policy': csp,
        'x-content-type-options': 'nosniff',
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  }

  // --- WebSocket -------------------------------------------------------------------------------------------------

  private meet(socket: WebSocket): void {
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('message', (data) => {
      const request = JSON.parse(String(data)) as Body & { id: number; type: string };
      this.requests.push(request);
      const refusal = this.refuseNext.get(request.type);
      this.refuseNext.delete(request.type);
      const outcome = refusal ?? this.carryOut(socket, request);
      const failed = 'code' in outcome && typeof outcome.code === 'string';
      const type = failed ? 'error' : 'ok';
      socket.send(JSON.stringify({ type, re: request.id, ...(failed ? { message: outcome.code } : {}), ...outcome }));
      if (!failed) this.afterwards(request);
    });
  }

  private carryOut(socket: WebSocket, request: Body & { type: string }): Body | Refusal {
    const fake = this.chats.get(String(request.chat));
    switch (request.type) {
      case 'hello': {
        for (const [other, device] of this.sockets) if (device === request.device) other.close(4409);
        this.sockets.set(socket, String(request.device));
        return this.hello() as unknown as Body;
      }
      case 'state.set':
        this.state = request.state as AgentState;
        this.push({ type: 'state', state: this.state }, socket);
        return { state: this.state };
      case 'chat.take':
      case 'chat.watch': {
        const found = fake ?? this.head(String(request.department));
        if (!found) return { code: 'not_found' };
        if (request.type === 'chat.take') {
          Object.assign(found.chat, { status: 'assigned', agent: { id: this.me.id, name: this.me.name } });
        }
        return { chat: found.chat, visitor: found.visitor };
      }
      case 'chat.sync': {
        if (!fake) return { code: 'not_found' };
        const entries = fake.entries.filter((entry) => entry.seq > Number(request.after)).slice(0, 200);
        return { entries, last: fake.entries.length };
      }
      case 'message.send':
        return this.store(socket, request, fake);
      case 'chat.note': {
        const from = { role: 'agent' as const, id: this.me.id, name: this.me.name };
        const note = { id: `n_${Math.random()}`, at: Date.now(), from, text: String(request.text) };
        fake?.notes.push(note);
        return { note };
      }
      case 'chat.priority':
        if (fake) fake.chat.priority = Number(request.priority);
        return { chat: fake?.chat };
      case 'chat.ticket':
        return this.openTicket(request);
      case 'ticket.view':
        this.tickets.viewed(request.number);
        return {};
      case 'chat.transfer':
        return this.takes(request.to) ? {} : { code: 'bad_field', field: 'to.department' };
      case 'chat.close':
        return { seq: (fake?.entries.length ?? 0) + 1 };
      default:
        return {};
    }
  }

  private openTicket(request: Body): Body {
    const key = `ticket ${request.client_id}`;
    const number = this.opened.get(key) ?? `T-${String(124 + this.opened.size).padStart(6, '0')}`;
    this.opened.set(key, number);
    return { ticket: { number, state: 'open' } };
  }

  private store(socket: WebSocket, request: Body, fake: FakeChat | undefined): Body | Refusal {
    if (fake?.chat.agent?.id !== this.me.id) return { code: 'not_assigned' };
    const key = String(request.client_id);
    const known = this.acknowledged.get(key);
    if (known) return known;
    const from = { role: 'agent' as const, id: this.me.id, name: this.me.name };
    const seq = fake.entries.length + 1;
    const file = this.tickets.files.get(String(request.file))?.ref;
    const entry: Entry = {
      chat: fake.chat.id,
      seq,
      at: Date.now(),
      kind: 'message',
      from,
      ...(file ? { file } : { text: String(request.text) }),
      client_id: key,
    };
    fake.entries.push(entry);
    fake.chat.last = seq;
    this.acknowledged.set(key, { seq, at: entry.at });
    this.push({ type: 'entry', ...entry }, socket);
    return { seq, at: entry.at };
  }

  private afterwards(request: Body & { type: string }): void {
    const id = String(request.chat);
    const from = { role: 'agent', id: this.me.id, name: this.me.name };
    const fake = this.chats.get(id);
    if (request.type === 'chat.ticket') {
      this.append(id, { kind: 'ticket', ticket: { number: this.opened.get(`ticket ${request.client_id}`) }, from });
    } else if (request.type === 'chat.close' && fake) {
      fake.chat.status = 'closed';
      this.append(id, { kind: 'closed', by: 'agent', outcome: request.outcome, from });
      this.push({ type: 'chat.revoked', chat: id, reason: 'closed' });
    } else if (request.type === 'chat.transfer' && fake) {
      this.append(id, { kind: 'transferred', to: request.to, from });
      fake.chat.agent = { id: 'a_eva', name: 'Eva Ruiz' };
      this.push({ type: 'chat.revoked', chat: id, reason: 'transferred' });
    }
  }

  /** Nothing goes to a department without a channel. */
  private takes(to: unknown): boolean {
    const { department } = to as { department?: string };
    const known = this.site.departments as { id: string; channel: string | null }[];
    return !department || known.some((one) => one.id === department && one.channel);
  }

  private head(department: string): FakeChat | undefined {
    const waiting = this.queues.find((queue) => queue.department === department)?.chats[0];
    return waiting && this.chats.get(waiting.chat);
  }

  private hello(): Hello {
    const held = [...this.chats.values()].filter(
      ({ chat }) => chat.status === 'assigned' && chat.agent?.id === this.me.id,
    );
    return {
      agent: this.me,
      state: this.state,
      chats: held.map(({ chat, visitor }) => ({ ...chat, visitor })),
      queues: this.queues,
      agents: this.agents,
      now: Date.now(),
      limits: { text: 4000 } as Hello['limits'],
    };
  }
}
