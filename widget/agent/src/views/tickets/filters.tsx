import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import {
  defaultQuery,
  dueChoices,
  sorts,
  stateChoices,
  type TicketQuery,
  viewFor,
  viewsFor,
} from '../../state/ticket_list.ts';
import { ticketPriorities } from '../../state/wire.ts';
import { Segments, useDepartmentName } from '../bits.tsx';
import { useApp, useDesk, useMedia } from '../context.ts';
import { Icon } from '../icons.tsx';

/** A search begins so long after the last letter. */
const typingEndsMs = 300;

interface FiltersProps {
  query: TicketQuery;
  /** The open ticket stays open while the list changes. */
  number: string | null;
  again(): void;
}

export function Filters({ query, number, again }: FiltersProps) {
  const { t, go } = useApp();
  const { site, me } = useDesk();
  const departmentName = useDepartmentName();
  const words = t.tickets;
  const ask = (part: Partial<TicketQuery>, replace = false) =>
    go({ page: 'tickets', number, query: { ...query, ...part } }, replace);
  const ids = me?.role === 'admin' ? (site?.departments ?? []).map((one) => one.id) : (me?.departments ?? []);
  const set = [query.department, query.priority, query.due, query.state === 'active' ? '' : query.state];
  const count = set.filter(Boolean).length;
  const narrowed = query.q || count > 0;
  // Where the list is narrow, the room belongs to the tickets.
  const packed = useMedia('(max-width: 699px)') || number !== null;
  const opened = useRef(false);
  const picks = (
    <>
      <Pick
        label={words.state}
        value={query.state}
        choices={stateChoices.map((value) => [value, words.stateChoices[value]])}
        onChange={(state) => ask({ state })}
      />
      {ids.length > 1 && (
        <Pick
          label={words.department}
          value={query.department}
          choices={[['', words.anyDepartment], ...ids.map((id) => [id, departmentName(site, id)] as const)]}
          onChange={(department) => ask({ department })}
        />
      )}
      <Pick
        label={words.priority}
        value={query.priority}
        choices={[
          ['', words.anyPriority],
          ...ticketPriorities.map((value) => [value, words.priorities[value]] as const),
        ]}
        onChange={(priority) => ask({ priority })}
      />
      <Pick
        label={words.dueFilter}
        value={query.due}
        choices={dueChoices.map((value) => [value, words.dueChoices[value]])}
        onChange={(due) => ask({ due })}
      />
      <Pick
        label={words.sort}
        value={query.sort}
        choices={sorts.map((value) => [value, words.sorts[value]])}
        onChange={(sort) => ask({ sort })}
      />
      {narrowed && (
        <button type="button" class="link" onClick={() => ask({ ...defaultQuery, view: query.view, sort: query.sort })}>
          {words.clear}
        </button>
      )}
    </>
  );
  return (
    <div class="ticket-filters">
      <Segments
        label={words.view}
        value={viewFor(query, me)}
        choices={viewsFor(me).map((value) => ({ value, label: words.views[value] }))}
        onChange={(view) => ask({ view })}
        class="small views"
      />
      <search class="filter-row" aria-label={words.filters}>
        <Search query={query} ask={ask} again={again} />
        {packed ? (
          <details
            class="more-filters"
            open={opened.current}
            onToggle={(event) => (opened.current = event.currentTarget.open)}
          >
            <summary>
              {words.filters}
              {count > 0 && <span class="badge">{words.active(count)}</span>}
            </summary>
            <div class="filter-picks">{picks}</div>
          </details>
        ) : (
          picks
        )}
      </search>
    </div>
  );
}

interface SearchProps {
  query: TicketQuery;
  ask(part: Partial<TicketQuery>, replace: boolean): void;
  again(): void;
}

/** Looks while one types; Enter looks at once, and again for the same words. */
function Search({ query, ask, again }: SearchProps) {
  const { t } = useApp();
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  /** What was last asked from here: its coming into the address must not undo what has been typed since. */
  const asked = useRef(query.q);
  // What another way (back, a link) has put into the address is shown.
  useLayoutEffect(() => {
    if (input.current && query.q !== asked.current) input.current.value = query.q;
    asked.current = query.q;
  }, [query.q]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const look = () => {
    clearTimeout(timer.current);
    const q = input.current?.value.trim() ?? '';
    asked.current = q;
    // Steps between the first letter and the last are no places to go back to.
    if (q !== query.q) ask({ q }, query.q !== '');
    else again();
  };
  return (
    <form
      class="ticket-search"
      onSubmit={(event) => {
        event.preventDefault();
        look();
      }}
    >
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        aria-label={t.tickets.search}
        placeholder={t.tickets.placeholder}
        defaultValue={query.q}
        spellcheck={false}
        onInput={() => {
          clearTimeout(timer.current);
          timer.current = setTimeout(look, typingEndsMs);
        }}
      />
    </form>
  );
}

interface PickProps<V extends string> {
  label: string;
  value: V;
  choices: readonly (readonly [V, string])[];
  onChange(value: V): void;
}

/** A filter: its first choice says what it is about, its name is for those who do not see it. */
function Pick<V extends string>({ label, value, choices, onChange }: PickProps<V>) {
  return (
    <select
      class={value === choices[0]?.[0] ? 'filter' : 'filter on'}
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value as V)}
    >
      {choices.map(([choice, words]) => (
        <option key={choice} value={choice}>
          {words}
        </option>
      ))}
    </select>
  );
}
