/**
 * When to connect, when to wait and when to stay away: the life of one connection as a pure function.
 * Nothing here opens a socket or starts a timer; `connection.ts` carries the effects out.
 */
import { CloseCode } from './protocol.ts';

/** `open` means that hello was sent, `ready` that the server has answered it. */
export type ConnectionState = 'idle' | 'connecting' | 'open' | 'ready' | 'waiting' | 'stopped';

export interface Machine {
  readonly state: ConnectionState;
  /** Attempts since the last welcome; the backoff grows with it. */
  readonly attempt: number;
  /** A token was refused since the last welcome: a second refusal is final. */
  readonly refused: boolean;
  /** The close code that ended the last connection, if any. */
  readonly code: number | undefined;
}

export type Input =
  | { type: 'start' }
  | { type: 'stop' }
  | { type: 'opened' }
  | { type: 'welcomed' }
  | { type: 'closed'; code: number }
  | { type: 'due' }
  | { type: 'wake' };

export type Effect =
  | { type: 'connect' }
  | { type: 'hello' }
  | { type: 'close' }
  | { type: 'wait'; ms: number }
  | { type: 'forget_token' };

export const initial: Machine = { state: 'idle', attempt: 0, refused: false, code: undefined };

const FLOOR_MS = 500;
const CEILING_MS = 30_000;
const ABUSE_MS = 60_000;

/** Full jitter: anywhere between half a second and a bound that doubles with each attempt, up to 30 s. */
export function backoff(attempt: number, random: () => number): number {
  const bound = Math.min(CEILING_MS, 2 * FLOOR_MS * 2 ** Math.min(attempt, 10));
  return FLOOR_MS + random() * (bound - FLOOR_MS);
}

type Verdict = 'reconnect' | 'start_afresh' | 'stay_away_60_s' | 'stay_away';

/** What a close code asks of a client. The band decides, with two exceptions in 44xx. */
export function verdictOf(code: number): Verdict {
  if (code === CloseCode.badToken) return 'start_afresh';
  if (code === CloseCode.abuse) return 'stay_away_60_s';
  if (code >= 4500 && code < 4600) return 'reconnect';
  // 1005 and 1006 are not sent by anybody: the connection just ended.
  if (code === 1005 || code === CloseCode.abnormal) return 'reconnect';
  if (code === CloseCode.goingAway || code === CloseCode.restarting) return 'reconnect';
  return 'stay_away';
}

/** One step. `random` gives numbers in [0, 1). */
export function step(machine: Machine, input: Input, random: () => number): [Machine, Effect[]] {
  const to = (state: ConnectionState, effects: Effect[] = [], more: Partial<Machine> = {}): [Machine, Effect[]] => [
    { ...machine, state, ...more },
    effects,
  ];
  const live = machine.state === 'connecting' || machine.state === 'open' || machine.state === 'ready';

  switch (input.type) {
    case 'start':
      if (live || machine.state === 'waiting') return [machine, []];
      return to('connecting', [{ type: 'connect' }], { attempt: 0, refused: false });
    case 'stop':
      return to('stopped', live ? [{ type: 'close' }] : [], { code: undefined });
    case 'opened':
      return machine.state === 'connecting' ? to('open', [{ type: 'hello' }]) : [machine, []];
    case 'welcomed':
      return machine.state === 'open'
        ? to('ready', [], { attempt: 0, refused: false, code: undefined })
        : [machine, []];
    case 'due':
      return machine.state === 'waiting' ? to('connecting', [{ type: 'connect' }]) : [machine, []];
    case 'wake':
      // Somebody looks at the page again, or the network is back. The pause after abuse is not shortened by that.
      if (machine.state !== 'waiting' || machine.code === CloseCode.abuse) return [machine, []];
      return to('connecting', [{ type: 'connect' }]);
    case 'closed': {
      if (!live) return [machine, []];
      const { code } = input;
      const attempt = machine.attempt + 1;
      const again = (ms: number, effects: Effect[] = [], more: Partial<Machine> = {}) =>
        to('waiting', [...effects, { type: 'wait', ms }], { attempt, code, ...more });
      switch (verdictOf(code)) {
        case 'reconnect':
          return again(backoff(machine.attempt, random));
        case 'stay_away_60_s':
          return again(ABUSE_MS);
        case 'start_afresh':
          if (machine.refused) return to('stopped', [], { code });
          return again(backoff(0, random), [{ type: 'forget_token' }], { refused: true });
        case 'stay_away':
          return to('stopped', [], { code });
      }
    }
  }
}
