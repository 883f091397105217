import { describe, expect, it } from 'vitest';
import { span } from '../src/i18n/time.ts';
import { askedAs } from '../src/io/kept.ts';
import { asksForReplies, fill, gaps, placeholderNames } from '../src/state/placeholders.ts';
import { parseRoute, toHash } from '../src/state/route.ts';
import { due, late } from '../src/state/ticket_due.ts';
import {
  appended,
  caughtUp,
  defaultQuery,
  firstPage,
  fits,
  heard,
  searchParams,
  viewFor,
  viewsFor,
} from '../src/state/ticket_list.ts';
import { ticketNumber } from '../src/views/palette.tsx';
import { fittingReplies } from '../src/views/reply_picker.tsx';
import { hello, T0, ticket } from './make.ts';

const me = hello().agent;
const hour = 3_600_000;
const numbers = (list: { tickets: { number: string }[] }) => list.tickets.map((one) => one.number);

describe('how urgent a ticket is', () => {
  const owed = { first_responded_at: null };
  const answered = { first_responded_at: T0 - hour };
  it.each([
    ['first response passed', { ...owed, first_response_due_at: T0 }, 'late', 'first_response'],
    ['first response in 1 ms', { ...owed, first_response_due_at: T0 + 1 }, 'soon', 'first_response'],
    ['first response in 4 h', { ...owed, first_response_due_at: T0 + 4 * hour }, 'soon', 'first_response'],
    ['first response later', { ...owed, first_response_due_at: T0 + 4 * hour + 1 }, 'fine', 'first_response'],
    ['owed although pending', { ...owed, state: 'pending', first_response_due_at: T0 - 1 }, 'late', 'first_response'],
    [
      'answered: the solution counts',
      { ...answered, first_response_due_at: T0 - 9, resolution_due_at: T0 + 9 * hour },
      'fine',
      'resolution',
    ],
    ['solution in 8 h', { ...answered, resolution_due_at: T0 + 8 * hour }, 'soon', 'resolution'],
    ['solution passed', { ...answered, resolution_due_at: T0 - 1 }, 'late', 'resolution'],
    ['waits for the customer', { ...answered, state: 'pending', resolution_due_at: null }, 'waiting', null],
    ['open without a clock', { ...answered, resolution_due_at: null }, 'none', null],
    ['solved, though it was late', { ...owed, state: 'solved', first_response_due_at: T0 - 1 }, 'none', null],
    ['closed', { ...answered, state: 'closed', resolution_due_at: T0 - 1 }, 'none', null],
  ] as const)('%s', (_, fields, urgency, clock) => {
    const one = ticket(1, fields);
    expect(due(one, T0)).toMatchObject({ urgency, clock });
    expect(late(one, T0)).toBe(urgency === 'late');
  });

  it.each([
    [0, '1 min'],
    [59 * 60_000, '59 min'],
    [3 * hour + 20 * 60_000, '3 h 20 min'],
    [24 * hour, '1 d'],
    [51 * hour + 1, '2 d 3 h'],
  ])('%i ms is %s', (ms, words) => expect(span(ms)).toBe(words));
});

describe('the question to the server', () => {
  it('says what differs from everything', () => {
    expect(searchParams(defaultQuery, me, T0)).toEqual({ sort: 'due', state: 'open,pending' });
    const all = {
      view: 'mine',
      state: 'any',
      department: 'pagos',
      priority: 'high',
      due: 'day',
      sort: 'newest',
      q: ' árbol ',
    } as const;
    expect(searchParams(all, me, T0)).toEqual({
      sort: 'newest',
      assignee: 'me',
      department: 'pagos',
      priority: 'high',
      due_before: String(T0 + 24 * hour),
      q: 'árbol',
    });
    expect(searchParams({ ...defaultQuery, view: 'unassigned', state: 'closed' }, me, T0)).toMatchObject({
      assignee: 'none',
      state: 'closed',
    });
  });

  it('limits an admin to the own department unless everything is asked for', () => {
    const admin = (...departments: string[]) => ({ ...me, role: 'admin' as const, departments });
    expect(searchParams(defaultQuery, admin('pagos'), T0)['department']).toBe('pagos');
    expect(searchParams({ ...defaultQuery, view: 'all' }, admin('pagos'), T0)['department']).toBeUndefined();
    expect(searchParams(defaultQuery, admin('pagos', 'ventas'), T0)['department']).toBeUndefined();
    expect(viewFor(defaultQuery, admin('pagos', 'ventas'))).toBe('all');
    expect(viewFor(defaultQuery, admin('pagos'))).toBe('departments');
    expect(viewFor({ ...defaultQuery, view: 'all' }, me)).toBe('departments');
    expect(viewsFor(admin())).toEqual(['mine', 'unassigned', 'all']);
  });
});

