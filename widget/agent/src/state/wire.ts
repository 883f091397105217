/** The agent's half of the wire: the shared client's types, and the HTTP bodies that only the console reads. */
import type * as wire from '@ventanilla/client';

export type {
  AgentInfo as Colleague,
  AgentRef,
  AgentSelf as Me,
  AgentState,
  Entry,
  FileRef,
  MessageEntry,
  Note,
  Queue,
  RevokedReason,
  Ticket,
  TicketPriority,
  TicketState,
  Visitor,
} from '@ventanilla/client';

export type Priority = -1 | 0 | 1;

/** Outcomes that an agent may give; `missed` is the server's alone. */
export const outcomes = ['solved', 'ticket', 'left'] as const;
export type Outcome = (typeof outcomes)[number];

/** In the order in which they are offered. */
export const agentStates = ['online', 'away', 'offline'] as const satisfies wire.AgentState[];

export const ticketPriorities = ['low', 'normal', 'high', 'urgent'] as const satisfies wire.TicketPriority[];
export const ticketStates = ['open', 'pending', 'solved', 'closed'] as const satisfies wire.TicketState[];

/** A chat as hello, replies and HTTP give it: with who is at the other end, how it ended and when. */
export type Chat = wire.Chat & {
  visitor?: wire.Visitor | null;
  outcome?: wire.Outcome | null;
  closed_at?: number | null;
};

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
  files: { max_mib: number; types: string[] };
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

/** One message of a ticket (protocol.md 3.3); an `event` is a line of its history in words. */
export interface TicketMessage {
  id: string;
  at: number;
  kind: 'comment' | 'answer' | 'note' | 'event';
  from: { role: 'requester' | 'agent' | 'system'; name: string };
  text: string;
  files: wire.FileRef[];
}

export interface WholeTicket {
  ticket: wire.Ticket;
  messages: TicketMessage[];
}

/** What can be changed of one ticket, or of many at once. */
export interface TicketChanges {
  state?: wire.TicketState;
  priority?: wire.TicketPriority;
  department?: string;
  /** An agent's id; null: nobody. */
  assignee?: string | null;
}

/** How a due time was counted: stretches of business time, in order. */
export interface DueClock {
  due_at: number | null;
  used: { from_at: number; to_at: number }[];
}

export interface SavedReply {
  id: string;
  title: string;
  text: string;
  /** null: for all departments. */
  department: string | null;
}
