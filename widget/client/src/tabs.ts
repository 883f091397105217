/**
 * The tabs of one browser act as one client. The one that holds a Web Lock leads: it has the socket and the state. The
 * others show what it publishes and send it their commands; when it goes, the next in line leads on.
 * Without Web Locks or BroadcastChannel every tab leads for itself, which costs sockets but loses nothing.
 */
import { RequestError } from './connection.ts';

export interface Leader<Command> {
  /** Carries out a command of any tab. Commands are repeated to a new leader, so they must bear that. */
  command(command: Command): Promise<unknown>;
  stop(): void;
}

export interface TabsOptions<State, Command> {
  /** One name, one leader among the tabs of an origin. */
  name: string;
  /** Begins to lead. `last` is what this tab saw last of the leader before it. */
  lead(publish: (state: State) => void, last: State | undefined, alone: boolean): Leader<Command>;
  /** Shows a state, one's own or the leader's. */
  show(state: State): void;
  locks?: Pick<LockManager, 'request'> | undefined;
  Channel?: typeof BroadcastChannel | undefined;
}

type Message<State, Command> =
  | { k: 'ask' }
  | { k: 'lead' }
  | { k: 'state'; state: State }
  | { k: 'do'; tab: string; n: number; command: Command }
  | { k: 'done'; tab: string; n: number; value?: unknown; error?: Partial<RequestError> };

interface Waiting<Command> {
  command: Command;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

const platform = (): { locks?: LockManager | undefined; Channel?: typeof BroadcastChannel | undefined } => ({
  locks: globalThis.navigator?.locks,
  Channel: globalThis.BroadcastChannel,
});

export class Tabs<State, Command> {
  private leader_: Leader<Command> | undefined;
  private last_: State | undefined;
  private channel_: BroadcastChannel | undefined;
  private waiting_ = new Map<number, Waiting<Command>>();
  private n_ = 0;
  private readonly tab_ = Math.random().toString(36).slice(2);
  private leave_: (() => void) | undefined;

  constructor(private readonly options_: TabsOptions<State, Command>) {}

  get leading(): boolean {
    return !!this.leader_;
  }

  start(): void {
    if (this.leave_) return;
    const { locks, Channel } = { ...platform(), ...this.options_ };
    const abort = new AbortController();
    let release: (() => void) | undefined;
    this.leave_ = () => {
      abort.abort();
      release?.();
    };
    if (!locks || !Channel) return this.lead_(true);

    this.channel_ = new Channel(this.options_.name);
    this.channel_.onmessage = ({ data }) => this.receive_(data);
    this.post_({ k: 'ask' });
    const held = () =>
      new Promise<void>((resolve) => {
        release = resolve;
        this.lead_(false);
      });
    // An origin without storage rights has no locks either, and says so only now.
    locks.request(this.options_.name, { signal: abort.signal }, held).catch(() => {
      if (!abort.signal.aborted && !this.leader_) this.lead_(true);
    });
  }

  /** Leaves: the page goes, or the widget is removed. What waits for an answer gets none. */
  stop(): void {
    this.leader_?.stop();
    this.leader_ = undefined;
    this.leave_?.();
    this.leave_ = undefined;
    this.channel_?.close();
    this.channel_ = undefined;
    for (const { reject } of this.waiting_.values()) reject(new RequestError('disconnected'));
    this.waiting_.clear();
  }

  /** Has the leader carry out a command, whoever it is by then. */
  send(command: Command): Promise<unknown> {
    if (this.leader_) return this.leader_.command(command);
    return new Promise((resolve, reject) => {
      const n = ++this.n_;
      this.waiting_.set(n, { command, resolve, reject });
      this.post_({ k: 'do', tab: this.tab_, n, command });
    });
  }

  private post_(message: Message<State, Command>): void {
    this.channel_?.postMessage(message);
  }

  private lead_(alone: boolean): void {
    if (alone) {
      this.channel_?.close();
      this.channel_ = undefined;
    }
    const publish = (state: State) => {
      this.last_ = state;
      this.post_({ k: 'state', state });
      this.options_.show(state);
    };
    this.leader_ = this.options_.lead(publish, this.last_, alone);
    const mine = [...this.waiting_.values()];
    this.waiting_.clear();
    for (const { command, resolve, reject } of mine) this.leader_.command(command).then(resolve, reject);
    this.post_({ k: 'lead' });
  }

  private receive_(message: Message<State, Command>): void {
    switch (message.k) {
      case 'ask':
        if (this.leader_ && this.last_ !== undefined) this.post_({ k: 'state', state: this.last_ });
        return;
      case 'lead':
        // The old leader may have died with our commands.
        for (const [n, { command }] of this.waiting_) this.post_({ k: 'do', tab: this.tab_, n, command });
        return;
      case 'state':
        if (this.leader_) return;
        this.last_ = message.state;
        return this.options_.show(message.state);
      case 'do': {
        const { tab, n } = message;
        this.leader_?.command(message.command).then(
          (value) => this.post_({ k: 'done', tab, n, value }),
          // An error's message is not among the properties that are spread.
          (error: RequestError) => this.post_({ k: 'done', tab, n, error: { ...error, message: error.message } }),
        );
        return;
      }
      case 'done': {
        if (message.tab !== this.tab_) return;
        const waiting = this.waiting_.get(message.n);
        this.waiting_.delete(message.n);
        const { error } = message;
        if (error) waiting?.reject(Object.assign(new RequestError('disconnected'), error));
        else waiting?.resolve(message.value);
      }
    }
  }
}
