import { useMemo, useRef, useState } from 'preact/hooks';
import type { Texts } from '../i18n/index.ts';
import { mayOpenTicket, myChats, watchedChats } from '../state/select.ts';
import { defaultQuery } from '../state/ticket_list.ts';
import { agentStates } from '../state/wire.ts';
import { Dialog, useDepartmentName } from './bits.tsx';
import { type DialogName, useApp, useDesk } from './context.ts';
import { useTake } from './queues.tsx';
import { useSetState } from './side.tsx';
import { ticketWriting } from './tickets/keys.ts';

interface Goal {
  key: string;
  label: string;
  kind: string;
  /** Further words that find it. */
  words?: string;
  go(): void;
}

/** How many results are listed; more is a reason to type another letter. */
const shown = 12;

/** "Martínez" is found by "martinez". */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Ctrl+K: any chat, anybody waiting, any action, by a few letters. */
export function Palette({ onClose }: { onClose(): void }) {
  const { t } = useApp();
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const goals = useGoals(query.trim());
  const found = useMemo(() => {
    const words = fold(query).split(/\s+/).filter(Boolean);
    const fits = (goal: Goal) =>
      words.every((word) => fold(`${goal.label} ${goal.kind} ${goal.words ?? ''}`).includes(word));
    return goals.filter((goal) => goal.key.startsWith('search') || fits(goal)).slice(0, shown);
  }, [goals, query]);
  const current = found[Math.min(active, found.length - 1)];

  const choose = (goal: Goal | undefined) => {
    if (!goal) return;
    onClose();
    goal.go();
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      const next = (Math.min(active, found.length - 1) + step + found.length) % Math.max(1, found.length);
      setActive(next);
      list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' && !event.isComposing) {
      event.preventDefault();
      choose(current);
    }
  };

  return (
    <Dialog title={t.palette.title} onClose={onClose}>
      <input
        class="palette-input"
        type="text"
        role="combobox"
        aria-label={t.palette.label}
        aria-expanded="true"
        aria-controls="palette-list"
        aria-autocomplete="list"
        aria-activedescendant={current ? `goal-${current.key}` : undefined}
        placeholder={t.palette.placeholder}
        value={query}
        autoFocus
        autoComplete="off"
        spellcheck={false}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={pressed}
      />
      <p class="sr-only" role="status">
        {t.palette.count(found.length)}
      </p>
      <div ref={list} id="palette-list" class="palette-list" role="listbox" aria-label={t.palette.title}>
        {found.map((goal) => (
          // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the focus stays in the input, as in every combobox
          <div
            key={goal.key}
            id={`goal-${goal.key}`}
            role="option"
            aria-selected={goal === current}
            class={goal === current ? 'goal current' : 'goal'}
            onClick={() => choose(goal)}
          >
            <span class="ellipsis">{goal.label}</span>
            <span class="muted">{goal.kind}</span>
          </div>
        ))}
      </div>
      {found.length === 0 && <p class="empty">{t.palette.nothing}</p>}
    </Dialog>
  );
}

