/** The HTTP side of the contract (protocol.md §3), as far as the console uses it. */
import type { Chat, Decision, Department, Entry, Note, Site } from '../state/wire.ts';
import { type TicketHttp, ticketHttp } from './ticket_http.ts';

/** `status` 0: the server was not reached. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly retryAfterS: number | null = null,
    /** What is wrong with each field, in the server's words. */
    readonly fields: Readonly<Record<string, string>> = {},
  ) {
    super(code);
  }
}

export interface ChatPage {
  chats: Chat[];
  next: string | null;
}

export interface WholeChat {
  chat: Chat;
  entries: Entry[];
  notes: Note[];
}

export interface Http {
  signIn(username: string, password: string): Promise<void>;
  signOut(): Promise<void>;
  /** True if the cookie still stands for a session. */
  signedIn(): Promise<boolean>;
  site(): Promise<Site>;
  chats(query: { q?: string; department?: string; cursor?: string }): Promise<ChatPage>;
  /** What waits and what is held, newest first, as far as this agent may see it. */
  openChats(): Promise<Chat[]>;
  chat(id: string): Promise<WholeChat>;
  why(id: string): Promise<Decision[]>;
  readonly tickets: TicketHttp;
}

/** Carries one request out; `body` goes as JSON. */
export type Call = (path: string, init?: CallInit) => Promise<unknown>;

export interface CallInit {
  method?: string;
  body?: unknown;
  /** The same key and body again get the first answer again. */
  idempotencyKey?: string;
}

const json = { 'Content-Type': 'application/json' };

/** Refusals in the language of the page: what is wrong with a field is shown as the server says it. */
function headersOf({ body, method, idempotencyKey }: CallInit): Record<string, string> {
  return {
    'Accept-Language': document.documentElement.lang,
    ...(body !== undefined || method ? json : {}),
    ...(idempotencyKey ? { 'Idempotency-Key': idempotencyKey } : {}),
  };
}

/** What a refusal says, whatever came instead of one. */
export function refusal(status: number, body: unknown, retryAfter: string | null): HttpError {
  const { code, field, message, errors } = (body ?? {}) as Record<string, unknown>;
  const fields: Record<string, string> = {};
  for (const error of Array.isArray(errors) ? errors : [{ field, message }]) {
    if (typeof error?.field === 'string') fields[error.field] = typeof error.message === 'string' ? error.message : '';
  }
  const wait = Number(retryAfter);
  return new HttpError(
    status,
    typeof code === 'string' ? code : status === 413 ? 'too_big' : 'other',
    Number.isFinite(wait) && wait > 0 ? wait : null,
    fields,
  );
}

export function browserHttp(base = '/api/v1'): Http {
  const call: Call = async (path, init = {}) => {
    let response: Response;
    try {
      response = await fetch(base + path, {
        credentials: 'same-origin',
        cache: 'no-store',
        method: init.method ?? 'GET',
        headers: headersOf(init),
        ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
      });
    } catch {
      throw new HttpError(0, 'disconnected');
    }
    const body: unknown = await response.json().catch(() => ({}));
    if (response.ok) return body;
    throw refusal(response.status, body, response.headers.get('Retry-After'));
  };

  return {
    async signIn(username, password) {
      await call('/sessions', { method: 'POST', body: { username, password } });
    },
    async signOut() {
      await call('/sessions/current', { method: 'DELETE' });
    },
    async signedIn() {
      try {
        await call('/chats?limit=1');
        return true;
      } catch (error) {
        if (error instanceof HttpError && error.status === 401) return false;
        throw error;
      }
    },
    async site() {
      return readSite(await call('/site'));
    },
    async chats({ q, department, cursor }) {
      const query = new URLSearchParams();
      if (q) query.set('q', q);
      if (department) query.set('department', department);
      if (cursor) query.set('cursor', cursor);
      const page = (await call(`/chats?${query}`)) as Partial<ChatPage>;
      return { chats: page.chats ?? [], next: page.next ?? null };
    },
    async openChats() {
      const page = (await call('/chats?state=open')) as Partial<ChatPage>;
      return page.chats ?? [];
    },
    async chat(id) {
      const whole = (await call(`/chats/${encodeURIComponent(id)}`)) as WholeChat;
      return { ...whole, entries: whole.entries ?? [], notes: whole.notes ?? [] };
    },
    async why(id) {
      const answer = (await call(`/chats/${encodeURIComponent(id)}/why`)) as { decisions?: Decision[] };
      return answer.decisions ?? [];
    },
    tickets: ticketHttp(call),
  };
}

interface RawDepartment {
  id: string;
  name?: string;
  channel?: string;
  answer_within_s?: number;
}

/** `/site` says what the visitor's widget needs; the console picks the names, the zone and the colour out of it. */
export function readSite(body: unknown): Site {
  const raw = body as {
    name?: string;
    locale?: string;
    timezone?: string;
    accent?: string;
    look?: { accent?: string };
    departments?: RawDepartment[];
    channels?: { id: string; departments?: RawDepartment[] }[];
    files?: Partial<Site['files']>;
  };
  const found = new Map<string, Department>();
  const take = (list: RawDepartment[] | undefined, channel?: string) => {
    for (const { id, name, channel: own, answer_within_s } of list ?? []) {
      const old = found.get(id);
      found.set(id, {
        id,
        name: name ?? old?.name ?? id,
        channel: own ?? channel ?? old?.channel,
        answer_within_s: answer_within_s ?? old?.answer_within_s,
      });
    }
  };
  for (const channel of raw.channels ?? []) take(channel.departments, channel.id);
  take(raw.departments);
  return {
    name: raw.name ?? '',
    locale: raw.locale ?? 'es-MX',
    timezone: raw.timezone ?? 'America/Mexico_City',
    accent: raw.look?.accent ?? raw.accent ?? null,
    departments: [...found.values()],
    files: { max_mib: raw.files?.max_mib ?? 10, types: raw.files?.types ?? [] },
  };
}
