/** The ticket side of the fake server: enough of protocol.md 3.3 and 3.7 to talk to, with strings to pull. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FileRef, SavedReply, Ticket, TicketMessage } from '../src/state/wire.ts';
import type { FakeServer } from './fake_server.ts';
import { ticket } from './make.ts';

type Body = Record<string, unknown>;
interface Answer {
  status: number;
  body: Body | null;
}
const ok = (body: Body, status = 200): Answer => ({ status, body });
const problem = (status: number, code: string, more: Body = {}): Answer => ({ status, body: { code, ...more } });
const badFields = (fields: Record<string, string>) =>
  problem(422, 'bad_field', {
    errors: Object.entries(fields).map(([field, message]) => ({ field, code: 'invalid', message })),
  });

/** What was asked for over HTTP, as far as tickets go. */
export interface Asked {
  method: string;
  path: string;
  query: Record<string, string>;
  body: Body;
  key: string | undefined;
}

export class FakeTickets {
  tickets = new Map<string, Ticket>();
  messages = new Map<string, TicketMessage[]>();
  replies: SavedReply[] = [];
  files = new Map<string, { ref: FileRef; bytes: Buffer }>();
  asked: Asked[] = [];
  /** Answers the next request of this method and path so. */
  refuseNext = new Map<string, Answer>();
  /**
   * Cuts the connection after a request of this method and path was carried out. It stays so: a browser sends again by
   * itself what a connection that was used before has swallowed.
   */
  cuts = new Set<string>();
  /** Who else looks at every ticket. */
  othersLook: { id: string; name: string }[] = [];
  pageSize = 50;
  private byKey = new Map<string, Answer>();
  private nextId = 100;

  constructor(private readonly server: FakeServer) {}

  put(one: Ticket, messages: TicketMessage[] = []): void {
    this.tickets.set(one.number, one);
    this.messages.set(one.number, messages);
  }

  /** The ticket changes, as if a colleague had done it, and everybody is told. */
  change(number: string, fields: Partial<Ticket>): Ticket {
    const changed = { ...(this.tickets.get(number) as Ticket), updated_at: Date.now(), ...fields };
    this.tickets.set(number, changed);
    this.server.push({ type: 'ticket', ticket: changed });
    return changed;
  }

  viewed(number: unknown): void {
    if (typeof number !== 'string') return;
    const me = { id: this.server.me.id, name: this.server.me.name };
    setTimeout(() => this.server.push({ type: 'viewing', number, agents: [me, ...this.othersLook] }));
  }

  refuse(what: string, status: number, code: string, fields: Record<string, string> = {}): void {
    const answer = Object.keys(fields).length ? badFields(fields) : problem(status, code);
    this.refuseNext.set(what, { ...answer, status });
  }

  count(method: string, path: RegExp): number {
    return this.asked.filter((one) => one.method === method && path.test(one.path)).length;
  }

  last(method: string, path: RegExp): Asked | undefined {
    return this.asked.findLast((one) => one.method === method && path.test(one.path));
  }

