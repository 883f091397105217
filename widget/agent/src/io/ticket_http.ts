/** Tickets and saved replies over HTTP (protocol.md 3.3). */
import type { TicketPage } from '../state/ticket_list.ts';
import type { DueClock, SavedReply, Ticket, TicketChanges, TicketMessage, WholeTicket } from '../state/wire.ts';
import type { Call } from './http.ts';

/** A ticket that an agent opens from a call. */
export interface NewTicket {
  email: string;
  name?: string;
  rfc?: string;
  department: string;
  subject: string;
  priority: Ticket['priority'];
  comments?: string;
  files?: string[];
}

export interface NewMessage {
  kind: 'answer' | 'note';
  text: string;
  files: string[];
  state?: Ticket['state'];
}

export interface TicketHttp {
  list(params: Record<string, string>): Promise<TicketPage>;
  read(number: string): Promise<WholeTicket>;
  due(number: string): Promise<{ first_response: DueClock; resolution: DueClock }>;
  change(number: string, changes: TicketChanges): Promise<Ticket>;
  changeMany(numbers: readonly string[], changes: TicketChanges): Promise<Ticket[]>;
  write(number: string, message: NewMessage, key: string): Promise<{ message: TicketMessage; ticket: Ticket }>;
  merge(number: string, into: string): Promise<Ticket>;
  open(ticket: NewTicket, key: string): Promise<Ticket>;
  replies(): Promise<SavedReply[]>;
  addReply(reply: Omit<SavedReply, 'id'>, key: string): Promise<void>;
  changeReply(id: string, reply: Omit<SavedReply, 'id'>): Promise<void>;
  deleteReply(id: string): Promise<void>;
}

export function ticketHttp(call: Call): TicketHttp {
  const path = (number: string, more = '') => `/tickets/${encodeURIComponent(number)}${more}`;
  const replyPath = (id: string) => `/replies/${encodeURIComponent(id)}`;
  const ticketOf = (answer: unknown) => (answer as { ticket: Ticket }).ticket;
  return {
    async list(params) {
      const page = (await call(`/tickets?${new URLSearchParams(params)}`)) as Partial<TicketPage>;
      return { tickets: page.tickets ?? [], next: page.next ?? null };
    },
    async read(number) {
      return (await call(path(number))) as WholeTicket;
    },
    async due(number) {
      return (await call(path(number, '/due'))) as { first_response: DueClock; resolution: DueClock };
    },
    async change(number, changes) {
      return ticketOf(await call(path(number), { method: 'PATCH', body: changes }));
    },
    async changeMany(numbers, changes) {
      const answer = await call('/tickets', { method: 'PATCH', body: { numbers, ...changes } });
      return (answer as { tickets: Ticket[] }).tickets;
    },
    async write(number, message, key) {
      const init = { method: 'POST', body: message, idempotencyKey: key };
      return (await call(path(number, '/messages'), init)) as { message: TicketMessage; ticket: Ticket };
    },
    async merge(number, into) {
      return ticketOf(await call(path(number, '/merge'), { method: 'POST', body: { into } }));
    },
    async open(ticket, key) {
      const init = { method: 'POST', body: { ...ticket, channel: 'phone' }, idempotencyKey: key };
      return ticketOf(await call('/tickets', init));
    },
    async replies() {
      return ((await call('/replies')) as { replies?: SavedReply[] }).replies ?? [];
    },
    async addReply(reply, key) {
      await call('/replies', { method: 'POST', body: reply, idempotencyKey: key });
    },
    async changeReply(id, reply) {
      await call(replyPath(id), { method: 'PATCH', body: reply });
    },
    async deleteReply(id) {
      await call(replyPath(id), { method: 'DELETE' });
    },
  };
}
