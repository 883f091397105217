/**
 * The frames of the WebSocket protocol `ventanilla.v1`, as a client sees them.
 * The names are those of the wire. Times are milliseconds since the epoch unless a name ends in `_s` or `_ms`.
 */

export const SUBPROTOCOL = 'ventanilla.v1';

/** Codes of an `error` reply. */
export type ReplyCode =
  | 'bad_json'
  | 'unknown_type'
  | 'bad_field'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'offline'
  | 'not_assigned'
  | 'chat_closed'
  | 'client_id_reuse'
  | 'slow_down'
  | 'unavailable';

/** Close codes that a client treats each in its own way; the rest follows from the band. */
export const CloseCode = {
  done: 1000,
  goingAway: 1001,
  abnormal: 1006,
  restarting: 1012,
  badHello: 4400,
  badToken: 4401,
  notAllowed: 4403,
  displaced: 4409,
  abuse: 4429,
  serverFailed: 4500,
  tooSlow: 4513,
} as const;

export type Role = 'visitor' | 'agent' | 'system';
export type ChatStatus = 'queued' | 'assigned' | 'closed';
export type ChannelState = 'open' | 'closed' | 'busy';
export type AgentState = 'online' | 'away' | 'offline';
export type Outcome = 'solved' | 'ticket' | 'missed' | 'left';
export type AskedField = 'message' | 'name' | 'email' | 'department';
export type QueuedReason = 'new' | 'agent_lost' | 'no_answer' | 'transfer';
export type RevokedReason = 'no_answer' | 'transferred' | 'closed' | 'agent_lost';

export interface Person {
  role: Role;
  id?: string;
  name?: string;
}

export interface AgentRef {
  id: string;
  name: string;
}

export interface FileRef {
  id: string;
  name: string;
  size: number;
  media_type: string;
}

interface EntryBase {
  chat: string;
  seq: number;
  at: number;
  from: Person;
  client_id?: string;
}

export interface MessageEntry extends EntryBase {
  kind: 'message';
  text?: string;
  file?: FileRef;
}
export interface QueuedEntry extends EntryBase {
  kind: 'queued';
  department: string;
  reason: QueuedReason;
}
export interface AssignedEntry extends EntryBase {
  kind: 'assigned';
  agent: AgentRef;
}
export interface TransferredEntry extends EntryBase {
  kind: 'transferred';
  to: { agent?: AgentRef | string; department?: string };
}
export interface TicketEntry extends EntryBase {
  kind: 'ticket';
  ticket: { number: string };
}
export interface RatedEntry extends EntryBase {
  kind: 'rated';
  score: number;
  comment?: string;
}
export interface ClosedEntry extends EntryBase {
  kind: 'closed';
  by: 'visitor' | 'agent' | 'timeout' | 'system';
  outcome: Outcome;
}

/** One immutable line of a chat's log. */
export type Entry =
  | MessageEntry
  | QueuedEntry
  | AssignedEntry
  | TransferredEntry
  | TicketEntry
  | RatedEntry
  | ClosedEntry;

export interface Chat {
  id: string;
  status: ChatStatus;
  department: string;
  priority: number;
  agent: AgentRef | null;
  position: number | null;
  wait_s: number | null;
  last: number;
  read: { visitor: number; agent: number };
}

export interface ChannelDepartment {
  id: string;
  name: string;
  state: ChannelState;
  waiting?: number;
  wait_s?: number | null;
}

export interface Phone {
  label: string;
  number: string;
  hours?: { es: string; en: string };
}

export interface Channel {
  id: string;
  title: string;
  greeting?: string;
  state: ChannelState;
  opens_at: number | null;
  ask: AskedField[];
  departments: ChannelDepartment[];
  phones: Phone[];
  ticket_url: string;
}

export interface Page {
  url?: string;
  title?: string;
  referrer?: string;
}

export interface Visitor {
  id: string;
  name?: string;
  email?: string;
  verified: boolean;
  connected: boolean;
  page?: Page;
  locale?: string;
  since_at?: number;
  fields?: Record<string, string>;
  chats_before?: number;
}

export interface Queue {
  department: string;
  waiting: number;
  longest_wait_s: number;
  agents_online: number;
  free_slots: number;
  chats: { chat: string; name?: string; since_at: number }[];
}

export interface AgentInfo {
  id: string;
  name: string;
  state: AgentState;
  free_slots: number;
  departments: string[];
}

export interface AgentSelf {
  id: string;
  username: string;
  name: string;
  role: 'agent' | 'supervisor' | 'admin';
  departments: string[];
  capacity: number;
}

export interface Note {
  id?: string;
  chat?: string;
  at: number;
  from: Person;
  text: string;
}

export type TicketState = 'open' | 'pending' | 'solved' | 'closed';
export type TicketPriority = 'low' | 'normal' | 'high' | 'urgent';

