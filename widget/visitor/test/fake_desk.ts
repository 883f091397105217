/** The desk over HTTP, in memory: what the ticket form and the files ask of it. Tests steer it, and can make it refuse and fall silent. */
import { vi } from 'vitest';

type Json = Record<string, unknown>;

export interface Asked {
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  body: Json | undefined;
}

export const challenge = (id: string) => ({
  id,
  kind: 'code',
  image: 'data:image/png;base64,iVBORw0KGgo=',
  audio: 'data:audio/wav;base64,UklGRg==',
});

/** One that every sixteenth key solves, with hardly any work. */
const work = (id: string) => ({
  id,
  kind: 'pow',
  parameters: { algorithm: 'PBKDF2/SHA-256', cost: 1, keyLength: 32, keyPrefix: '0', nonce: '00ff', salt: '0102' },
  signature: 'aa',
});

export class FakeDesk {
  asked: Asked[] = [];
  site: Json = {
    departments: [
      { id: 'soporte-tecnico', name: 'Soporte Técnico', channel: 'soporte', state: 'open' },
      { id: 'pagos', name: 'Seguimiento de pagos', channel: null, state: 'open' },
    ],
    captcha: { mode: 'code' },
    files: { max_mib: 10, types: ['image/png', 'application/pdf'] },
  };
  /** What the next `POST /tickets` are answered with; after them, each makes a ticket. */
  refusals: { status: number; body: Json }[] = [];
  /** Requests are carried out, but their answers are lost. */
  mute = false;
  tickets = new Map<string, Json>();
  /** The challenges that have been given out, and uploads by the challenge that they belong to. */
  challenges: string[] = [];
  uploads: { by: string; name: string; id: string }[] = [];
  /** Uploads wait until they are let through. */
  held: FakeRequest[] = [];
  hold = false;
  refuseUpload: string | undefined;
  contents = new Map<string, Blob>();
  /** Further paths, with what they answer to a POST. */
  other = new Map<string, Json>();

  install(): void {
    vi.stubGlobal('fetch', (url: string, init: RequestInit = {}) => this.fetch(url, init));
    const desk = this;
    vi.stubGlobal(
      'XMLHttpRequest',
      class extends FakeRequest {
        constructor() {
          super(desk);
        }
      },
    );
  }

  of(path: string): Asked[] {
    return this.asked.filter((one) => one.path === path);
  }

  private async fetch(url: string, init: RequestInit): Promise<Response> {
    const { pathname, search } = new URL(url, 'https://desk.example');
    const headers = (init.headers ?? {}) as Record<string, string>;
    const body = init.body ? (JSON.parse(init.body as string) as Json) : undefined;
    this.asked.push({ method: init.method ?? 'GET', path: pathname, query: search, headers, body });
    const answer = this.answer(pathname, headers, body);
    if (this.mute) throw new TypeError('Failed to fetch');
    return answer;
  }

  private answer(path: string, headers: Record<string, string>, body: Json | undefined): Response {
    const json = (status: number, value: unknown) => new Response(JSON.stringify(value), { status });
    if (path === '/api/v1/site') return json(200, this.site);
    if (path === '/api/v1/captcha') {
      const id = `q${this.challenges.length + 1}`;
      this.challenges.push(id);
      return json(200, body?.['kind'] === 'pow' ? work(id) : challenge(id));
    }
    if (path.startsWith('/api/v1/files/')) {
      const content = this.contents.get(path.split('/').at(-1) ?? '');
      return content && headers['Authorization'] ? new Response(content) : json(404, { code: 'not_found' });
    }
    const other = this.other.get(path);
    if (other) return json(201, other);
    if (path !== '/api/v1/tickets') return json(404, { code: 'not_found' });
    const key = headers['Idempotency-Key'] ?? '';
    const before = this.tickets.get(key);
    if (before) return json(201, before);
    const refusal = this.refusals.shift();
    if (refusal) return json(refusal.status, refusal.body);
    const made = {
      ticket: {
        number: `T-${String(this.tickets.size + 1).padStart(6, '0')}`,
        first_response_due_at: Date.now() + 86_400_000,
        resolution_due_at: Date.now() + 2 * 86_400_000,
      },
      url: '/ticket/T-000001?key=secreta',
    };
    this.tickets.set(key, made);
    return json(201, made);
  }
}

/** An upload. It is done at once, or when the desk lets it through. */
export class FakeRequest {
  onload: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onabort: (() => void) | null = null;
  upload: { onprogress: ((event: { loaded: number; total: number }) => void) | null } = { onprogress: null };
  status = 0;
  responseText = '';
  private readonly headers: Record<string, string> = {};
  private url = new URL('https://desk.example');
  private name = '';

  constructor(private readonly desk: FakeDesk) {}

  open(_: string, url: string): void {
    this.url = new URL(url, this.url);
  }
  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }
  send(form: FormData): void {
    this.name = (form.get('file') as File).name;
    const { pathname: path, search: query } = this.url;
    this.desk.asked.push({ method: 'POST', path, query, headers: this.headers, body: { name: this.name } });
    if (this.desk.hold) this.desk.held.push(this);
    else setTimeout(() => this.finish());
  }
  progress(share: number): void {
    this.upload.onprogress?.({ loaded: share, total: 1 });
  }
  finish(): void {
    const { desk, name } = this;
    if (desk.refuseUpload) {
      this.status = 422;
      this.responseText = JSON.stringify({ code: 'bad_field', detail: 'x', message: desk.refuseUpload });
      return this.onload?.();
    }
    const id = `f_${desk.uploads.length + 1}`;
    desk.uploads.push({ by: this.headers['X-Captcha'] ?? this.headers['Authorization'] ?? '', name, id });
    this.status = 201;
    this.responseText = JSON.stringify({ file: { id, name, size: 3, media_type: 'image/png' } });
    this.onload?.();
  }
  lose(): void {
    this.onerror?.();
  }
  abort(): void {
    this.onabort?.();
  }
}
