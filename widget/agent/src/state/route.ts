/** Where the console is, as the address says it: `#/c/ID`, `#/history?q=…`, `#/history/ID`, else the desk. */
export type Route =
  | { page: 'desk'; chat: string | null }
  | { page: 'history'; chat: string | null; q: string; department: string };

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2);
  const [, page, id] = path.split('/').map(decode);
  if (page === 'history') {
    const params = new URLSearchParams(query);
    return { page, chat: id || null, q: params.get('q') ?? '', department: params.get('department') ?? '' };
  }
  return { page: 'desk', chat: page === 'c' && id ? id : null };
}

export function toHash(route: Route): string {
  const id = route.chat === null ? '' : `/${encodeURIComponent(route.chat)}`;
  if (route.page === 'desk') return id ? `#/c${id}` : '#/';
  const query = new URLSearchParams();
  if (route.q) query.set('q', route.q);
  if (route.department) query.set('department', route.department);
  return `#/history${id}${query.size ? `?${query}` : ''}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // Somebody has typed the address by hand.
    return part;
  }
}
