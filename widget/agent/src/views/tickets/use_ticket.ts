import { useEffect, useRef, useState } from 'preact/hooks';
import { HttpError } from '../../io/http.ts';
import { department } from '../../state/select.ts';
import { mayRead } from '../../state/ticket_list.ts';
import type { Ticket, TicketChanges, TicketMessage, WholeTicket } from '../../state/wire.ts';
import { useApp, useDesk } from '../context.ts';
import { httpErrorText } from '../errors.ts';

type Found = { state: 'loading' } | { state: 'failed'; missing: boolean } | { state: 'ready'; whole: WholeTicket };

export interface TicketControl {
  found: Found;
  /** The ticket as it will be once what was chosen is saved. */
  ticket: Ticket | null;
  change(changes: TicketChanges): Promise<void>;
  /** A message was sent: it is there before the next reading. */
  wrote(message: TicketMessage, ticket: Ticket): void;
  again(): void;
}

/** One ticket, live. What is chosen shows at once and goes back, with words, if the server refuses. */
export function useTicket(number: string, onLost: () => void): TicketControl {
  const { desk } = useApp();
  const { me, site, agents } = useDesk();
  const [found, setFound] = useState<Found>({ state: 'loading' });
  const [ahead, setAhead] = useState<Partial<Ticket>>({});
  const [round, setRound] = useState(0);
  const latest = useRef<Ticket | null>(null);
  /** Which try to set a field is the last one: an older one's answer changes nothing any more. */
  const tries = useRef(new Map<string, number>());
  latest.current = found.state === 'ready' ? found.whole.ticket : null;
  const lost = useRef(onLost);
  lost.current = onLost;

  useEffect(() => {
    let current = true;
    desk.http.tickets.read(number).then(
      (whole) => current && setFound({ state: 'ready', whole }),
      (error: unknown) => {
        if (!current) return;
        const missing = error instanceof HttpError && error.status === 404;
        // What stands there is still worth reading if only the line is down.
        if (latest.current && !missing) return;
        if (latest.current) lost.current();
        setFound({ state: 'failed', missing });
      },
    );
    return () => {
      current = false;
    };
  }, [number, round]);

  const again = () => setRound((n) => n + 1);
  const take = (ticket: Ticket) =>
    setFound((now) =>
      now.state === 'ready' && ticket.updated_at >= now.whole.ticket.updated_at
        ? { state: 'ready', whole: { ...now.whole, ticket } }
        : now,
    );

  useEffect(() => {
    const stop = [
      desk.tickets.onChange((ticket) => {
        if (ticket.number !== number) return;
        take(ticket);
        // The event has no messages and no history.
        again();
      }),
      desk.tickets.onReturn(again),
    ];
    return () => {
      for (const end of stop) end();
    };
  }, [number]);

  function shownAs(changes: TicketChanges): Partial<Ticket> {
    const { assignee, ...others } = changes;
    if (assignee === undefined) return others;
    const person = assignee === me?.id ? me : agents.find((one) => one.id === assignee);
    return { ...others, assignee: assignee === null ? null : { id: assignee, name: person?.name ?? '' } };
  }

  async function change(changes: TicketChanges): Promise<void> {
    const fields = Object.keys(changes);
    const shown = shownAs(changes);
    for (const field of fields) tries.current.set(field, (tries.current.get(field) ?? 0) + 1);
    const mine = new Map(fields.map((field) => [field, tries.current.get(field)]));
    setAhead((now) => ({ ...now, ...shown }));
    try {
      const ticket = await desk.http.tickets.change(number, changes);
      take(ticket);
      desk.tickets.heard(ticket);
      if (changes.department && !mayRead(ticket, me)) {
        const name = department(site, ticket.department)?.name ?? ticket.department;
        desk.say((texts) => texts.tickets.one.handedOver(number, name));
        lost.current();
      }
    } catch (error) {
      desk.say((texts) => texts.tickets.one.notChanged(httpErrorText(texts, error)), true);
    }
    const done = fields.filter((field) => tries.current.get(field) === mine.get(field));
    setAhead((now) => Object.fromEntries(Object.entries(now).filter(([field]) => !done.includes(field))));
  }

  function wrote(message: TicketMessage, ticket: Ticket): void {
    setFound((now) => {
      if (now.state !== 'ready') return now;
      const others = now.whole.messages.filter((one) => one.id !== message.id);
      return { state: 'ready', whole: { ticket, messages: [...others, message] } };
    });
    desk.tickets.heard(ticket);
  }

  const ticket = found.state === 'ready' ? { ...found.whole.ticket, ...ahead } : null;
  return { found, ticket, change, wrote, again };
}
