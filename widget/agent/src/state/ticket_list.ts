/**
 * The list of tickets as it is looked at: pages one after the other, and what happens meanwhile. Pure. A row is changed
 * where it stands; what is new is counted, not put between the rows that somebody is about to press.
 */
import { due } from './ticket_due.ts';
import type { Me, Ticket } from './wire.ts';

export const views = ['departments', 'mine', 'unassigned', 'all'] as const;
export const stateChoices = ['active', 'open', 'pending', 'solved', 'closed', 'any'] as const;
export const dueChoices = ['', 'late', 'day', 'week'] as const;
export const sorts = ['due', 'newest', 'updated'] as const;

/** What is asked for, as the address says it. */
export interface TicketQuery {
  view: (typeof views)[number];
  state: (typeof stateChoices)[number];
  department: string;
  priority: '' | Ticket['priority'];
  due: (typeof dueChoices)[number];
  sort: (typeof sorts)[number];
  q: string;
}

export const defaultQuery: TicketQuery = {
  view: 'departments',
  state: 'active',
  department: '',
  priority: '',
  due: '',
  sort: 'due',
  q: '',
};

const hour = 3_600_000;
const dueAhead = { late: 0, day: 24 * hour, week: 7 * 24 * hour } as const;

/** Code points that a search may have. */
const queryLimit = 200;

/**
 * The views that say something: whoever sees their departments only has no "all", and an admin's "departments" needs
 * exactly one, for the server is asked for one or for all.
 */
export function viewsFor(me: Me | null): readonly TicketQuery['view'][] {
  if (me?.role !== 'admin') return views.filter((view) => view !== 'all');
  return me.departments.length === 1 ? views : views.filter((view) => view !== 'departments');
}

/** The view of a query as it is for this agent: an address may come from somebody who sees more, or less. */
export function viewFor(query: TicketQuery, me: Me | null): TicketQuery['view'] {
  if (viewsFor(me).includes(query.view)) return query.view;
  return me?.role === 'admin' ? 'all' : 'departments';
}

/** The question to the server. `now` decides what is due: it stays the same for all pages of one list. */
export function searchParams(query: TicketQuery, me: Me | null, now: number): Record<string, string> {
  const wanted: Record<string, string> = { sort: query.sort };
  const departments = departmentsOf(query, me);
  if (departments) wanted['department'] = departments.join(',');
  if (query.view === 'mine') wanted['assignee'] = 'me';
  if (query.view === 'unassigned') wanted['assignee'] = 'none';
  if (query.state === 'active') wanted['state'] = 'open,pending';
  else if (query.state !== 'any') wanted['state'] = query.state;
  if (query.priority) wanted['priority'] = query.priority;
  if (query.due) wanted['due_before'] = String(now + dueAhead[query.due]);
  const q = [...query.q.trim()].slice(0, queryLimit).join('');
  if (q) wanted['q'] = q;
  return wanted;
}

/** The departments that the list is limited to; null: to those that one may see at all. */
function departmentsOf(query: TicketQuery, me: Me | null): string[] | null {
  if (query.department) return [query.department];
  // Others see nothing but their departments anyhow.
  return me?.role === 'admin' && viewFor(query, me) === 'departments' ? me.departments : null;
}

/** "Martínez" is found by "martinez". */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** protocol.md 3.6: admins, those of the department, and who has the ticket. */
export function mayRead(ticket: Ticket, me: Me | null): boolean {
  return (
    me?.role === 'admin' || ticket.assignee?.id === me?.id || (me?.departments.includes(ticket.department) ?? false)
  );
}

