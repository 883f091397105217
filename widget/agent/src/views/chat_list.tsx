import { duration } from '../i18n/time.ts';
import type { ChatRecord } from '../state/model.ts';
import {
  answerWithinMs,
  lastMessage,
  leftChats,
  myChats,
  unread,
  waitingSince,
  watchedChats,
} from '../state/select.ts';
import { Avatar, IconButton, useDepartmentName } from './bits.tsx';
import { useApp, useDesk, useNow } from './context.ts';
import { Icon } from './icons.tsx';

export function ChatLists() {
  const { t } = useApp();
  const state = useDesk();
  const mine = myChats(state);
  const watched = watchedChats(state);
  const left = leftChats(state);
  return (
    <>
      <section class="side-part" aria-label={t.chats.mine}>
        <h2 class="side-title">
          {t.chats.mine}
          {mine.length > 0 && state.me && (
            <span class="muted">
              {mine.length} / {state.me.capacity}
            </span>
          )}
        </h2>
        {mine.length === 0 ? (
          <p class="empty">{state.agentState === 'online' ? t.chats.empty : t.chats.emptyAway}</p>
        ) : (
          <List records={mine} />
        )}
      </section>
      {watched.length > 0 && (
        <section class="side-part" aria-label={t.chats.watched}>
          <h2 class="side-title">{t.chats.watched}</h2>
          <List records={watched} />
        </section>
      )}
      {left.length > 0 && (
        <section class="side-part" aria-label={t.chats.left}>
          <h2 class="side-title">{t.chats.left}</h2>
          <List records={left} />
        </section>
      )}
    </>
  );
}

function List({ records }: { records: ChatRecord[] }) {
  return (
    <ul class="chat-list">
      {records.map((record) => (
        <Row key={record.chat.id} record={record} />
      ))}
    </ul>
  );
}

function Row({ record }: { record: ChatRecord }) {
  const { desk, t, go } = useApp();
  const { selected, site } = useDesk();
  const departmentName = useDepartmentName();
  const { chat, visitor } = record;
  const name = visitor?.name || t.visitor.nameless;
  const news = record.hold === 'mine' ? unread(record) : 0;
  const current = selected === chat.id;
  return (
    <li class={current ? 'row current' : 'row'}>
      <button
        type="button"
        class="row-button"
        aria-current={current ? 'true' : undefined}
        onClick={() => go({ page: 'desk', chat: chat.id })}
      >
        <Avatar name={name} here={visitor?.connected ?? false} />
        <span class="row-text">
          <span class="row-top">
            <span class="ellipsis name">{name}</span>
            <Wait record={record} />
          </span>
          <span class="row-bottom">
            <span class="ellipsis muted">
              <Preview record={record} />
            </span>
            {chat.priority > 0 && (
              <span class="priority-high" title={t.priority.high}>
                <Icon name="flag" />
                <span class="sr-only">{t.priority.high}</span>
              </span>
            )}
            {news > 0 && (
              <span class="unread">
                <span aria-hidden="true">{news}</span>
                <span class="sr-only">{t.chats.unread(news)}</span>
              </span>
            )}
          </span>
          {record.hold === 'watched' && (
            <span class="muted ellipsis">
              {departmentName(site, chat.department)} · {chat.agent?.name ?? t.chat.nobody}
            </span>
          )}
        </span>
      </button>
      {record.hold === 'left' && (
        <IconButton icon="close" label={`${t.chats.putAway}: ${name}`} onClick={() => desk.putAway(chat.id)} />
      )}
    </li>
  );
}

function Preview({ record }: { record: ChatRecord }) {
  const { t } = useApp();
  const { me } = useDesk();
  if (record.typing?.draft) return <em>{record.typing.draft}</em>;
  if (record.typing?.on) return <em>{t.log.typing(record.visitor?.name || t.visitor.nameless)}</em>;
  const last = lastMessage(record);
  if (last?.kind !== 'message') return <>{record.loaded ? t.chats.noWords : t.loading}</>;
  const text = last.text ?? t.chats.file(last.file?.name ?? '');
  return <>{last.from?.id === me?.id ? `${t.chats.you}: ${text}` : text}</>;
}

/** How long this visitor has been waiting for me: in red, with a mark, once it is too long. */
function Wait({ record }: { record: ChatRecord }) {
  const { t } = useApp();
  const { site } = useDesk();
  const now = useNow(1000);
  const since = waitingSince(record);
  if (record.chat.status === 'closed') return <span class="wait muted">{t.chats.closed}</span>;
  if (record.hold !== 'mine') {
    return <span class="wait muted">{record.chat.status === 'queued' ? t.chats.queued : ''}</span>;
  }
  if (since === null) return <span class="wait muted">{record.loaded && t.chats.answered}</span>;
  const waited = Math.max(0, now - since);
  const late = waited > answerWithinMs(site, record.chat.department);
  const words = late ? t.chats.late(duration(waited)) : t.chats.waits(duration(waited));
  return (
    <span class={late ? 'wait late-word' : 'wait'} title={words}>
      <Icon name={late ? 'alert' : 'clock'} /> <span aria-hidden="true">{duration(waited)}</span>
      <span class="sr-only">{words}</span>
    </span>
  );
}
