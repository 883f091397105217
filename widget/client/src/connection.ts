/** One WebSocket that comes back: carries out what `machine.ts` decides, pairs replies with requests, spreads events. */
import { type ConnectionState, type Effect, type Input, initial, type Machine, step } from './machine.ts';
import {
  CloseCode,
  type ErrorReply,
  type Events,
  type EventType,
  type Ok,
  parseFrame,
  type Replies,
  type Requests,
  type RequestType,
  SUBPROTOCOL,
} from './protocol.ts';

/** The part of WebSocket that is used. */
export interface SocketLike {
  onopen: ((event: never) => unknown) | null;
  onmessage: ((event: never) => unknown) | null;
  onclose: ((event: never) => unknown) | null;
  send(data: string): void;
  close(code?: number): void;
}

export type SocketConstructor = new (url: string, protocols: string) => SocketLike;

export interface Timers {
  set(fn: () => void, ms: number): unknown;
  clear(handle: unknown): void;
  now(): number;
}

export interface ConnectionOptions {
  url: string;
  /** The fields of hello, asked for anew at every connection: that is how resume gets its latest `seq`. */
  hello(): object;
  /** A token was refused (4401); what `hello()` gives next must not hold it. */
  forgetToken?(): void;
  /** A harmless request that proves the peer is there; any reply will do. */
  probe?(): { type: RequestType; fields: object } | undefined;
  WebSocket?: SocketConstructor;
  timers?: Timers;
  random?: () => number;
}

/** Local codes beside those of the wire: the reply never came, or there was nobody to send to. */
export type FailureCode = ErrorReply['code'] | 'disconnected';

/** Why a request failed. */
export class RequestError extends Error {
  constructor(
    readonly code: FailureCode,
    message: string = code,
    readonly field?: string,
    readonly retry_after_ms?: number,
  ) {
    super(message);
  }
}

/** The slowest answer of a living server is a store timeout of a second or so; twenty mean that nobody is there. */
const REPLY_MS = 20_000;
/** Open chats tick every 20 s. */
const SILENCE_MS = 45_000;
const PROBE_MS = 5_000;

interface Pending {
  type: string;
  resolve(ok: never): void;
  reject(error: RequestError): void;
  deadline: number;
}

const browserTimers: Timers = {
  set: (fn, ms) => setTimeout(fn, ms),
  clear: (handle) => clearTimeout(handle as number),
  now: () => Date.now(),
};

type Listener = (value: never) => void;

export class Connection {
  private machine: Machine = initial;
  private socket: SocketLike | undefined;
  private nextId = 1;
  private heardAt = 0;
  private pending = new Map<number, Pending>();
  private listeners = new Map<string, Set<Listener>>();
  private waitTimer: unknown;
  private watchTimer: unknown;
  private readonly timers: Timers;

  constructor(private readonly options: ConnectionOptions) {
    this.timers = options.timers ?? browserTimers;
  }

  get state(): ConnectionState {
    return this.machine.state;
  }

  /** The close code that ended the last connection; undefined once a new one is ready. */
  get closeCode(): number | undefined {
    return this.machine.code;
  }

  start(): void {
    this.feed({ type: 'start' });
  }

  stop(): void {
    this.feed({ type: 'stop' });
  }

  /** The page is visible or the network is back: connect now, and doubt a connection that may have died asleep. */
  wake(): void {
    this.feed({ type: 'wake' });
    if (this.state === 'ready') this.probe();
  }

  /** Carries out one request. Rejects with a `RequestError`, `disconnected` if the reply did not come. */
  request<T extends RequestType>(type: T, fields: Requests[T]): Promise<Ok & Replies[T]> {
    if (this.state !== 'ready') return Promise.reject(new RequestError('disconnected'));
    return this.send(type, fields) as Promise<Ok & Replies[T]>;
  }

  /** Calls `fn` for every event of that type; the function given back ends it. */
  on<T extends EventType>(type: T, fn: (event: Events[T]) => void): () => void {
    return this.listen(type, fn);
  }

  onState(fn: (state: ConnectionState) => void): () => void {
    return this.listen(' state', fn);
  }

  /** Calls `fn` with the reply to hello, each time the connection has become ready. */
  onReady<W extends Ok>(fn: (welcome: W) => void): () => void {
    return this.listen(' ready', fn);
  }

  private listen(key: string, fn: Listener): () => void {
    let set = this.listeners.get(key);
    if (!set) this.listeners.set(key, (set = new Set()));
    set.add(fn);
    return () => set.delete(fn);
  }

  private emit(key: string, value: unknown): void {
    for (const fn of [...(this.listeners.get(key) ?? [])]) fn(value as never);
  }