/** Whether the ticket belongs into the list, as far as can be told without the words of its messages. */
export function fits(ticket: Ticket, query: TicketQuery, me: Me | null, now: number): boolean {
  if (!mayRead(ticket, me)) return false;
  const departments = departmentsOf(query, me);
  if (departments && !departments.includes(ticket.department)) return false;
  if (query.view === 'mine' && ticket.assignee?.id !== me?.id) return false;
  if (query.view === 'unassigned' && ticket.assignee !== null) return false;
  if (query.state === 'active' && ticket.state !== 'open' && ticket.state !== 'pending') return false;
  if (query.state !== 'active' && query.state !== 'any' && ticket.state !== query.state) return false;
  if (query.priority && ticket.priority !== query.priority) return false;
  const { at } = due(ticket, now);
  if (query.due && (at === null || at >= now + dueAhead[query.due])) return false;
  const text = fold(`${ticket.number} ${ticket.email} ${ticket.rfc ?? ''} ${ticket.subject}`);
  return fold(query.q)
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export interface TicketList {
  /** In the order in which the server gave them. */
  tickets: Ticket[];
  /** Cursor of the next page; null: these are all. */
  next: string | null;
  /** Numbers of those that would stand in the list if it was asked for now. */
  fresh: string[];
  /** Numbers of rows that no longer belong here; they stay until the list is asked for again. */
  gone: string[];
}

export interface TicketPage {
  tickets: Ticket[];
  next: string | null;
}

export function firstPage(page: TicketPage): TicketList {
  return { ...page, fresh: [], gone: [] };
}

/** One more page. What has moved between two pages comes once. */
export function appended(list: TicketList, page: TicketPage): TicketList {
  const known = new Set(list.tickets.map((ticket) => ticket.number));
  const added = page.tickets.filter((ticket) => !known.has(ticket.number));
  const numbers = new Set(added.map((ticket) => ticket.number));
  return {
    ...list,
    tickets: [...list.tickets, ...added],
    next: page.next,
    fresh: list.fresh.filter((number) => !numbers.has(number)),
  };
}

/** A ticket has changed, or come into being. */
export function heard(list: TicketList, ticket: Ticket, query: TicketQuery, me: Me | null, now: number): TicketList {
  const { number } = ticket;
  const belongs = fits(ticket, query, me, now);
  const at = list.tickets.findIndex((one) => one.number === number);
  const known = list.tickets[at];
  if (known) {
    // Replies and events overtake each other.
    if (ticket.updated_at < known.updated_at) return list;
    // What was found by words in its messages still has them.
    const stays = belongs || (query.q !== '' && fits(ticket, { ...query, q: '' }, me, now));
    return { ...list, tickets: list.tickets.with(at, ticket), gone: withNumber(list.gone, number, !stays) };
  }
  const last = list.tickets.at(-1);
  // Below the last row it is no news: a later page brings it.
  const above = list.next === null || last === undefined || order(query.sort)(ticket, last) < 0;
  return { ...list, fresh: withNumber(list.fresh, number, belongs && above) };
}

/** The first page again, after a time without events: what is new is counted, what is there is brought up to date. */
export function caughtUp(list: TicketList, page: TicketPage, query: TicketQuery): TicketList {
  const found = new Map(page.tickets.map((ticket) => [ticket.number, ticket]));
  const shown = new Set(list.tickets.map((ticket) => ticket.number));
  const last = page.tickets.at(-1);
  const compare = order(query.sort);
  // Only as far as the page reaches, missing means gone.
  const reached = (ticket: Ticket) => page.next === null || (last !== undefined && compare(ticket, last) <= 0);
  return {
    ...list,
    tickets: list.tickets.map((ticket) => found.get(ticket.number) ?? ticket),
    fresh: page.tickets.flatMap(({ number }) => (shown.has(number) ? [] : [number])),
    gone: list.tickets.flatMap((ticket) => (found.has(ticket.number) || !reached(ticket) ? [] : [ticket.number])),
  };
}

function withNumber(numbers: string[], number: string, there: boolean): string[] {
  if (numbers.includes(number) === there) return numbers;
  return there ? [...numbers, number] : numbers.filter((one) => one !== number);
}

/** The server's orders; the number decides between equals. */
function order(sort: TicketQuery['sort']): (a: Ticket, b: Ticket) => number {
  const newer = (a: Ticket, b: Ticket) => Number(b.number.slice(2)) - Number(a.number.slice(2));
  if (sort === 'newest') return newer;
  if (sort === 'updated') return (a, b) => b.updated_at - a.updated_at || newer(a, b);
  const at = (ticket: Ticket) => due(ticket, 0).at ?? Number.MAX_SAFE_INTEGER;
  return (a, b) => at(a) - at(b) || -newer(a, b);
}