describe('which tickets belong into the list', () => {
  const mine = { assignee: { id: me.id, name: me.name } };
  it.each([
    ['an open one', {}, {}, true],
    ['a solved one among the active', { state: 'solved' }, {}, false],
    ['a solved one among the solved', { state: 'solved' }, { state: 'solved' }, true],
    ['one of a colleague among mine', { assignee: { id: 'a_eva', name: 'Eva' } }, { view: 'mine' }, false],
    ['my own among mine', mine, { view: 'mine' }, true],
    ['my own among the unassigned', mine, { view: 'unassigned' }, false],
    ['of a foreign department', { department: 'ventas' }, {}, false],
    ['of a foreign department, but mine', { department: 'ventas', ...mine }, {}, true],
    ['of another department than asked for', { department: 'soporte-tecnico' }, { department: 'pagos' }, false],
    ['of another priority', { priority: 'low' }, { priority: 'high' }, false],
    ['late, asked for', { first_response_due_at: T0 - 1 }, { due: 'late' }, true],
    ['not late, late asked for', { first_response_due_at: T0 + 1 }, { due: 'late' }, false],
    ['words without their accents', { subject: 'Cancelación de factura' }, { q: 'factura cancelacion' }, true],
    ['words that are not there', { subject: 'Cancelación' }, { q: 'timbre' }, false],
    ['a part of its number', {}, { q: '0001' }, true],
  ] as const)('%s', (_, fields, query, belongs) => {
    expect(fits(ticket(1, fields), { ...defaultQuery, ...query }, me, T0)).toBe(belongs);
  });
});

describe('the list while it is looked at', () => {
  const query = { ...defaultQuery, sort: 'newest' } as const;
  const page = (from: number, to: number, next: string | null = null) => ({
    tickets: Array.from({ length: from - to + 1 }, (_, i) => ticket(from - i)),
    next,
  });

  it('changes a row where it stands', () => {
    const list = firstPage(page(9, 7));
    const next = heard(list, ticket(8, { priority: 'urgent', updated_at: T0 + 1 }), query, me, T0);
    expect(numbers(next)).toEqual(numbers(list));
    expect(next.tickets[1]?.priority).toBe('urgent');
    expect(next).toMatchObject({ fresh: [], gone: [] });
  });

  it('keeps a row that no longer belongs, marked, and takes the mark away again', () => {
    let list = heard(firstPage(page(9, 7)), ticket(8, { state: 'closed', updated_at: T0 + 1 }), query, me, T0);
    expect(numbers(list)).toHaveLength(3);
    expect(list.gone).toEqual(['T-000008']);
    list = heard(list, ticket(8, { state: 'open', updated_at: T0 + 2 }), query, me, T0);
    expect(list.gone).toEqual([]);
  });

  it('forgets an answer that is older than what it shows', () => {
    const list = heard(firstPage(page(9, 7)), ticket(8, { priority: 'low', updated_at: T0 - 5 }), query, me, T0);
    expect(list.tickets[1]?.priority).toBe('normal');
  });

  it('counts what is new once, and not what a later page brings', () => {
    let list = firstPage(page(9, 7, 'more'));
    for (let i = 0; i < 2; i++) list = heard(list, ticket(10), query, me, T0);
    expect(list.fresh).toEqual(['T-000010']);
    expect(heard(list, ticket(3), query, me, T0).fresh).toEqual(['T-000010']);
    expect(heard(firstPage(page(9, 7)), ticket(3), query, me, T0).fresh).toEqual(['T-000003']);
    expect(heard(list, ticket(10, { state: 'closed' }), query, me, T0).fresh).toEqual([]);
    expect(numbers(list)).toHaveLength(3);
  });

  it('keeps what was found by words in a message', () => {
    const searched = { ...query, q: 'timbre' };
    const list = heard(firstPage(page(9, 7)), ticket(8, { updated_at: T0 + 1 }), searched, me, T0);
    expect(list.gone).toEqual([]);
  });

  it('adds pages without doubles', () => {
    const first = { ...firstPage(page(9, 7, 'more')), fresh: ['T-000006', 'T-000010'] };
    const list = appended(first, page(7, 5));
    expect(numbers(list)).toEqual(['T-000009', 'T-000008', 'T-000007', 'T-000006', 'T-000005']);
    expect(list).toMatchObject({ next: null, fresh: ['T-000010'] });
  });

  it('catches up after a cut: changed in place, new counted, missing marked as far as the page reaches', () => {
    const list = firstPage(page(9, 3));
    const now = { tickets: [ticket(11), ticket(9, { subject: 'Otro' }), ticket(7)], next: 'more' };
    const next = caughtUp(list, now, query);
    expect(numbers(next)).toEqual(numbers(list));
    expect(next.tickets[0]?.subject).toBe('Otro');
    expect(next).toMatchObject({ fresh: ['T-000011'], gone: ['T-000008'] });
  });

  it('knows the order by due time: those without one come last', () => {
    const byDue = { ...defaultQuery, sort: 'due' } as const;
    const at = (n: number, left: number) => ticket(n, { first_response_due_at: T0 + left });
    const list = firstPage({ tickets: [at(1, 5), at(2, 9)], next: 'more' });
    expect(heard(list, at(3, 7), byDue, me, T0).fresh).toEqual(['T-000003']);
    expect(heard(list, at(3, 11), byDue, me, T0).fresh).toEqual([]);
    const none = ticket(3, { state: 'pending', first_responded_at: T0, resolution_due_at: null });
    expect(heard(list, none, byDue, me, T0).fresh).toEqual([]);
  });
});

