import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { toHash } from '../../state/route.ts';
import { defaultQuery, type TicketQuery } from '../../state/ticket_list.ts';
import { type Ticket, type TicketChanges, ticketPriorities, ticketStates } from '../../state/wire.ts';
import { IconButton, useDepartmentName } from '../bits.tsx';
import { useApp, useDesk, useMedia, useNow, useStore } from '../context.ts';
import { Icon } from '../icons.tsx';
import { useAssignable } from './assignable.ts';
import { DueLine } from './due.tsx';
import { NumberLink } from './number_link.tsx';
import { PriorityMark, StateMark } from './table.tsx';

interface TicketHeadProps {
  number: string;
  /** null while it loads. */
  ticket: Ticket | null;
  query: TicketQuery;
  change(changes: TicketChanges): Promise<void>;
  onClose(): void;
  details: boolean;
  onDetails(): void;
}

export function TicketHead({ number, ticket, query, change, onClose, details, onDetails }: TicketHeadProps) {
  const { desk, t, open } = useApp();
  const words = t.tickets.one;
  const now = useNow(20_000);
  // On a phone four selects would take the room of the talk: how it stands is one line there, and opens.
  const small = useMedia('(max-width: 699px)');
  const heading = useRef<HTMLHeadingElement>(null);
  // Whoever opened it goes on reading here: the focus follows.
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), [number]);
  const copy = () => {
    const link = location.origin + location.pathname + toHash({ page: 'tickets', number, query: defaultQuery });
    navigator.clipboard.writeText(link).then(
      () => desk.say((texts) => texts.tickets.one.linkCopied),
      () => desk.say(() => link),
    );
  };
  return (
    <header class="ticket-head">
      <div class="ticket-title">
        <IconButton icon="back" label={words.back} class="not-wide" onClick={onClose} />
        <div class="ticket-what">
          <p class="ticket-number">
            <span class="mono">{number}</span>
            {ticket?.follows && (
              <NumberLink number={ticket.follows} query={query}>
                {words.follows(ticket.follows)}
              </NumberLink>
            )}
            <Viewers number={number} />
          </p>
          <h2 ref={heading} tabIndex={-1}>
            {ticket?.subject ?? t.loading}
          </h2>
        </div>
        <div class="ticket-actions">
          <IconButton icon="link" label={words.copyLink} onClick={copy} />
          <IconButton
            icon="merge"
            label={words.merge}
            disabled={!ticket}
            onClick={() => open({ name: 'merge', number })}
          />
          <IconButton
            icon="person"
            label={details ? words.hideDetails : words.details}
            class="not-roomy"
            expanded={details}
            onClick={onDetails}
          />
          <IconButton icon="close" label={words.close} class="only-wide" onClick={onClose} />
        </div>
      </div>
      {ticket && (
        <>
          {small ? (
            <details class="ticket-more">
              <summary>
                <Standing ticket={ticket} />
              </summary>
              <Fields ticket={ticket} change={change} />
            </details>
          ) : (
            <Fields ticket={ticket} change={change} />
          )}
          <DueLine ticket={ticket} now={now} />
        </>
      )}
    </header>
  );
}

function Standing({ ticket }: { ticket: Ticket }) {
  const { t } = useApp();
  const { site } = useDesk();
  const departmentName = useDepartmentName();
  return (
    <>
      <StateMark ticket={ticket} /> <PriorityMark ticket={ticket} />{' '}
      <span class="muted">
        {departmentName(site, ticket.department)} · {ticket.assignee?.name ?? t.tickets.nobody}
      </span>
    </>
  );
}

function Fields({ ticket, change }: { ticket: Ticket; change(changes: TicketChanges): Promise<void> }) {
  const { t } = useApp();
  const { site } = useDesk();
  const departmentName = useDepartmentName();
  const people = useAssignable(ticket.department, ticket.assignee);
  const words = t.tickets;
  const known = site?.departments.map((one) => one.id) ?? [];
  const departments = known.includes(ticket.department) ? known : [ticket.department, ...known];
  return (
    <div class="ticket-fields">
      <Field label={words.state} value={ticket.state} onChange={(state) => change({ state: state as Ticket['state'] })}>
        {ticketStates.map((value) => (
          <option key={value} value={value}>
            {words.states[value]}
          </option>
        ))}
      </Field>
      <Field
        label={words.priority}
        value={ticket.priority}
        onChange={(priority) => change({ priority: priority as Ticket['priority'] })}
      >
        {ticketPriorities.map((value) => (
          <option key={value} value={value}>
            {words.priorities[value]}
          </option>
        ))}
      </Field>
      <Field label={words.department} value={ticket.department} onChange={(department) => change({ department })}>
        {departments.map((id) => (
          <option key={id} value={id}>
            {departmentName(site, id)}
          </option>
        ))}
      </Field>
      <Field
        label={words.columns.assignee}
        value={ticket.assignee?.id ?? ''}
        onChange={(assignee) => change({ assignee: assignee || null })}
      >
        <option value="">{words.nobody}</option>
        {people.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Field>
    </div>
  );
}

interface FieldProps {
  label: string;
  value: string;
  onChange(value: string): Promise<void>;
  children: ComponentChildren;
}

function Field({ label, value, onChange, children }: FieldProps) {
  return (
    <label class="ticket-field">
      <span>{label}</span>
      <select value={value} onChange={(event) => void onChange(event.currentTarget.value)}>
        {children}
      </select>
    </label>
  );
}

/** Who else has this ticket open: nobody answers twice without knowing. */
function Viewers({ number }: { number: string }) {
  const { desk, t } = useApp();
  const { me } = useDesk();
  const { viewing } = useStore(desk.tickets.state);
  const others = (viewing[number] ?? []).filter((one) => one.id !== me?.id);
  return (
    <span class="viewers" role="status">
      {others.length > 0 && (
        <>
          <Icon name="eye" /> {t.tickets.one.alsoHere(others.map((one) => one.name).join(', '))}
        </>
      )}
    </span>
  );
}
