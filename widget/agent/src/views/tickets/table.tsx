import type { TargetedMouseEvent } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { toHash } from '../../state/route.ts';
import type { TicketQuery } from '../../state/ticket_list.ts';
import type { Ticket } from '../../state/wire.ts';
import { useDepartmentName } from '../bits.tsx';
import { useApp, useDesk, useNow } from '../context.ts';
import { Icon } from '../icons.tsx';
import { DueMark } from './due.tsx';

/** With the number if it was not there, without if it was. */
export function toggled(picked: ReadonlySet<string>, number: string): ReadonlySet<string> {
  const next = new Set(picked);
  if (!next.delete(number)) next.add(number);
  return next;
}

interface TableProps {
  tickets: readonly Ticket[];
  gone: readonly string[];
  query: TicketQuery;
  current: string | null;
  picked: ReadonlySet<string>;
  onPick(picked: ReadonlySet<string>): void;
  /** Three columns instead of eight: beside a ticket, and where it is narrow. */
  compact: boolean;
}

export function TicketTable({ tickets, picked, onPick, ...rest }: TableProps) {
  const { t } = useApp();
  const now = useNow(20_000);
  const words = t.tickets;
  const heads: [string, string][] = rest.compact
    ? [
        [words.columns.ticket, ''],
        [words.columns.due, 'due-head'],
      ]
    : [
        [words.columns.due, 'due-head'],
        [words.columns.subject, ''],
        [words.columns.requester, 'requester-head'],
        [words.department, 'side-head'],
        [words.columns.assignee, 'side-head'],
        [words.state, 'mark-head'],
        [words.priority, 'mark-head'],
      ];
  const all = tickets.every((one) => picked.has(one.number));
  return (
    <table class={rest.compact ? 'ticket-table compact' : 'ticket-table'} aria-label={words.list}>
      <thead>
        <tr>
          <th scope="col" class="pick">
            <PickBox
              label={words.selectAll}
              on={all}
              some={!all && picked.size > 0}
              onChange={() => onPick(all ? new Set() : new Set(tickets.map((one) => one.number)))}
            />
          </th>
          {heads.map(([head, look]) => (
            <th scope="col" key={head} class={look}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {tickets.map((ticket) => (
          <Row
            key={ticket.number}
            ticket={ticket}
            now={now}
            picked={picked.has(ticket.number)}
            onPick={() => onPick(toggled(picked, ticket.number))}
            {...rest}
          />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps extends Omit<TableProps, 'tickets' | 'picked' | 'onPick'> {
  ticket: Ticket;
  now: number;
  picked: boolean;
  onPick(): void;
}

function Row({ ticket, now, picked, onPick, gone, query, current, compact }: RowProps) {
  const { t, go } = useApp();
  const open = current === ticket.number;
  const left = gone.includes(ticket.number);
  // A press anywhere in the row opens it; the keyboard and the screen reader have the link.
  const pressed = (event: TargetedMouseEvent<HTMLTableRowElement>) => {
    const target = event.target as HTMLElement;
    if (target.closest('a, label, button') || getSelection()?.toString()) return;
    go({ page: 'tickets', number: ticket.number, query });
  };
  const link = (
    <a
      class="ticket-link"
      href={toHash({ page: 'tickets', number: ticket.number, query })}
      data-ticket={ticket.number}
      aria-current={open ? 'true' : undefined}
    >
      <span class="ticket-subject">{ticket.subject}</span>
      {!compact && <span class="mono muted">{ticket.number}</span>}
      {left && <span class="sub muted">{t.tickets.gone}</span>}
    </a>
  );
  const look = `${open ? 'current' : ''} ${left ? 'gone' : ''} ${picked ? 'picked' : ''}`;
  return (
    <tr class={look} onClick={pressed}>
      <td class="pick">
        <PickBox label={t.tickets.select(ticket.number)} on={picked} onChange={onPick} />
      </td>
      {compact ? (
        <CompactCells ticket={ticket} now={now} link={link} />
      ) : (
        <Cells ticket={ticket} now={now} link={link} />
      )}
    </tr>
  );
}

interface CellsProps {
  ticket: Ticket;
  now: number;
  link: preact.JSX.Element;
}

function Cells({ ticket, now, link }: CellsProps) {
  const { site } = useDesk();
  const departmentName = useDepartmentName();
  return (
    <>
      <td class="due-cell">
        <DueMark ticket={ticket} now={now} />
      </td>
      <td class="subject-cell">{link}</td>
      <td class="ellipsis" title={ticket.email}>
        {ticket.email}
      </td>
      <td>{departmentName(site, ticket.department)}</td>
      <td>
        <Assignee ticket={ticket} />
      </td>
      <td>
        <StateMark ticket={ticket} />
      </td>
      <td>
        <PriorityMark ticket={ticket} />
      </td>
    </>
  );
}

function CompactCells({ ticket, now, link }: CellsProps) {
  const { t } = useApp();
  const { site } = useDesk();
  const departmentName = useDepartmentName();
  return (
    <>
      <td class="subject-cell">
        {link}
        <span class="ticket-facts muted">
          <span class="mono">{ticket.number}</span> · {ticket.email}
        </span>
        <span class="ticket-facts muted">
          {departmentName(site, ticket.department)} · {ticket.assignee?.name ?? t.tickets.nobody}
        </span>
      </td>
      <td class="due-cell">
        <DueMark ticket={ticket} now={now} />
        <span class="marks">
          <StateMark ticket={ticket} />
          {ticket.priority !== 'normal' && <PriorityMark ticket={ticket} />}
        </span>
      </td>
    </>
  );
}

function Assignee({ ticket }: { ticket: Ticket }) {
  const { t } = useApp();
  const { me } = useDesk();
  if (!ticket.assignee) return <span class="muted">{t.tickets.nobody}</span>;
  return <>{ticket.assignee.id === me?.id ? t.tickets.me(ticket.assignee.name) : ticket.assignee.name}</>;
}

/** The state in words; its colour only repeats them. */
export function StateMark({ ticket }: { ticket: Ticket }) {
  const { t } = useApp();
  return <span class={`badge state-${ticket.state}`}>{t.tickets.states[ticket.state]}</span>;
}

export function PriorityMark({ ticket }: { ticket: Ticket }) {
  const { t } = useApp();
  const { priority } = ticket;
  return (
    <span class={`priority-mark ${priority}`}>
      {(priority === 'high' || priority === 'urgent') && <Icon name="flag" />}
      {t.tickets.priorities[priority]}
    </span>
  );
}

interface PickBoxProps {
  label: string;
  on: boolean;
  some?: boolean;
  onChange(): void;
}

function PickBox({ label, on, some, onChange }: PickBoxProps) {
  const box = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (box.current) box.current.indeterminate = some ?? false;
  }, [some]);
  return (
    <label class="pick-box">
      <input ref={box} type="checkbox" aria-label={label} checked={on} onChange={onChange} />
    </label>
  );
}
