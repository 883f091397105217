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
  /** The server would not take the hello; who can give a better one starts again from here. */
  refused?(error: RequestError): void;
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
  private machine_: Machine = initial;
  private socket_: SocketLike | undefined;
  private nextId_ = 1;
  private heardAt_ = 0;
  private pending_ = new Map<number, Pending>();
  private listeners_ = new Map<string, Set<Listener>>();
  private waitTimer_: unknown;
  private watchTimer_: unknown;
  private readonly timers_: Timers;

  constructor(private readonly options_: ConnectionOptions) {
    this.timers_ = options_.timers ?? browserTimers;
  }

  get state(): ConnectionState {
    return this.machine_.state;
  }

  /** The close code that ended the last connection; undefined once a new one is ready. */
  get closeCode(): number | undefined {
    return this.machine_.code;
  }

  start(): void {
    this.feed_({ type: 'start' });
  }

  stop(): void {
    this.feed_({ type: 'stop' });
  }

  /** The page is visible or the network is back: connect now, and doubt a connection that may have died asleep. */
  wake(): void {
    this.feed_({ type: 'wake' });
    if (this.state === 'ready') this.probe_();
  }

  /** Carries out one request. Rejects with a `RequestError`, `disconnected` if the reply did not come. */
  request<T extends RequestType>(type: T, fields: Requests[T]): Promise<Ok & Replies[T]> {
    if (this.state !== 'ready') return Promise.reject(new RequestError('disconnected'));
    return this.send_(type, fields) as Promise<Ok & Replies[T]>;
  }

  /** Calls `fn` for every event of that type; the function given back ends it. */
  on<T extends EventType>(type: T, fn: (event: Events[T]) => void): () => void {
    return this.listen_(type, fn);
  }

  onState(fn: (state: ConnectionState) => void): () => void {
    return this.listen_(' state', fn);
  }

  /** Calls `fn` with the reply to hello, each time the connection has become ready. */
  onReady<W extends Ok>(fn: (welcome: W) => void): () => void {
    return this.listen_(' ready', fn);
  }

  private listen_(key: string, fn: Listener): () => void {
    let set = this.listeners_.get(key);
    if (!set) this.listeners_.set(key, (set = new Set()));
    set.add(fn);
    return () => set.delete(fn);
  }

  private emit_(key: string, value: unknown): void {
    for (const fn of [...(this.listeners_.get(key) ?? [])]) fn(value as never);
  }

  private feed_(input: Input): void {
    const before = this.machine_;
    const [after, effects] = step(before, input, this.options_.random ?? Math.random);
    this.machine_ = after;
    if (after.state !== 'waiting') this.timers_.clear(this.waitTimer_);
    for (const effect of effects) this.carryOut_(effect);
    if (this.machine_.state !== before.state) this.emit_(' state', this.machine_.state);
  }

  private carryOut_(effect: Effect): void {
    switch (effect.type) {
      case 'connect':
        return this.connect_();
      case 'hello':
        return this.hello_();
      case 'close':
        return this.drop_(CloseCode.done);
      case 'wait':
        this.waitTimer_ = this.timers_.set(() => this.feed_({ type: 'due' }), effect.ms);
        return;
      case 'forget_token':
        this.options_.forgetToken?.();
    }
  }

  private connect_(): void {
    const Ctor = this.options_.WebSocket ?? (WebSocket as unknown as SocketConstructor);
    this.nextId_ = 1;
    this.heardAt_ = this.timers_.now();
    let socket: SocketLike;
    try {
      socket = new Ctor(this.options_.url, SUBPROTOCOL);
    } catch {
      // The page's CSP does not allow the address: trying again would only fill its log with reports.
      return this.feed_({ type: 'closed', code: CloseCode.notAllowed });
    }
    this.socket_ = socket;
    // A socket that was given up must not speak for the one that came after it.
    const mine = (fn: (event: never) => void) => (event: never) => {
      if (this.socket_ === socket) fn(event);
    };
    socket.onopen = mine(() => this.feed_({ type: 'opened' }));
    socket.onmessage = mine((event: { data: unknown }) => this.receive_(event.data));
    socket.onclose = mine((event: { code: number }) => this.closed_(event.code));
    this.watch_();
  }

  private hello_(): void {
    this.send_('hello', this.options_.hello()).then(
      () => undefined,
      (error: RequestError) => {
        // What is wrong for good is followed by a close code; what is not ready yet is tried again later.
        if (error.code === 'unavailable' || error.code === 'slow_down') this.drop_(CloseCode.abnormal);
        else this.options_.refused?.(error);
      },
    );
  }

  private send_(type: string, fields: object, timeout = REPLY_MS): Promise<Ok> {
    return new Promise((resolve, reject) => {
      const id = this.nextId_++;
      this.pending_.set(id, { type, resolve, reject, deadline: this.timers_.now() + timeout });
      this.socket_?.send(JSON.stringify({ type, id, ...fields }));
    });
  }

  private receive_(data: unknown): void {
    this.heardAt_ = this.timers_.now();
    const frame = parseFrame(data);
    if (!frame) return;
    if (frame.type !== 'ok' && frame.type !== 'error') return this.emit_(frame.type, frame);
    const { re } = frame as Ok;
    const waiting = this.pending_.get(re);
    if (!waiting) return;
    this.pending_.delete(re);
    if (frame.type === 'error') {
      const { code, message, field, retry_after_ms } = frame as ErrorReply;
      return waiting.reject(new RequestError(code, message, field, retry_after_ms));
    }
    if (waiting.type === 'hello') {
      // Listeners first: entries of a resume come right behind, and must find the log ready for them.
      this.machine_ = step(this.machine_, { type: 'welcomed' }, Math.random)[0];
      this.emit_(' ready', frame);
      this.emit_(' state', this.machine_.state);
    }
    waiting.resolve(frame as never);
  }

  private closed_(code: number): void {
    this.socket_ = undefined;
    this.timers_.clear(this.watchTimer_);
    const lost = [...this.pending_.values()];
    this.pending_.clear();
    this.feed_({ type: 'closed', code });
    for (const request of lost) request.reject(new RequestError('disconnected'));
  }

  /** Gives the socket up without waiting for the peer, which may be gone. */
  private drop_(code: number): void {
    const socket = this.socket_;
    if (!socket) return;
    this.closed_(code);
    // 1006 must not be sent; a close without a code says as much.
    socket.close(code === CloseCode.done ? code : undefined);
  }

  private probe_(): void {
    const probe = this.options_.probe?.();
    if (probe) this.send_(probe.type, probe.fields, PROBE_MS).catch(() => undefined);
  }

  /** Looks every few seconds at requests without a reply, and at a silence in which even ticks are missing. */
  private watch_(): void {
    this.watchTimer_ = this.timers_.set(() => {
      const now = this.timers_.now();
      const silence = now - this.heardAt_;
      const overdue = [...this.pending_.values()].some((request) => request.deadline <= now);
      // Still connecting after all that time counts as dead, too.
      if (overdue || (this.state === 'connecting' && silence >= REPLY_MS)) return this.drop_(CloseCode.abnormal);
      if (this.state === 'ready' && silence >= SILENCE_MS && !this.pending_.size) this.probe_();
      this.watch_();
    }, PROBE_MS);
  }
}