function useGoals(query: string): Goal[] {
  const { t, go, open, route } = useApp();
  const state = useDesk();
  const take = useTake();
  const setState = useSetState();
  const departmentName = useDepartmentName();
  return useMemo(() => {
    const kinds = [
      [myChats(state), t.palette.chat],
      [watchedChats(state), t.palette.watched],
    ] as const;
    const chats = kinds.flatMap(([records, kind]) =>
      records.map(
        (record): Goal => ({
          key: record.chat.id,
          label: record.visitor?.name || t.visitor.nameless,
          kind,
          words: `${record.visitor?.email ?? ''} ${departmentName(state.site, record.chat.department)}`,
          go: () => go({ page: 'desk', chat: record.chat.id }),
        }),
      ),
    );
    const waiting = new Map<string, Goal>();
    for (const queue of state.queues ?? []) {
      for (const { chat, name } of queue.chats) {
        waiting.set(chat, {
          key: `take-${chat}`,
          label: name || t.visitor.nameless,
          kind: t.palette.waiting,
          words: departmentName(state.site, queue.department),
          go: () => take({ chat }),
        });
      }
    }
    const action = (key: string, label: string, run: () => void): Goal => ({
      key,
      label,
      kind: t.palette.action,
      go: run,
    });
    const here = route.page === 'desk' && route.chat ? state.chats[route.chat] : undefined;
    const goals = [
      ...chats,
      ...(here?.hold === 'mine' && here.chat.status !== 'closed'
        ? [
            action('transfer', t.transfer.title, () => open({ name: 'transfer', chat: here.chat.id })),
            action('close', t.close.title, () => open({ name: 'close', chat: here.chat.id })),
          ]
        : []),
      ...(here && mayOpenTicket(here, state.me)
        ? [action('ticket', t.ticket.title, () => open({ name: 'ticket', chat: here.chat.id }))]
        : []),
      ...(here ? [action('why', t.why.title, () => open({ name: 'why', chat: here.chat.id }))] : []),
      ...agentStates.map((to) => action(to, `${t.state.label}: ${t.state[to]}`, () => setState(to))),
      ...waiting.values(),
      action('history', t.history.title, () => go({ page: 'history', chat: null, q: '', department: '' })),
      action('tickets', t.tickets.title, () => go({ page: 'tickets', number: null, query: defaultQuery })),
      action('my-tickets', t.tickets.palette.mine, () =>
        go({ page: 'tickets', number: null, query: { ...defaultQuery, view: 'mine' } }),
      ),
      ...(route.page === 'tickets' && route.number !== null ? ticketGoals(t, route.number, action, open) : []),
      action('phone', t.tickets.phone, () => open({ name: 'phone' })),
      action('replies', t.tickets.replies, () => open({ name: 'replies' })),
      action('help', t.help.title, () => open({ name: 'help' })),
    ];
    const ticket = ticketNumber(query);
    if (ticket) {
      const byNumber = () => go({ page: 'tickets', number: ticket, query: defaultQuery });
      goals.push({ key: 'search-ticket', label: t.tickets.palette.open(ticket), kind: t.palette.action, go: byNumber });
    } else if (query.startsWith('c_')) {
      const byId = () => go({ page: 'history', chat: query, q: '', department: '' });
      goals.push({ key: 'search-id', label: t.palette.byId(query), kind: t.palette.action, go: byId });
    } else if (query) {
      const search = () => go({ page: 'history', chat: null, q: query, department: '' });
      const inTickets = () => go({ page: 'tickets', number: null, query: { ...defaultQuery, state: 'any', q: query } });
      goals.push({ key: 'search-q', label: t.palette.history(query), kind: t.palette.action, go: search });
      goals.push({
        key: 'search-tickets',
        label: t.tickets.palette.search(query),
        kind: t.palette.action,
        go: inTickets,
      });
    }
    return goals;
  }, [state, t, query, route]);
}

/** What the open ticket offers. */
function ticketGoals(
  t: Texts,
  number: string,
  action: (key: string, label: string, run: () => void) => Goal,
  open: (dialog: DialogName) => void,
): Goal[] {
  // The palette gives the focus back first, to where it was.
  const write = (what: 'answer' | 'note') => () => setTimeout(() => ticketWriting.begin(what));
  return [
    action('answer', t.tickets.palette.answer, write('answer')),
    action('note', t.tickets.palette.note, write('note')),
    action('merge', t.tickets.merge.title(number), () => open({ name: 'merge', number })),
    action('due', t.tickets.due.title, () => open({ name: 'due', number })),
  ];
}

/** "t-123", "T-000123" or "#123" as a ticket's number. */
export function ticketNumber(typed: string): string | null {
  const digits = /^(?:t-|#)0*(\d{1,15})$/i.exec(typed.trim())?.[1];
  return digits ? `T-${digits.padStart(6, '0')}` : null;
}
