import { parseRfc } from '@ventanilla/client';
import type { ComponentChildren } from 'preact';
import { defaultQuery, type TicketQuery } from '../../state/ticket_list.ts';
import type { Ticket } from '../../state/wire.ts';
import { Ago, Avatar, IconButton, Skeleton } from '../bits.tsx';
import { Earlier } from '../card.tsx';
import { useApp, useLoad } from '../context.ts';
import { Icon } from '../icons.tsx';
import { NumberLink } from './number_link.tsx';
import { StateMark } from './table.tsx';

interface TicketCardProps {
  ticket: Ticket;
  name: string;
  query: TicketQuery;
  onClose(): void;
}

/** Who asks, and what else they have asked. */
export function TicketCard({ ticket, name, query, onClose }: TicketCardProps) {
  const { t } = useApp();
  const words = t.tickets.card;
  return (
    <section class="card ticket-card" aria-label={words.title}>
      <IconButton icon="close" label={t.tickets.one.hideDetails} class="card-close not-roomy" onClick={onClose} />
      <header class="card-head">
        <Avatar name={name || ticket.email} />
        <div>
          <h3>{name || words.requester}</h3>
          <Copied text={ticket.email} />
        </div>
      </header>
      <dl class="facts">
        <dt>{words.rfc}</dt>
        <dd>
          <RfcFact rfc={ticket.rfc} />
        </dd>
        <dt>{words.channel}</dt>
        <dd>{words.channels[ticket.channel]}</dd>
        <dt>{words.created}</dt>
        <dd>
          <Ago at={ticket.created_at} />
        </dd>
        <dt>{words.updated}</dt>
        <dd>
          <Ago at={ticket.updated_at} />
        </dd>
      </dl>
      <Others key={`${ticket.email} ${ticket.number}`} ticket={ticket} query={query} />
      {ticket.email && (
        <Earlier email={ticket.email} chat={ticket.chat} title={words.chatsBefore} none={words.noChats} />
      )}
    </section>
  );
}

function RfcFact({ rfc }: { rfc: string | null }) {
  const { t } = useApp();
  if (!rfc) return <span class="muted">{t.tickets.card.noRfc}</span>;
  return (
    <>
      <Copied text={rfc}>
        <span class="mono">{rfc}</span>
      </Copied>
      {parseRfc(rfc)?.checkDigitGood === false && (
        <span class="badge warn doubt">
          <Icon name="alert" /> {t.tickets.card.rfcDoubt}
        </span>
      )}
    </>
  );
}

/** A fact that is needed elsewhere: one press copies it. */
function Copied({ text, children }: { text: string; children?: ComponentChildren }) {
  const { desk, t } = useApp();
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => desk.say((texts) => texts.tickets.card.copied),
      () => undefined,
    );
  return (
    <button type="button" class="copied" title={t.tickets.card.copy} onClick={copy}>
      <span class="break">{children ?? text}</span>
      <span class="sr-only">: {t.tickets.card.copy}</span>
    </button>
  );
}

/** How many other tickets the card lists; the list has them all. */
const othersShown = 5;

function Others({ ticket, query }: { ticket: Ticket; query: TicketQuery }) {
  const { desk, t, go } = useApp();
  const words = t.tickets.card;
  const [found, again] = useLoad(ticket.email, () =>
    desk.http.tickets.list({ email: ticket.email, sort: 'newest', limit: String(othersShown + 2) }),
  );
  const others = found.state === 'ready' ? found.value.tickets.filter((one) => one.number !== ticket.number) : [];
  return (
    <section class="card-part">
      <header class="part-head">
        <h3>{words.others}</h3>
      </header>
      {found.state === 'loading' && <Skeleton lines={2} />}
      {found.state === 'failed' && (
        <p class="muted">
          {words.othersFailed}{' '}
          <button type="button" class="link" onClick={again}>
            {t.chat.retry}
          </button>
        </p>
      )}
      {found.state === 'ready' && others.length === 0 && <p class="muted">{words.noOthers}</p>}
      <ul class="other-tickets">
        {others.slice(0, othersShown).map((one) => (
          <li key={one.number}>
            <NumberLink number={one.number} query={query}>
              <span class="mono">{one.number}</span> {one.subject}
            </NumberLink>
            <StateMark ticket={one} />
          </li>
        ))}
      </ul>
      {others.length > othersShown && (
        <button
          type="button"
          class="link"
          onClick={() =>
            go({
              page: 'tickets',
              number: ticket.number,
              query: { ...defaultQuery, state: 'any', sort: 'newest', q: ticket.email },
            })
          }
        >
          {words.allOthers}
        </button>
      )}
    </section>
  );
}
