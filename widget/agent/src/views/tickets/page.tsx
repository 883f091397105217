import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type TicketQuery, viewFor } from '../../state/ticket_list.ts';
import { Failed, Skeleton } from '../bits.tsx';
import { useApp, useDesk, useMedia } from '../context.ts';
import { Icon } from '../icons.tsx';
import { BulkBar } from './bulk.tsx';
import { Filters } from './filters.tsx';
import { useTicketKeys } from './keys.ts';
import { TicketPane } from './pane.tsx';
import { TicketTable, toggled } from './table.tsx';
import { type ListControl, useTicketList } from './use_list.ts';

interface TicketsPageProps {
  number: string | null;
  query: TicketQuery;
}

/** The list of tickets, and one of them beside it; where it is narrow, one of the two. */
export function TicketsPage({ number, query }: TicketsPageProps) {
  const { desk, t, go, open } = useApp();
  const control = useTicketList(query);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const key = JSON.stringify(query);
  useEffect(() => setPicked(new Set()), [key]);
  useEffect(() => {
    desk.tickets.view(number);
    return () => desk.tickets.view(null);
  }, [number]);
  // Back in the list one stands where one left it.
  const before = useRef(number);
  useLayoutEffect(() => {
    if (before.current && !number) {
      document.querySelector<HTMLElement>(`.ticket-link[data-ticket="${CSS.escape(before.current)}"]`)?.focus();
    }
    before.current = number;
  }, [number]);
  const close = () => go({ page: 'tickets', number: null, query });
  useTicketKeys({ number, close, pick: (one) => setPicked(toggled(picked, one)) });

  return (
    <main class={number ? 'tickets with-ticket' : 'tickets'}>
      <h1 class="sr-only">{t.tickets.title}</h1>
      <section class="ticket-list" aria-label={t.tickets.list}>
        <header class="ticket-list-head">
          <h2 class="list-title">{t.tickets.title}</h2>
          <div class="ticket-list-actions">
            <button type="button" class="button" onClick={() => open({ name: 'replies' })} title={t.tickets.replies}>
              <Icon name="quick" />
              <span class="head-word">{t.tickets.replies}</span>
            </button>
            <button
              type="button"
              class="button primary"
              onClick={() => open({ name: 'phone' })}
              title={t.tickets.phone}
            >
              <Icon name="plus" />
              <span class="head-word">{t.tickets.phone}</span>
            </button>
          </div>
        </header>
        <Filters query={query} number={number} again={control.again} />
        <Rows control={control} query={query} number={number} picked={picked} onPick={setPicked} />
      </section>
      {number ? <TicketPane key={number} number={number} query={query} onClose={close} /> : null}
    </main>
  );
}

interface RowsProps extends TicketsPageProps {
  control: ListControl;
  picked: ReadonlySet<string>;
  onPick(picked: ReadonlySet<string>): void;
}

function Rows({ control, query, number, picked, onPick }: RowsProps) {
  const { t } = useApp();
  const roomy = useMedia('(min-width: 1100px)');
  const scroller = useRef<HTMLDivElement>(null);
  const { shown } = control;
  const tickets = shown.state === 'ready' ? shown.list.tickets : [];
  const chosen = useMemo(() => tickets.filter((one) => picked.has(one.number)), [tickets, picked]);
  if (shown.state === 'loading') return <Skeleton lines={10} />;
  if (shown.state === 'failed') return <Failed text={t.tickets.failed} again={control.again} />;
  const { next, fresh, gone } = shown.list;
  const toTop = () => {
    control.again();
    scroller.current?.scrollTo({ top: 0 });
  };
  return (
    <>
      <p class="sr-only" role="status">
        {shown.busy ? t.loading : t.tickets.count(tickets.length, next !== null)}
      </p>
      <div class="news" role="status">
        {fresh.length > 0 && (
          <button type="button" class="news-bar" onClick={toTop}>
            <Icon name="down" /> {t.tickets.fresh(fresh.length)} · {t.tickets.show}
          </button>
        )}
      </div>
      {chosen.length > 0 && <BulkBar tickets={chosen} onClear={() => onPick(new Set())} />}
      <div class="ticket-scroll" ref={scroller} aria-busy={shown.busy}>
        {tickets.length > 0 ? (
          <TicketTable
            tickets={tickets}
            gone={gone}
            query={query}
            current={number}
            picked={picked}
            onPick={onPick}
            compact={!roomy || number !== null}
          />
        ) : (
          <Nothing query={query} />
        )}
        {next !== null && (
          <button type="button" class="button more" disabled={control.paging} onClick={() => void control.more()}>
            {control.paging ? t.tickets.loadingMore : t.tickets.more}
          </button>
        )}
      </div>
    </>
  );
}

function Nothing({ query }: { query: TicketQuery }) {
  const { t } = useApp();
  const { me } = useDesk();
  const narrowed = query.q || query.department || query.priority || query.due || query.state !== 'active';
  const words = narrowed ? t.tickets.nothing : t.tickets.empty[viewFor(query, me)];
  return (
    <div class="nothing">
      <Icon name="ticket" />
      <p class="muted">{me ? words : t.loading}</p>
    </div>
  );
}
