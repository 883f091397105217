/** What the tabs of one browser share about one channel: the leader's session publishes it, every tab shows it. */
import type { Channel, Chat, ConnectionState, Entry, FailureCode, OutboxItem } from '@ventanilla/client';

export interface View {
  connection: ConnectionState;
  /** Why the server ended the connection for good. */
  code: number | undefined;
  /** Null until the first welcome. */
  channel: Channel | null;
  chat: Chat | null;
  entries: Entry[];
  /** Written, not acknowledged. */
  pending: OutboxItem[];
  /** The name of the agent who is typing. */
  typing: string | null;
  /** What the server would not take last, and what was in it. */
  refused: { code: FailureCode; message: string; field: string | undefined; text: string; client_id: string } | null;
  /** The server's clock less this device's. */
  skew: number;
}

export interface Identity {
  email?: string;
  name?: string;
  fields?: Record<string, string>;
  expires_at?: number;
  signature?: string;
}

export interface StartFields {
  name?: string;
  email?: string;
  message?: string;
  department?: string;
  fields?: Record<string, string>;
}

/** What a tab asks of the leader. All can be repeated without harm. */
export type Command =
  | { do: 'start'; client_id: string; fields: StartFields }
  | { do: 'send'; client_id: string; text?: string; file?: string }
  | { do: 'typing'; on: boolean; draft: string }
  | { do: 'read'; seq: number }
  | { do: 'close' }
  | { do: 'rate'; score: number; comment: string }
  | { do: 'transcript' }
  | { do: 'page'; page: { url: string; title: string } }
  | { do: 'identify' }
  | { do: 'forget' }
  | { do: 'logout' }
  | { do: 'wake' };

/** The site's own words and rules, which the server writes into the script. */
export interface Site {
  site: string;
  name: string;
  locale: string;
  timezone: string;
  accent: string;
  channels: SiteChannel[];
  phones: { label: string; number: string; hours?: { es: string; en: string } }[];
  email?: string;
}

export interface SiteChannel {
  id: string;
  title: string;
  greeting?: string;
  side: 'left' | 'right';
  ask: ('message' | 'name' | 'email' | 'department')[];
  any: boolean;
  departments: { id: string; name: string }[];
}
