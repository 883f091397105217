import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { logItems } from '../../state/select.ts';
import type { TicketQuery } from '../../state/ticket_list.ts';
import type { Ticket, TicketMessage } from '../../state/wire.ts';
import { Failed, Skeleton, TimeOfDay } from '../bits.tsx';
import { useApp, useLoad } from '../context.ts';
import { FileCards } from '../files.tsx';
import { Icon } from '../icons.tsx';
import { Day, Item } from '../log.tsx';
import { WithNumbers } from './number_link.tsx';

interface TalkProps {
  ticket: Ticket;
  messages: readonly TicketMessage[];
  query: TicketQuery;
}

/** So near to the end counts as being there. */
const nearPx = 80;

/** Everything said about a ticket, the chat that it came from first. */
export function Talk({ ticket, messages, query }: TalkProps) {
  const { t, clock } = useApp();
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const toEnd = () => {
    if (box.current && atEnd.current) box.current.scrollTop = box.current.scrollHeight;
  };
  useLayoutEffect(toEnd, [messages.length]);
  // A taller composer, a picture that has come: the end stays in sight.
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(toEnd);
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, [messages.length]);
  const scrolled = () => {
    const element = box.current;
    if (element) atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < nearPx;
  };
  let day = '';
  return (
    <div
      ref={box}
      class="log ticket-log"
      role="log"
      aria-label={t.tickets.talk.label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
      tabIndex={0}
      onScroll={scrolled}
    >
      {ticket.chat && <FirstPage chat={ticket.chat} open={!messages.some((one) => one.kind === 'answer')} />}
      {messages.length === 0 && !ticket.chat && <p class="empty">{t.tickets.talk.empty}</p>}
      {messages.map((message) => {
        const before = day;
        day = clock.day(message.at);
        return <Message key={message.id} message={message} ticket={ticket} query={query} opensDay={day !== before} />;
      })}
    </div>
  );
}

interface MessageProps {
  message: TicketMessage;
  ticket: Ticket;
  query: TicketQuery;
  opensDay: boolean;
}

function Message({ message, ticket, query, opensDay }: MessageProps) {
  const { t } = useApp();
  const { kind, from, text, files, at } = message;
  const side = kind === 'note' ? 'note' : from.role === 'requester' ? 'visitor' : 'agent';
  const name = from.name || (from.role === 'requester' ? ticket.email : '');
  return (
    <>
      {opensDay && <Day at={at} />}
      {kind === 'event' ? (
        <p class="system">
          <span>
            {from.name && `${from.name}: `}
            <WithNumbers text={text} query={query} />
          </span>{' '}
          <TimeOfDay at={at} />
        </p>
      ) : (
        <article class={`line ${side}`} aria-label={`${kind === 'note' ? t.tickets.talk.note : ''} ${name}`.trim()}>
          <div class="bubble">
            <p class="author">
              {kind === 'note' && (
                <>
                  <Icon name="note" /> {t.tickets.talk.note} ·{' '}
                </>
              )}
              {name}
            </p>
            {text && <p class="text">{text}</p>}
            <FileCards files={files} />
            <p class="meta">
              <TimeOfDay at={at} />
            </p>
          </div>
        </article>
      )}
    </>
  );
}

/** The chat's log as the first page; fetched when it is looked at. */
function FirstPage({ chat, open }: { chat: string; open: boolean }) {
  const { t } = useApp();
  const words = t.tickets.talk;
  return (
    <details class="first-page" open={open}>
      <summary>
        <Icon name="inbox" /> {words.chat} <span class="muted">{words.chatHint}</span>
      </summary>
      <FirstPageLog chat={chat} />
    </details>
  );
}

function FirstPageLog({ chat }: { chat: string }) {
  const { desk, t, clock } = useApp();
  const [found, again] = useLoad(chat, () => desk.http.chat(chat));
  const items = useMemo(
    () => (found.state === 'ready' ? logItems(found.value.entries, found.value.notes, [], (at) => clock.day(at)) : []),
    [found, clock],
  );
  if (found.state === 'loading') return <Skeleton lines={4} />;
  if (found.state === 'failed') return <Failed text={t.tickets.talk.chatFailed} again={again} />;
  const name = found.value.chat.visitor?.name || t.visitor.nameless;
  return (
    <div class="first-page-log">
      {items.map((item) => (
        <Item key={item.key} item={item} visitorName={name} readTo={found.value.chat.read?.visitor ?? 0} />
      ))}
    </div>
  );
}
