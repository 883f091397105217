/**
 * Where the console is, as the address says it: `#/c/ID`, `#/history?q=…`, `#/history/ID`, `#/tickets?view=…`,
 * `#/tickets/T-000123?view=…`, else the desk.
 */
import { defaultQuery, dueChoices, sorts, stateChoices, type TicketQuery, views } from './ticket_list.ts';
import { ticketPriorities } from './wire.ts';

export type Route =
  | { page: 'desk'; chat: string | null }
  | { page: 'history'; chat: string | null; q: string; department: string }
  | { page: 'tickets'; number: string | null; query: TicketQuery };

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2);
  const [, page, id] = path.split('/').map(decode);
  const params = new URLSearchParams(query);
  if (page === 'history') {
    return { page, chat: id || null, q: params.get('q') ?? '', department: params.get('department') ?? '' };
  }
  if (page === 'tickets') return { page, number: id || null, query: readQuery(params) };
  return { page: 'desk', chat: page === 'c' && id ? id : null };
}

export function toHash(route: Route): string {
  if (route.page === 'tickets') return `#/tickets${part(route.number)}${asked(route.query)}`;
  if (route.page === 'desk') return route.chat === null ? '#/' : `#/c${part(route.chat)}`;
  return `#/history${part(route.chat)}${asked({ q: route.q, department: route.department })}`;
}

function part(id: string | null): string {
  return id === null ? '' : `/${encodeURIComponent(id)}`;
}

/** What is as always is left out, so that addresses stay short. */
function asked(fields: Partial<TicketQuery>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== defaultQuery[name as keyof TicketQuery]) query.set(name, value);
  }
  return query.size ? `?${query}` : '';
}

function readQuery(params: URLSearchParams): TicketQuery {
  const one = <T extends string>(name: keyof TicketQuery, choices: readonly T[], other: T): T => {
    const value = params.get(name);
    return choices.find((choice) => choice === value) ?? other;
  };
  return {
    view: one('view', views, defaultQuery.view),
    state: one('state', stateChoices, defaultQuery.state),
    department: params.get('department') ?? '',
    priority: one('priority', ['', ...ticketPriorities], ''),
    due: one('due', dueChoices, ''),
    sort: one('sort', sorts, defaultQuery.sort),
    q: params.get('q') ?? '',
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // Somebody has typed the address by hand.
    return part;
  }
}
