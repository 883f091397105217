/** The HTTP side of the contract (protocol.md §3), as far as the console uses it. */
import type { Chat, Decision, Department, Entry, Note, Site } from '../state/wire.ts';

/** `status` 0: the server was not reached. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly retryAfterS: number | null = null,
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
}

const json = { 'Content-Type': 'application/json' };

export function browserHttp(base = '/api/v1'): Http {
  async function call(path: string, init: RequestInit = {}): Promise<unknown> {
    let response: Response;
    try {
      response = await fetch(base + path, { credentials: 'same-origin', cache: 'no-store', ...init });
    } catch {
      throw new HttpError(0, 'disconnected');
    }
    const body: unknown = await response.json().catch(() => ({}));
    if (response.ok) return body;
    const code = (body as { code?: unknown }).code;
    const retryAfter = Number(response.headers.get('Retry-After'));
    throw new HttpError(
      response.status,
      typeof code === 'string' ? code : 'other',
      Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null,
    );
  }

  return {
    async signIn(username, password) {
      await call('/sessions', { method: 'POST', headers: json, body: JSON.stringify({ username, password }) });
    },
    async signOut() {
      await call('/sessions/current', { method: 'DELETE', headers: json });
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
  };
}