  async answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const path = url.pathname.replace('/api/v1', '');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    if (path.startsWith('/files/')) return this.download(path, response);
    const isJson = (request.headers['content-type'] ?? '').startsWith('application/json');
    const asked: Asked = {
      method: request.method ?? 'GET',
      path,
      query: Object.fromEntries(url.searchParams),
      body: isJson && bytes.length ? JSON.parse(String(bytes)) : {},
      key: request.headers['idempotency-key'] as string | undefined,
    };
    this.asked.push(asked);
    const what = `${asked.method} ${path}`;
    const refusal = this.refuseNext.get(what);
    this.refuseNext.delete(what);
    const answer = refusal ?? (path === '/files' ? this.upload(request, bytes) : this.once(asked));
    if (this.cuts.has(what)) return void request.socket.destroy();
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(answer.body === null ? undefined : JSON.stringify(answer.body));
  }

  /** The same key again gets the first answer, another body a refusal. */
  private once(asked: Asked): Answer {
    if (!asked.key) return this.carryOut(asked);
    const known = this.byKey.get(asked.key);
    if (known) return known;
    const answer = this.carryOut(asked);
    this.byKey.set(asked.key, answer);
    return answer;
  }

  private carryOut(asked: Asked): Answer {
    const [, room, id, view] = asked.path.split('/');
    if (room === 'replies') return this.reply(asked, id);
    if (!id) {
      if (asked.method === 'POST') return this.open(asked.body);
      if (asked.method === 'PATCH') return this.changeMany(asked.body);
      return this.list(asked.query);
    }
    const one = this.tickets.get(id);
    if (!one) return problem(404, 'not_found');
    if (view === 'due') return ok(this.due(one));
    if (view === 'messages') return this.write(one, asked.body);
    if (view === 'merge') return this.merge(one, String(asked.body.into));
    if (asked.method === 'PATCH') return ok({ ticket: this.change(id, this.changes(asked.body)) });
    return ok({ ticket: one, messages: this.messages.get(id) ?? [] });
  }

  private list(query: Record<string, string>): Answer {
    const states = query.state?.split(',');
    const departments =
      query.department?.split(',') ?? (this.server.me.role === 'admin' ? null : this.server.me.departments);
    const words = (query.q ?? '').toLowerCase().split(/\s+/);
    const me = this.server.me.id;
    const dueAt = (one: Ticket) =>
      (one.first_responded_at === null ? one.first_response_due_at : one.resolution_due_at) ?? Number.MAX_SAFE_INTEGER;
    const found = [...this.tickets.values()]
      .filter((one) => !departments || departments.includes(one.department))
      .filter((one) => !states || states.includes(one.state))
      .filter((one) => !query.assignee || one.assignee?.id === (query.assignee === 'me' ? me : undefined))
      .filter((one) => !query.priority || one.priority === query.priority)
      .filter((one) => !query.email || one.email === query.email)
      .filter((one) => !query.due_before || dueAt(one) < Number(query.due_before))
      .filter((one) => {
        const text = JSON.stringify([one, this.messages.get(one.number)]).toLowerCase();
        return words.every((word) => text.includes(word));
      })
      .sort((a, b) =>
        query.sort === 'due'
          ? dueAt(a) - dueAt(b)
          : query.sort === 'updated'
            ? b.updated_at - a.updated_at
            : b.number.localeCompare(a.number),
      );
    const from = Number(query.cursor ?? 0);
    const to = from + Number(query.limit ?? this.pageSize);
    return ok({ tickets: found.slice(from, to), next: to < found.length ? String(to) : null });
  }

  private changes(body: Body): Partial<Ticket> {
    const { assignee, numbers: _, ...others } = body;
    if (assignee === undefined) return others;
    const person = [this.server.me, ...this.server.agents].find((one) => one.id === assignee);
    return { ...others, assignee: person ? { id: person.id, name: person.name } : null };
  }

  private changeMany(body: Body): Answer {
    const numbers = body.numbers as string[];
    return ok({ tickets: numbers.map((number) => this.change(number, this.changes(body))) });
  }

  private write(one: Ticket, body: Body): Answer {
    const message: TicketMessage = {
      id: `m_${this.nextId++}`,
      at: Date.now(),
      kind: body.kind as 'answer' | 'note',
      from: { role: 'agent', name: this.server.me.name },
      text: String(body.text),
      files: (body.files as string[]).flatMap((id) => this.files.get(id)?.ref ?? []),
    };
    this.messages.get(one.number)?.push(message);
    const answered =
      body.kind === 'answer' && one.first_responded_at === null ? { first_responded_at: Date.now() } : {};
    const changed = this.change(one.number, {
      ...answered,
      ...(body.state ? { state: body.state as Ticket['state'] } : {}),
    });
    return ok({ message, ticket: changed }, 201);
  }

  private merge(one: Ticket, into: string): Answer {
    const whole = this.tickets.get(into);
    if (!whole) return problem(404, 'not_found');
    if (whole.email !== one.email) return badFields({ into: 'Es de otra persona.' });
    this.messages.get(into)?.push(...(this.messages.get(one.number) ?? []));
    this.messages.set(one.number, [this.event(`Se fusionó en ${into}`)]);
    this.change(one.number, { state: 'closed' });
    return ok({ ticket: this.change(into, {}) });
  }

  event(text: string): TicketMessage {
    return {
      id: `m_${this.nextId++}`,
      at: Date.now(),
      kind: 'event',
      from: { role: 'system', name: '' },
      text,
      files: [],
    };
  }

  private open(body: Body): Answer {
    const wrong: Record<string, string> = {};
    if (!String(body.email).includes('.')) wrong.email = 'Falta el dominio del correo.';
    if (Object.keys(wrong).length) return badFields(wrong);
    const {
      files: _,
      comments,
      name,
      ...fields
    } = body as Partial<Ticket> & { files?: unknown; comments?: string; name?: string };
    const made = ticket(800 + this.nextId++, { ...fields, created_at: Date.now(), updated_at: Date.now() });
    const first = {
      ...this.event(comments ?? ''),
      kind: 'comment' as const,
      from: { role: 'requester' as const, name: name ?? '' },
    };
    this.put(made, comments ? [first] : []);
    this.server.push({ type: 'ticket', ticket: made });
    return ok({ ticket: made, url: `/ticket/${made.number}?key=k` }, 201);
  }

  private due(one: Ticket): Body {
    const at = one.first_response_due_at ?? 0;
    const hour = 3_600_000;
    const used = [
      { from_at: at - 70 * hour, to_at: at - 62 * hour },
      { from_at: at - 16 * hour, to_at: at },
    ];
    return { first_response: { due_at: at, used }, resolution: { due_at: null, used: [] } };
  }

  private reply(asked: Asked, id: string | undefined): Answer {
    if (asked.method === 'GET') return ok({ replies: this.replies });
    const fields = asked.body as Omit<SavedReply, 'id'>;
    if (asked.method === 'POST') {
      const made = { id: `r_${this.nextId++}`, ...fields };
      this.replies = [...this.replies, made];
      return ok({ ...made }, 201);
    }
    if (!this.replies.some((one) => one.id === id)) return problem(404, 'not_found');
    if (asked.method === 'DELETE') {
      this.replies = this.replies.filter((one) => one.id !== id);
      return { status: 204, body: null };
    }
    this.replies = this.replies.map((one) => (one.id === id ? { ...one, ...fields } : one));
    return ok({ id, ...fields });
  }

  private upload(request: IncomingMessage, bytes: Buffer): Answer {
    if (request.headers['x-ventanilla'] !== '1') return problem(403, 'forbidden');
    const text = bytes.toString('latin1');
    const name = Buffer.from(/filename="([^"]*)"/.exec(text)?.[1] ?? 'archivo', 'latin1').toString('utf8');
    const media_type = /\r\nContent-Type: ([^\r]+)/i.exec(text)?.[1] ?? 'application/octet-stream';
    const start = text.indexOf('\r\n\r\n') + 4;
    const content = bytes.subarray(start, text.lastIndexOf('\r\n--', text.length - 6));
    if (media_type === 'application/x-msdownload') return badFields({ file: 'Este tipo de archivo no se acepta.' });
    const ref = { id: `f_${this.nextId++}`, name, size: content.length, media_type };
    this.files.set(ref.id, { ref, bytes: content });
    return ok({ file: ref }, 201);
  }

  private download(path: string, response: ServerResponse): void {
    const file = this.files.get(decodeURIComponent(path.slice('/files/'.length)));
    if (!file) return void response.writeHead(404).end();
    response.writeHead(200, {
      'content-type': file.ref.media_type,
      'content-disposition': 'attachment',
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
    });
    response.end(file.bytes);
  }
}
