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
  private leader: Leader<Command> | undefined;
  private last: State | undefined;
  private channel: BroadcastChannel | undefined;
  private waiting = new Map<number, Waiting<Command>>();
  private n = 0;
  private readonly tab = Math.random().toString(36).slice(2);
  private leave: (() => void) | undefined;

  constructor(private readonly options: TabsOptions<State, Command>) {}

  get leading(): boolean {
    return !!this.leader;
  }

  start(): void {
    if (this.leave) return;
    const { locks, Channel } = { ...platform(), ...this.options };
    const abort = new AbortController();
    let release: (() => void) | undefined;
    this.leave = () => {
      abort.abort();
      release?.();
    };
    if (!locks || !Channel) return this.lead(true);

    this.channel = new Channel(this.options.name);
    this.channel.onmessage = ({ data }) => this.receive(data);
    this.post({ k: 'ask' });
    const held = () =>
      new Promise<void>((resolve) => {
        release = resolve;
        this.lead(false);
      });
    // An origin without storage rights has no locks either, and says so only now.
    locks.request(this.options.name, { signal: abort.signal }, held).catch(() => {
      if (!abort.signal.aborted && !this.leader) this.lead(true);
    });
  }

  /** Leaves: the page goes, or the widget is removed. What waits for an answer gets none. */
  stop(): void {
    this.leader?.stop();
    this.leader = undefined;
    this.leave?.();
    this.leave = undefined;
    this.channel?.close();
    this.channel = undefined;
    for (const { reject } of this.waiting.values()) reject(new RequestError('disconnected'));
    this.waiting.clear();
  }

  /** Has the leader carry out a command, whoever it is by then. */
  send(command: Command): Promise<unknown> {
    if (this.leader) return this.leader.command(command);
    return new Promise((resolve, reject) => {
      const n = ++this.n;
      this.waiting.set(n, { command, resolve, reject });
      this.post({ k: 'do', tab: this.tab, n, command });
    });
  }

  private post(message: Message<State, Command>): void {
    this.channel?.postMessage(message);
  }

  private lead(alone: boolean): void {
    if (alone) {
      this.channel?.close();
      this.channel = undefined;
    }
    const publish = (state: State) => {
      this.last = state;
      this.post({ k: 'state', state });
      this.options.show(state);
    };
    this.leader = this.options.lead(publish, this.last, alone);
    const mine = [...this.waiting.values()];
    this.waiting.clear();
    for (const { command, resolve, reject } of mine) this.leader.command(command).then(resolve, reject);
    this.post({ k: 'lead' });
  }

  private receive(message: Message<State, Command>): void {
    switch (message.k) {
      case 'ask':
        if (this.leader && this.last !== undefined) this.post({ k: 'state', state: this.last });
        return;
      case 'lead':
        // The old leader may have died with our commands.
        for (const [n, { command }] of this.waiting) this.post({ k: 'do', tab: this.tab, n, command });
        return;
      case 'state':
        if (this.leader) return;
        this.last = message.state;
        return this.options.show(message.state);
      case 'do': {
        const { tab, n } = message;
        this.leader?.command(message.command).then(
          (value) => this.post({ k: 'done', tab, n, value }),
          // An error's message is not among the properties that are spread.
          (error: RequestError) => this.post({ k: 'done', tab, n, error: { ...error, message: error.message } }),
        );
        return;
      }
      case 'done': {
        if (message.tab !== this.tab) return;
        const waiting = this.waiting.get(message.n);
        this.waiting.delete(message.n);
        const { error } = message;
        if (error) waiting?.reject(Object.assign(new RequestError('disconnected'), error));
        else waiting?.resolve(message.value);
      }
    }
  }
}
