/**
 * Checks of what the server sends, field by field, for tests and for whoever does not trust a server.
 * Unknown fields are allowed everywhere; a known one of the wrong type is not.
 */
import type {
  AgentWelcome,
  Chat,
  Entry,
  ErrorReply,
  EventType,
  Ok,
  Replies,
  RequestType,
  ServerEvent,
  VisitorWelcome,
} from './protocol.ts';

type Check = (value: unknown) => boolean;

const string: Check = (value) => typeof value === 'string';
const boolean: Check = (value) => typeof value === 'boolean';
const integer: Check = Number.isSafeInteger;
const number: Check = Number.isFinite;
const natural: Check = (value) => integer(value) && (value as number) >= 0;
const oneOf =
  (...values: string[]): Check =>
  (value) =>
    values.includes(value as string);
const nullable =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const list =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const record: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const shape =
  (fields: Record<string, Check>): Check =>
  (value) =>
    record(value) && Object.entries(fields).every(([key, check]) => check((value as Record<string, unknown>)[key]));
const both =
  (...checks: Check[]): Check =>
  (value) =>
    checks.every((check) => check(value));

const outcome = oneOf('solved', 'ticket', 'missed', 'left');
const channelState = oneOf('open', 'closed', 'busy');
const agentState = oneOf('online', 'away', 'offline');
const person = shape({ role: oneOf('visitor', 'agent', 'system'), id: optional(string), name: optional(string) });
const agentRef = shape({ id: string, name: string });
const fileRef = shape({ id: string, name: string, size: natural, media_type: string });

const entryKinds: Record<Entry['kind'], Check> = {
  message: (value) => {
    const { text, file } = value as { text?: unknown; file?: unknown };
    return (text === undefined) !== (file === undefined) && (text === undefined ? fileRef(file) : string(text));
  },
  queued: shape({ department: string, reason: oneOf('new', 'agent_lost', 'no_answer', 'transfer') }),
  assigned: shape({ agent: agentRef }),
  transferred: shape({ to: record }),
  ticket: shape({ ticket: shape({ number: string }) }),
  rated: shape({
    score: both(integer, (score) => (score as number) >= 1 && (score as number) <= 5),
    comment: optional(string),
  }),
  closed: shape({ by: oneOf('visitor', 'agent', 'timeout', 'system'), outcome }),
};

const entry = both(
  shape({
    chat: string,
    seq: both(natural, (seq) => seq !== 0),
    at: natural,
    kind: oneOf(...Object.keys(entryKinds)),
    from: optional(person),
    client_id: optional(string),
  }),
  (value) => entryKinds[(value as Entry).kind](value),
);

const chat = shape({
  id: string,
  status: oneOf('queued', 'assigned', 'closed'),
  department: string,
  priority: integer,
  agent: nullable(agentRef),
  position: nullable(natural),
  wait_s: nullable(number),
  last: natural,
  read: shape({ visitor: natural, agent: natural }),
});

const visitor = shape({
  id: string,
  name: optional(nullable(string)),
  email: optional(nullable(string)),
  verified: boolean,
  connected: boolean,
  page: optional(nullable(record)),
  locale: optional(string),
  since_at: optional(natural),
  fields: optional(record),
  chats_before: optional(natural),
});

const channel = shape({
  id: string,
  title: string,
  greeting: optional(string),
  state: channelState,
  opens_at: nullable(natural),
  ask: list(oneOf('message', 'name', 'email', 'department')),
  departments: list(
    shape({
      id: string,
      name: string,
      state: channelState,
      waiting: optional(natural),
      wait_s: optional(nullable(number)),
    }),
  ),
  phones: list(shape({ label: string, number: string })),
  ticket_url: string,
});

const queue = shape({
  department: string,
  waiting: natural,
  longest_wait_s: number,
  agents_online: natural,
  free_slots: natural,
  chats: list(shape({ chat: string, name: optional(nullable(string)), since_at: natural })),
});

const agent = shape({ id: string, name: string, state: agentState, free_slots: integer, departments: list(string) });

const ok = shape({ type: oneOf('ok'), re: natural });

const error = shape({
  type: oneOf('error'),
  re: natural,
  code: oneOf(
    'bad_json',
    'unknown_type',
    'bad_field',
    'unauthenticated',
    'forbidden',
    'not_found',
    'offline',
    'not_assigned',
    'chat_closed',
    'client_id_reuse',
    'slow_down',
    'unavailable',
  ),
  message: string,
  field: optional(string),
  retry_after_ms: optional(natural),
});

const events: Record<EventType, Check> = {
  entry,
  tick: shape({ chat: string, last: natural }),
  queue: shape({ chat: string, position: nullable(natural), wait_s: nullable(number) }),
  typing: shape({ chat: string, on: boolean, from: person, draft: optional(string) }),
  read: shape({ chat: string, role: oneOf('visitor', 'agent'), seq: natural }),
  channel: shape({ channel }),
  'chat.assigned': shape({ chat, visitor }),
  'chat.revoked': shape({ chat: string, reason: oneOf('no_answer', 'transferred', 'closed', 'agent_lost') }),
  queues: shape({ queues: list(queue) }),
  note: record,
  ticket: record,
  visitor: shape({ chat: string, visitor }),
  agents: shape({ agents: list(agent) }),
  state: shape({ state: agentState }),
  viewing: shape({ number: string, agents: list(record) }),
};

export const isOk = (value: unknown): value is Ok => ok(value);
export const isErrorReply = (value: unknown): value is ErrorReply => error(value);
export const isEntry = (value: unknown): value is Entry => entry(value);
export const isChat = (value: unknown): value is Chat => chat(value);

/** An event of a known type, whole. */
export function isEvent(value: unknown): value is ServerEvent {
  const type = record(value) ? (value as { type: EventType }).type : undefined;
  return type !== undefined && Object.hasOwn(events, type) && events[type](value);
}

const welcome = both(ok, shape({ now: natural, limits: record }));

export const isVisitorWelcome = (value: unknown): value is VisitorWelcome =>
  both(welcome, shape({ visitor: string, token: string, channel, chat: nullable(chat) }))(value);

export const isAgentWelcome = (value: unknown): value is AgentWelcome =>
  both(
    welcome,
    shape({
      agent: shape({
        id: string,
        username: string,
        name: string,
        role: oneOf('agent', 'supervisor', 'admin'),
        departments: list(string),
      }),
      state: agentState,
      chats: list(both(chat, shape({ visitor }))),
      queues: list(queue),
      agents: list(agent),
    }),
  )(value);

const seq = shape({ seq: natural });
const withChat = shape({ chat });

const replies: Record<RequestType, Check> = {
  'chat.start': both(withChat, shape({ existing: optional(boolean) })),
  'message.send': both(seq, shape({ at: natural })),
  typing: record,
  read: record,
  'chat.sync': shape({ entries: list(entry), last: natural }),
  'chat.close': seq,
  'chat.rate': seq,
  'chat.transcript': record,
  page: record,
  'state.set': shape({ state: agentState }),
  'chat.take': withChat,
  'chat.note': shape({ note: record }),
  'chat.transfer': record,
  'chat.ticket': shape({ ticket: shape({ number: string }) }),
  'chat.watch': withChat,
  'chat.unwatch': record,
  'chat.priority': withChat,
  'ticket.view': record,
};

/** The `ok` to a request of that type. */
export const isReply = <T extends RequestType>(type: T, value: unknown): value is Ok & Replies[T] =>
  ok(value) && Object.hasOwn(replies, type) && replies[type](value);
