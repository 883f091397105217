/** The agent's half of the wire: the shared client's types, and the HTTP bodies that only the console reads. */
import type * as wire from '@ventanilla/client';

export type {
  AgentInfo as Colleague,
  AgentRef,
  AgentSelf as Me,
  AgentState,
  Entry,
  MessageEntry,
  Note,
  Queue,
  RevokedReason,
  Visitor,
} from '@ventanilla/client';

export type Priority = -1 | 0 | 1;

/** Outcomes that an agent may give; `missed` is the server's alone. */
export const outcomes = ['solved', 'ticket', 'left'] as const;
export type Outcome = (typeof outcomes)[number];

export const ticketPriorities = ['low', 'normal', 'high', 'urgent'] as const;
export type TicketPriority = (typeof ticketPriorities)[number];

/** A chat as hello, replies and HTTP give it: with who is at the other end, and how it ended. */
export type Chat = wire.Chat & { visitor?: wire.Visitor | null; outcome?: wire.Outcome | null };

export type Hello = Omit<wire.AgentWelcome, 'type' | 're' | 'chats'> & { chats: Chat[] };

/** What the server tells an agent without being asked. */
export type Event = wire.Events[
  | 'entry'
  | 'tick'
  | 'chat.assigned'
  | 'chat.revoked'
  | 'queues'
  | 'agents'
  | 'typing'
  | 'read'
  | 'note'
  | 'visitor'
  | 'state'];

export const eventTypes = [
  'entry',
  'tick',
  'chat.assigned',
  'chat.revoked',
  'queues',
  'agents',
  'typing',
  'read',
  'note',
  'visitor',
  'state',
] as const satisfies readonly Event['type'][];

export interface Department {
  id: string;
  name: string;
  channel?: string | undefined;
  answer_within_s?: number | undefined;
}

export interface Site {
  name: string;
  locale: string;
  timezone: string;
  accent: string | null;
  departments: Department[];
}

export type Verdict =
  | 'chosen'
  | 'full'
  | 'away'
  | 'offline'
  | 'grace'
  | 'other_department'
  | 'tried'
  | 'busier'
  | 'shorter_idle';

export interface Decision {
  at: number;
  event: string;
  chosen: wire.AgentRef | string | null;
  considered: { agent: wire.AgentRef | string; verdict: Verdict; load?: number; idle_s?: number }[];
  others?: Record<string, number>;
  rule?: string;
}