/** TICKET of protocol.md 3. */
export interface Ticket {
  number: string;
  state: TicketState;
  channel: 'chat' | 'form' | 'mail' | 'phone';
  email: string;
  rfc: string | null;
  department: string;
  subject: string;
  priority: TicketPriority;
  created_at: number;
  updated_at: number;
  assignee: AgentRef | null;
  chat: string | null;
  follows: string | null;
  first_response_due_at: number | null;
  first_responded_at: number | null;
  resolution_due_at: number | null;
  resolved_at: number | null;
  closes_at: number | null;
}

export interface Limits {
  frame_bytes: number;
  text: number;
  name: number;
  email: number;
  comments: number;
  nesting: number;
  sockets: number;
  messages_per_s: number;
  message_burst: number;
}

export interface Ok {
  type: 'ok';
  re: number;
}

export interface ErrorReply {
  type: 'error';
  re: number;
  code: ReplyCode;
  message: string;
  field?: string;
  retry_after_ms?: number;
}

export interface VisitorWelcome extends Ok {
  visitor: string;
  token: string;
  now: number;
  limits: Limits;
  channel: Channel;
  chat: Chat | null;
}

export interface AgentWelcome extends Ok {
  agent: AgentSelf;
  state: AgentState;
  chats: (Chat & { visitor: Visitor })[];
  queues: Queue[];
  agents: AgentInfo[];
  now: number;
  limits: Limits;
}

/** What each request carries beside `type` and `id`. */
export interface Requests {
  'chat.start': {
    client_id: string;
    department?: string;
    name?: string;
    email?: string;
    message?: string;
    fields?: Record<string, string>;
  };
  'message.send': { chat: string; client_id: string; text?: string; file?: string };
  typing: { chat: string; on: boolean; draft?: string };
  read: { chat: string; seq: number };
  'chat.sync': { chat: string; after: number; limit?: number };
  'chat.close': { chat: string; outcome?: Outcome };
  'chat.rate': { chat: string; score: number; comment?: string };
  'chat.transcript': { chat: string };
  page: { url: string; title?: string };
  'state.set': { state: AgentState };
  'chat.take': { chat?: string; department?: string };
  'chat.note': { chat: string; text: string };
  'chat.transfer': { chat: string; to: { agent?: string; department?: string }; note?: string };
  'chat.ticket': {
    chat: string;
    client_id: string;
    subject: string;
    department?: string;
    priority?: TicketPriority;
    rfc?: string;
    email?: string;
    comments?: string;
  };
  'chat.watch': { chat: string };
  'chat.unwatch': { chat: string };
  'chat.priority': { chat: string; priority: -1 | 0 | 1 };
  'ticket.view': { number?: string };
}

/** What the `ok` to each request carries. */
export interface Replies {
  'chat.start': { chat: Chat; existing?: boolean };
  'message.send': { seq: number; at: number };
  typing: object;
  read: object;
  'chat.sync': { entries: Entry[]; last: number };
  'chat.close': { seq: number };
  'chat.rate': { seq: number };
  'chat.transcript': object;
  page: object;
  'state.set': { state: AgentState };
  'chat.take': { chat: Chat; visitor?: Visitor };
  'chat.note': { note: Note };
  'chat.transfer': object;
  'chat.ticket': { ticket: { number: string } };
  'chat.watch': { chat: Chat; visitor?: Visitor };
  'chat.unwatch': { chat?: Chat };
  'chat.priority': { chat: Chat };
  'ticket.view': object;
}

export type RequestType = keyof Requests;

/** Events, by their type. An `entry` event is the entry itself. */
export interface Events {
  entry: Entry & { type: 'entry' };
  tick: { type: 'tick'; chat: string; last: number };
  queue: { type: 'queue'; chat: string; position: number | null; wait_s: number | null };
  typing: { type: 'typing'; chat: string; on: boolean; from: Person; draft?: string };
  read: { type: 'read'; chat: string; role: 'visitor' | 'agent'; seq: number };
  channel: { type: 'channel'; channel: Channel };
  'chat.assigned': { type: 'chat.assigned'; chat: Chat; visitor: Visitor };
  'chat.revoked': { type: 'chat.revoked'; chat: string; reason: RevokedReason };
  queues: { type: 'queues'; queues: Queue[] };
  note: { type: 'note'; chat: string; note: Note };
  ticket: { type: 'ticket'; ticket: Ticket };
  visitor: { type: 'visitor'; chat: string; visitor: Visitor };
  agents: { type: 'agents'; agents: AgentInfo[] };
  state: { type: 'state'; state: AgentState };
  viewing: { type: 'viewing'; number: string; agents: AgentRef[] };
}

export type EventType = keyof Events;
export type ServerEvent = Events[EventType];
export type ServerFrame = (Ok & Record<string, unknown>) | ErrorReply | ServerEvent;

/**
 * Reads one frame. Undefined for what is no frame at all; an event of an unknown type is given back as it is,
 * for servers may be newer than clients.
 */
export function parseFrame(text: unknown): ServerFrame | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const frame: unknown = JSON.parse(text);
    return frame && typeof (frame as { type?: unknown }).type === 'string' ? (frame as ServerFrame) : undefined;
  } catch {
    return undefined;
  }
}
