/** What colleagues are talking about now, for those who supervise: who has whom, who is not read, a way in. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { waitingSince } from '../state/select.ts';
import type { Chat } from '../state/wire.ts';
import { Ago, IconButton, Skeleton, useDepartmentName } from './bits.tsx';
import { useApp, useDesk } from './context.ts';
import { Icon } from './icons.tsx';
import { useTake } from './queues.tsx';

/** Changes come in bursts; the list is read at most so often. */
const restMs = 3000;
/** Nothing tells that a colleague has read something, so the list is read again now and then without a reason. */
const againMs = 15_000;
/** So many are listed until all are asked for. */
const shown = 6;

export function OpenChats() {
  const { t } = useApp();
  const state = useDesk();
  const [all, setAll] = useState(false);
  const { chats, failed, again } = useOpenChats();
  // Who waits stands in the queues, what is mine among my chats.
  const theirs = (chat: Chat) => chat.agent?.id !== state.me?.id && state.chats[chat.id]?.hold !== 'mine';
  const others = chats?.filter((chat) => chat.status === 'assigned' && theirs(chat));
  const listed = all ? others : others?.slice(0, shown);
  return (
    <section class="side-part" aria-label={t.overview.title}>
      <h2 class="side-title">
        {t.overview.title}
        {others && others.length > 0 && <span class="muted">{others.length}</span>}
      </h2>
      {!others && !failed && <Skeleton lines={2} />}
      {failed && (
        <p class="muted overview-failed" role="status">
          {t.overview.failed}{' '}
          <button type="button" class="link" onClick={again}>
            {t.chat.retry}
          </button>
        </p>
      )}
      {others?.length === 0 && <p class="empty">{t.overview.empty}</p>}
      <ul class="overview">
        {listed?.map((chat) => (
          <Line key={chat.id} chat={chat} />
        ))}
      </ul>
      {others && others.length > shown && (
        <button type="button" class="link" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t.overview.fewer : t.overview.all(others.length)}
        </button>
      )}
    </section>
  );
}

function Line({ chat }: { chat: Chat }) {
  const { desk, t, go } = useApp();
  const { site, chats } = useDesk();
  const departmentName = useDepartmentName();
  const take = useTake();
  const name = chat.visitor?.name || t.visitor.nameless;
  const record = chats[chat.id];
  const watched = record?.hold === 'watched';
  const watch = async () => {
    if (watched || (await desk.watch(chat.id))) go({ page: 'desk', chat: chat.id });
  };
  // A chat that is read along here is known word by word; of the others only how far the holder has read.
  const waits = watched ? waitingSince(record) !== null : chat.last > chat.read.agent;
  return (
    <li>
      <p class="overview-line">
        <span class="ellipsis name">{name}</span>
        {waits && (
          <span class="waits-word" title={watched ? t.overview.waitsHint : t.overview.unreadHint}>
            <Icon name="clock" /> {watched ? t.overview.waits : t.overview.unread}
          </span>
        )}
        {chat.visitor?.since_at !== undefined && (
          <span class="muted">
            <Ago at={chat.visitor.since_at} />
          </span>
        )}
      </p>
      <div class="overview-line">
        <span class="muted ellipsis">
          {chat.agent?.name} · {departmentName(site, chat.department)}
        </span>
        <IconButton
          icon="eye"
          label={watched ? t.overview.goTo(name) : t.queues.watchOf(name)}
          class={watched ? 'on' : ''}
          onClick={() => void watch()}
        />
        <button
          type="button"
          class="link"
          aria-label={t.overview.takeFrom(name, chat.agent?.name ?? '')}
          title={t.overview.takeFrom(name, chat.agent?.name ?? '')}
          onClick={() => take({ chat: chat.id })}
        >
          {t.queues.take}
        </button>
      </div>
    </li>
  );
}

/** The open chats of everybody that this agent may see. What was read last stays while it is read again. */
function useOpenChats(): { chats: Chat[] | null; failed: boolean; again(): void } {
  const { desk } = useApp();
  const { queues, agents } = useDesk();
  const [chats, setChats] = useState<Chat[] | null>(null);
  const [failed, setFailed] = useState(false);
  const [round, setRound] = useState(0);
  const readAt = useRef(0);

  useEffect(() => {
    const read = async () => {
      const at = Date.now();
      readAt.current = at;
      const open = await desk.http.openChats().catch(() => null);
      // A slower answer to an earlier question says nothing new.
      if (readAt.current !== at) return;
      if (open) setChats(open);
      setFailed(!open);
    };
    const first = setTimeout(read, Math.max(0, readAt.current + restMs - Date.now()));
    const idle = setInterval(() => document.visibilityState === 'visible' && void read(), againMs);
    return () => {
      clearTimeout(first);
      clearInterval(idle);
    };
  }, [desk, queues, agents, round]);

  return {
    chats,
    failed,
    again() {
      readAt.current = 0;
      setRound((n) => n + 1);
    },
  };
}
