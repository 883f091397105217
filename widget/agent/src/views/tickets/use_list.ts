import { useEffect, useRef, useState } from 'preact/hooks';
import {
  appended,
  caughtUp,
  firstPage,
  heard,
  searchParams,
  type TicketList,
  type TicketQuery,
} from '../../state/ticket_list.ts';
import { useApp, useDesk } from '../context.ts';

/** `busy`: what stands there is the answer to an earlier question, the new one is on its way. */
type Shown = { state: 'loading' } | { state: 'failed' } | { state: 'ready'; list: TicketList; busy: boolean };

export interface ListControl {
  shown: Shown;
  /** Asks again from the top. */
  again(): void;
  more(): Promise<void>;
  paging: boolean;
}

const firstSize = 50;
const mostAtOnce = 200;

/** The list for a query: page by page, live, and caught up with after a cut. */
export function useTicketList(query: TicketQuery): ListControl {
  const { desk } = useApp();
  const { me } = useDesk();
  const key = JSON.stringify([query, me?.id]);
  const [shown, setShown] = useState<Shown>({ state: 'loading' });
  const [paging, setPaging] = useState(false);
  const [round, setRound] = useState(0);
  const params = useRef<Record<string, string>>({});
  /** Answers to what is no longer asked are thrown away. */
  const asked = useRef('');
  const tag = `${round} ${key}`;

  const change = (how: (list: TicketList) => TicketList) =>
    setShown((now) => (now.state === 'ready' ? { ...now, list: how(now.list) } : now));

  useEffect(() => {
    // Who I am decides what "mine" is.
    if (!me) return;
    asked.current = tag;
    params.current = searchParams(query, me, desk.now());
    setShown((now) => (now.state === 'ready' ? { ...now, busy: true } : { state: 'loading' }));
    desk.http.tickets.list(params.current).then(
      (page) => asked.current === tag && setShown({ state: 'ready', list: firstPage(page), busy: false }),
      () => asked.current === tag && setShown({ state: 'failed' }),
    );
  }, [tag]);

  useEffect(() => desk.tickets.onChange((one) => change((list) => heard(list, one, query, me, desk.now()))), [key]);

  useEffect(() => desk.tickets.onRenew(() => setRound((n) => n + 1)), []);
  // Where there is nothing, nothing can jump.
  const firstNews =
    shown.state === 'ready' && !shown.busy && shown.list.tickets.length === 0 && shown.list.fresh.length > 0;
  useEffect(() => {
    if (firstNews) setRound((n) => n + 1);
  }, [firstNews]);

  const rows = shown.state === 'ready' ? shown.list.tickets.length : 0;
  useEffect(
    () =>
      desk.tickets.onReturn(() => {
        if (asked.current !== tag || rows === 0) return setRound((n) => n + 1);
        const limit = String(Math.min(mostAtOnce, Math.max(firstSize, rows)));
        desk.http.tickets.list({ ...params.current, limit }).then(
          (page) => asked.current === tag && change((list) => caughtUp(list, page, query)),
          () => undefined,
        );
      }),
    [tag, rows],
  );

  async function more() {
    if (shown.state !== 'ready' || shown.list.next === null || paging) return;
    setPaging(true);
    try {
      const page = await desk.http.tickets.list({ ...params.current, cursor: shown.list.next });
      if (asked.current === tag) change((list) => appended(list, page));
    } catch {
      desk.say((texts) => texts.tickets.moreFailed, true);
    }
    setPaging(false);
  }

  return { shown, again: () => setRound((n) => n + 1), more, paging };
}
