import { useLayoutEffect, useState } from 'preact/hooks';
import type { TicketQuery } from '../../state/ticket_list.ts';
import { Failed, Skeleton } from '../bits.tsx';
import { useApp } from '../context.ts';
import { detailsToggle } from '../keys.ts';
import { TicketCard } from './card.tsx';
import { TicketComposer } from './composer.tsx';
import { TicketHead } from './head.tsx';
import { Talk } from './talk.tsx';
import { useTicket } from './use_ticket.ts';

interface TicketPaneProps {
  number: string;
  query: TicketQuery;
  onClose(): void;
}

/** One ticket: what it is, what was said, where one answers, and who asks. */
export function TicketPane({ number, query, onClose }: TicketPaneProps) {
  const { t } = useApp();
  const control = useTicket(number, onClose);
  const [details, setDetails] = useState(false);
  useLayoutEffect(() => detailsToggle.listen(() => setDetails((shown) => !shown)), []);
  const { found, ticket } = control;
  return (
    <section class={details ? 'ticket-pane with-details' : 'ticket-pane'} aria-label={number} aria-busy={!ticket}>
      <TicketHead
        number={number}
        ticket={ticket}
        query={query}
        change={control.change}
        onClose={onClose}
        details={details}
        onDetails={() => setDetails(!details)}
      />
      {found.state === 'loading' && (
        <div class="ticket-wait">
          <Skeleton lines={8} />
        </div>
      )}
      {found.state === 'failed' && (
        <div class="ticket-wait">
          <Failed text={found.missing ? t.tickets.one.missing : t.tickets.one.failed} again={control.again} />
        </div>
      )}
      {found.state === 'ready' && ticket && (
        <div class="ticket-body">
          <div class="ticket-talk">
            <Talk ticket={ticket} messages={found.whole.messages} query={query} />
            <TicketComposer ticket={ticket} requester={requesterName(found.whole.messages)} wrote={control.wrote} />
          </div>
          <TicketCard
            ticket={ticket}
            name={requesterName(found.whole.messages)}
            query={query}
            onClose={() => setDetails(false)}
          />
        </div>
      )}
    </section>
  );
}

/** What the requester is called, where a message says it; an address is no name. */
function requesterName(messages: readonly { from: { role: string; name: string } }[]): string {
  const name = messages.find(({ from }) => from.role === 'requester' && from.name)?.from.name ?? '';
  return name.includes('@') ? '' : name;
}
