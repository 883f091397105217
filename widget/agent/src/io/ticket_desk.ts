/** What of the tickets lives as long as the console: those that are mine and late, who else looks, saved replies. */
import type { AgentRef, Connection, RequestError } from '@ventanilla/client';
import { late } from '../state/ticket_due.ts';
import type { Me, SavedReply, Ticket } from '../state/wire.ts';
import { Store } from './store.ts';
import type { TicketHttp } from './ticket_http.ts';

export interface TicketsState {
  /** Tickets of mine that somebody waits for, by number. */
  mine: Readonly<Record<string, Ticket>>;
  /** Who has a ticket open, by number. */
  viewing: Readonly<Record<string, readonly AgentRef[]>>;
  /** null: not asked for yet. */
  replies: readonly SavedReply[] | null;
}

export interface TicketDeskOptions {
  http: TicketHttp;
  me(): Me | null;
  connection(): Connection | null;
}

const empty: TicketsState = { mine: {}, viewing: {}, replies: null };
/** More than anybody can have late: the server's largest page. */
const mineAtMost = '200';

export class TicketDesk {
  readonly state = new Store<TicketsState>(empty);
  private readonly changes = new Set<(ticket: Ticket) => void>();
  private readonly returns = new Set<() => void>();
  private readonly renewals = new Set<() => void>();
  private looksAt: string | null = null;

  constructor(private readonly options: TicketDeskOptions) {}

  /** Called once for every connection that is made. */
  attach(connection: Connection): void {
    connection.on('ticket', ({ ticket }) => this.heard(ticket));
    connection.on('viewing', ({ number, agents }) => {
      const { viewing } = this.state.get();
      this.set({ viewing: { ...viewing, [number]: agents } });
    });
  }

  /** The line is there, again: what happened meanwhile was not told. */
  welcomed(): void {
    this.set({ viewing: {} });
    void this.loadMine();
    this.tellView();
    for (const fn of [...this.returns]) fn();
  }

  leave(): void {
    this.looksAt = null;
    this.state.set(empty);
  }

  /** Tells the others which ticket is open here; null: none. */
  view(number: string | null): void {
    if (number === this.looksAt) return;
    this.looksAt = number;
    this.tellView();
  }

  /** A ticket as it is now, from an event or from a reply that changed it. */
  heard(ticket: Ticket): void {
    this.keepMine(ticket);
    for (const fn of [...this.changes]) fn(ticket);
  }

  onChange(fn: (ticket: Ticket) => void): () => void {
    this.changes.add(fn);
    return () => {
      this.changes.delete(fn);
    };
  }

  /** After a cut, when events may have been missed. */
  onReturn(fn: () => void): () => void {
    this.returns.add(fn);
    return () => {
      this.returns.delete(fn);
    };
  }

  /** This agent has opened a ticket: a list shows it at once, for nobody is surprised by it. */
  renew(): void {
    for (const fn of [...this.renewals]) fn();
  }

  onRenew(fn: () => void): () => void {
    this.renewals.add(fn);
    return () => {
      this.renewals.delete(fn);
    };
  }

  /** How many tickets of mine are late. */
  lateCount(now: number): number {
    return Object.values(this.state.get().mine).filter((ticket) => late(ticket, now)).length;
  }

  /** The saved replies, asked for anew. Those known stay until the answer is there. */
  async loadReplies(): Promise<void> {
    this.set({ replies: await this.options.http.replies() });
  }

  private async loadMine(): Promise<void> {
    try {
      const params = { assignee: 'me', state: 'open,pending', sort: 'due', limit: mineAtMost };
      const { tickets } = await this.options.http.list(params);
      this.set({ mine: Object.fromEntries(tickets.map((ticket) => [ticket.number, ticket])) });
    } catch {
      // The badge is a reminder: it comes with the next connection, or with the next event.
    }
  }

  private keepMine(ticket: Ticket): void {
    const { [ticket.number]: known, ...others } = this.state.get().mine;
    const waits = ticket.state === 'open' || ticket.state === 'pending';
    if (waits && ticket.assignee !== null && ticket.assignee.id === this.options.me()?.id)
      this.set({ mine: { ...others, [ticket.number]: ticket } });
    else if (known) this.set({ mine: others });
  }

  private tellView(): void {
    const fields = this.looksAt === null ? {} : { number: this.looksAt };
    // Lost with the line: the next welcome says it again.
    this.options
      .connection()
      ?.request('ticket.view', fields)
      .catch((_: RequestError) => undefined);
  }

  private set(part: Partial<TicketsState>): void {
    this.state.set({ ...this.state.get(), ...part });
  }
}
