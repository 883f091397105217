import type {
  AgentState,
  Chat,
  Colleague,
  Entry,
  FileRef,
  Me,
  Note,
  Queue,
  RevokedReason,
  Site,
  Visitor,
} from './wire.ts';

/**
 * Where the line to the server stands. Only `live` lets requests through; in all others what is typed is kept.
 * `displaced` and `stopped` do not come back by themselves, `signed_out` shows the door.
 */
export type Link = 'boot' | 'connecting' | 'live' | 'waiting' | 'displaced' | 'stopped' | 'signed_out';

/** A message that is not yet acknowledged; `refused` holds the code if the server will never take it. */
export interface Pending {
  client_id: string;
  chat: string;
  /** Empty if it is a file. */
  text: string;
  file?: FileRef | undefined;
  at: number;
  refused?: string | undefined;
}

/** `mine`: held by this agent; `watched`: read along; `left`: was mine, readable until put away. */
export type Hold = 'mine' | 'watched' | 'left';

export interface ChatRecord {
  chat: Chat;
  visitor: Visitor | null;
  hold: Hold;
  /** Why it is no longer mine. */
  reason: RevokedReason | null;
  /** In rising `seq`, without doubles; holes are filled by `chat.sync`. */
  entries: Entry[];
  notes: Note[];
  pending: Pending[];
  typing: { on: boolean; draft: string; at: number } | null;
  /** The first fetch of the log has come; until then the log shows a skeleton. */
  loaded: boolean;
}

export interface State {
  link: Link;
  closeCode: number | null;
  /** Server clock minus ours, ms. */
  skew: number;
  me: Me | null;
  agentState: AgentState;
  site: Site | null;
  chats: Record<string, ChatRecord>;
  queues: Queue[] | null;
  /** Server time at which `queues` was true, so that waits can go on counting. */
  queuesAt: number;
  agents: Colleague[];
  /** Code points that a message may have. */
  textLimit: number;
  selected: string | null;
}

export const initialState: State = {
  link: 'boot',
  closeCode: null,
  skew: 0,
  me: null,
  agentState: 'offline',
  site: null,
  chats: {},
  queues: null,
  queuesAt: 0,
  agents: [],
  textLimit: 4000,
  selected: null,
};