  private feed(input: Input): void {
    const before = this.machine;
    const [after, effects] = step(before, input, this.options.random ?? Math.random);
    this.machine = after;
    if (after.state !== 'waiting') this.timers.clear(this.waitTimer);
    for (const effect of effects) this.carryOut(effect);
    if (this.machine.state !== before.state) this.emit(' state', this.machine.state);
  }

  private carryOut(effect: Effect): void {
    switch (effect.type) {
      case 'connect':
        return this.connect();
      case 'hello':
        return this.hello();
      case 'close':
        return this.drop(CloseCode.done);
      case 'wait':
        this.waitTimer = this.timers.set(() => this.feed({ type: 'due' }), effect.ms);
        return;
      case 'forget_token':
        this.options.forgetToken?.();
    }
  }

  private connect(): void {
    const Ctor = this.options.WebSocket ?? (WebSocket as unknown as SocketConstructor);
    this.nextId = 1;
    this.heardAt = this.timers.now();
    let socket: SocketLike;
    try {
      socket = new Ctor(this.options.url, SUBPROTOCOL);
    } catch {
      // The page's CSP does not allow the address: trying again would only fill its log with reports.
      return this.feed({ type: 'closed', code: CloseCode.notAllowed });
    }
    this.socket = socket;
    // A socket that was given up must not speak for the one that came after it.
    const mine = (fn: (event: never) => void) => (event: never) => {
      if (this.socket === socket) fn(event);
    };
    socket.onopen = mine(() => this.feed({ type: 'opened' }));
    socket.onmessage = mine((event: { data: unknown }) => this.receive(event.data));
    socket.onclose = mine((event: { code: number }) => this.closed(event.code));
    this.watch();
  }

  private hello(): void {
    this.send('hello', this.options.hello()).then(
      () => undefined,
      (error: RequestError) => {
        // What is wrong for good is followed by a close code; what is not ready yet is tried again later.
        if (error.code === 'unavailable' || error.code === 'slow_down') this.drop(CloseCode.abnormal);
      },
    );
  }

  private send(type: string, fields: object, timeout = REPLY_MS): Promise<Ok> {
    return new Promise((resolve, reject) => {
      const id = this.nextId++;
      this.pending.set(id, { type, resolve, reject, deadline: this.timers.now() + timeout });
      this.socket?.send(JSON.stringify({ type, id, ...fields }));
    });
  }

  private receive(data: unknown): void {
    this.heardAt = this.timers.now();
    const frame = parseFrame(data);
    if (!frame) return;
    if (frame.type !== 'ok' && frame.type !== 'error') return this.emit(frame.type, frame);
    const { re } = frame as Ok;
    const waiting = this.pending.get(re);
    if (!waiting) return;
    this.pending.delete(re);
    if (frame.type === 'error') {
      const { code, message, field, retry_after_ms } = frame as ErrorReply;
      return waiting.reject(new RequestError(code, message, field, retry_after_ms));
    }
    if (waiting.type === 'hello') {
      // Listeners first: entries of a resume come right behind, and must find the log ready for them.
      this.machine = step(this.machine, { type: 'welcomed' }, Math.random)[0];
      this.emit(' ready', frame);
      this.emit(' state', this.machine.state);
    }
    waiting.resolve(frame as never);
  }

  private closed(code: number): void {
    this.socket = undefined;
    this.timers.clear(this.watchTimer);
    const lost = [...this.pending.values()];
    this.pending.clear();
    this.feed({ type: 'closed', code });
    for (const request of lost) request.reject(new RequestError('disconnected'));
  }

  /** Gives the socket up without waiting for the peer, which may be gone. */
  private drop(code: number): void {
    const socket = this.socket;
    if (!socket) return;
    this.closed(code);
    // 1006 must not be sent; a close without a code says as much.
    socket.close(code === CloseCode.done ? code : undefined);
  }

  private probe(): void {
    const probe = this.options.probe?.();
    if (probe) this.send(probe.type, probe.fields, PROBE_MS).catch(() => undefined);
  }

  /** Looks every few seconds at requests without a reply, and at a silence in which even ticks are missing. */
  private watch(): void {
    this.watchTimer = this.timers.set(() => {
      const now = this.timers.now();
      const silence = now - this.heardAt;
      const overdue = [...this.pending.values()].some((request) => request.deadline <= now);
      // Still connecting after all that time counts as dead, too.
      if (overdue || (this.state === 'connecting' && silence >= REPLY_MS)) return this.drop(CloseCode.abnormal);
      if (this.state === 'ready' && silence >= SILENCE_MS && !this.pending.size) this.probe();
      this.watch();
    }, PROBE_MS);
  }
}