describe('placeholders', () => {
  const values = { name: 'Luis', agent: 'Ana', number: 'T-000007', department: 'Pagos', email: 'l@x.mx' };
  it('are filled in both languages, whatever their case and blanks', () => {
    expect(fill('{{nombre}} {{ Agente }} {{FOLIO}} {{departamento}} {{correo}}', values)).toBe(
      'Luis Ana T-000007 Pagos l@x.mx',
    );
    expect(fill('{{name}} {{agent}} {{number}} {{department}} {{email}}', values)).toBe(
      'Luis Ana T-000007 Pagos l@x.mx',
    );
    expect(
      placeholderNames('en')
        .map((one) => fill(one, values))
        .join(' '),
    ).toBe('Luis Ana T-000007 Pagos l@x.mx');
  });
  it('stay as gaps where nothing is known, and where the word is unknown', () => {
    const text = fill('Hola {{nombre}}: {{folio}} {{otro}}', { name: '  ', number: 'T-000007' });
    expect(text).toBe('Hola {{nombre}}: T-000007 {{otro}}');
    expect(gaps(text)).toEqual([
      { from: 5, to: 15, text: '{{nombre}}' },
      { from: 26, to: 34, text: '{{otro}}' },
    ]);
  });
  it('do not fill what they have put in', () => {
    expect(fill('{{nombre}}', { name: '{{agente}}', agent: 'Ana' })).toBe('{{agente}}');
    expect(fill('$& {{nombre}}', { name: '$1$&' })).toBe('$& $1$&');
  });
  it.each([
    ['/', 1, true],
    ['Hola /', 6, true],
    ['Hola\n/', 6, true],
    ['y/', 2, false],
    ['23/11', 3, false],
    ['// ', 2, false],
    ['/ce', 3, false],
  ])('«%s» at %i opens the list: %s', (text, caret, opens) => expect(asksForReplies(text, caret)).toBe(opens));
});

describe('saved replies', () => {
  const reply = (id: string, title: string, department: string | null = null, text = '…') => ({
    id,
    title,
    department,
    text,
  });
  const all = [
    reply('1', 'Gracias'),
    reply('2', 'Certificado vencido', 'soporte'),
    reply('3', 'Árbol', 'pagos', 'gracias'),
  ];
  it('are those of the department and those for all, by title', () => {
    expect(fittingReplies(all, 'soporte', '').map((one) => one.id)).toEqual(['2', '1']);
    expect(fittingReplies(all, 'any', '')).toHaveLength(3);
  });
  it('are found by words of title and text, titles first', () => {
    expect(fittingReplies(all, 'any', 'arbol').map((one) => one.id)).toEqual(['3']);
    expect(fittingReplies(all, 'any', 'gra').map((one) => one.id)).toEqual(['1', '3']);
  });
});

describe('where the console is', () => {
  it.each([
    '#/',
    '#/c/c_1',
    '#/history',
    '#/history/c_1?q=a+b&department=x',
    '#/tickets',
    '#/tickets/T-000001?view=mine&q=%C3%A1',
  ])('%s is written as it was read', (hash) => expect(toHash(parseRoute(hash))).toBe(hash));
  it('takes a filter that is none for none', () => {
    expect(parseRoute('#/tickets?view=x&state=nope&priority=toString&sort=&due=late')).toEqual({
      page: 'tickets',
      number: null,
      query: { ...defaultQuery, due: 'late' },
    });
  });
  it.each([
    ['T-000123', 'T-000123'],
    ['t-7', 'T-000007'],
    ['#1234567', 'T-1234567'],
    ['123', null],
    ['T-', null],
  ])('«%s» names the ticket %s', (typed, number) => expect(ticketNumber(typed)).toBe(number));
});

it('asks the same under the same key, anything else under another', () => {
  const first = askedAs(undefined, { text: 'a' });
  expect(askedAs(first, { text: 'a' })).toEqual(first);
  expect(askedAs(first, { text: 'b' }).key).not.toBe(first.key);
});
