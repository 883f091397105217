import { useEffect, useRef, useState } from 'preact/hooks';
import type { Chat } from '../state/wire.ts';
import { Ago, Avatar, Failed, IconButton, Skeleton, useDepartmentName } from './bits.tsx';
import { useApp, useDesk, useLoad } from './context.ts';
import { Icon } from './icons.tsx';
import { Log } from './log.tsx';

interface HistoryProps {
  q: string;
  department: string;
  chat: string | null;
}

/** Past chats: search on the left, one chat's log on the right. */
export function History({ q, department, chat }: HistoryProps) {
  const { t } = useApp();
  // Searching for the same again looks again: a chat may have ended since.
  const [searches, setSearches] = useState(0);
  return (
    <div class={chat ? 'history reading' : 'history'}>
      <h1 class="sr-only">{t.history.title}</h1>
      <section class="history-list" aria-label={t.history.title}>
        <h2>{t.history.title}</h2>
        <SearchForm q={q} department={department} onSearch={() => setSearches(searches + 1)} />
        <Results key={`${searches}\n${q}\n${department}`} q={q} department={department} current={chat} />
      </section>
      {chat ? (
        <PastChat key={chat} id={chat} q={q} department={department} />
      ) : (
        <section class="history-pick">
          <Icon name="history" />
          <p>{t.history.pick}</p>
        </section>
      )}
    </div>
  );
}

function SearchForm({ q, department, onSearch }: { q: string; department: string; onSearch(): void }) {
  const { t, go } = useApp();
  const { site, me } = useDesk();
  const departmentName = useDepartmentName();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current) input.current.value = q;
  }, [q]);
  const ids = me?.role === 'admin' ? (site?.departments ?? []).map((one) => one.id) : (me?.departments ?? []);
  const search = (part: string) => {
    go({ page: 'history', chat: null, q: input.current?.value.trim() ?? '', department: part });
    onSearch();
  };
  return (
    <search>
      <form
        class="search"
        onSubmit={(event) => {
          event.preventDefault();
          search(department);
        }}
      >
        <label class="field">
          <span class="sr-only">{t.history.search}</span>
          <input ref={input} type="search" defaultValue={q} placeholder={t.history.placeholder} />
        </label>
        {ids.length > 1 && (
          <label class="field">
            <span class="sr-only">{t.history.department}</span>
            <select value={department} onChange={(event) => search(event.currentTarget.value)}>
              <option value="">{t.history.all}</option>
              {ids.map((id) => (
                <option key={id} value={id}>
                  {departmentName(site, id)}
                </option>
              ))}
            </select>
          </label>
        )}
        <button type="submit" class="button">
          <Icon name="search" /> {t.history.go}
        </button>
      </form>
    </search>
  );
}

function Results({ q, department, current }: { q: string; department: string; current: string | null }) {
  const { desk, t } = useApp();
  const [first, again] = useLoad('', () => desk.http.chats({ q, department }));
  const [more, setMore] = useState<{ chats: Chat[]; next: string | null } | null>(null);
  const [busy, setBusy] = useState(false);
  if (first.state === 'loading') return <Skeleton lines={8} />;
  if (first.state === 'failed') return <Failed text={t.history.failed} again={again} />;
  const chats = [...first.value.chats, ...(more?.chats ?? [])];
  const next = more ? more.next : first.value.next;
  if (chats.length === 0) return <p class="empty">{q ? t.history.nothing(q) : t.history.empty}</p>;

  async function loadMore(cursor: string) {
    setBusy(true);
    try {
      const page = await desk.http.chats({ q, department, cursor });
      setMore({ chats: [...(more?.chats ?? []), ...page.chats], next: page.next });
    } catch {
      desk.say((texts) => texts.history.failed, true);
    }
    setBusy(false);
  }

  return (
    <>
      <p class="sr-only" role="status">
        {t.history.results(chats.length)}
      </p>
      <ul class="chat-list">
        {chats.map((chat) => (
          <Result key={chat.id} chat={chat} q={q} department={department} current={chat.id === current} />
        ))}
      </ul>
      {next && (
        <button type="button" class="button" disabled={busy} onClick={() => void loadMore(next)}>
          {t.history.more}
        </button>
      )}
    </>
  );
}

function Result({ chat, q, department, current }: { chat: Chat; q: string; department: string; current: boolean }) {
  const { t, go } = useApp();
  const { site } = useDesk();
  const departmentName = useDepartmentName();
  const name = chat.visitor?.name || t.visitor.nameless;
  return (
    <li class={current ? 'row current' : 'row'}>
      <button
        type="button"
        class="row-button"
        aria-current={current ? 'true' : undefined}
        onClick={() => go({ page: 'history', chat: chat.id, q, department })}
      >
        <Avatar name={name} />
        <span class="row-text">
          <span class="row-top">
            <span class="ellipsis name">{name}</span>
            {/* When it ended: what the list is sorted by. */}
            <span class="wait muted">{chat.closed_at && <Ago at={chat.closed_at} />}</span>
          </span>
          <span class="row-bottom">
            <span class="ellipsis muted">
              {departmentName(site, chat.department)}
              {chat.agent && ` · ${chat.agent.name}`}
            </span>
            <OutcomeBadge chat={chat} />
          </span>
        </span>
      </button>
    </li>
  );
}

function OutcomeBadge({ chat }: { chat: Chat }) {
  const { t } = useApp();
  if (!chat.outcome) return <span class="badge">{t.history.open}</span>;
  const look = chat.outcome === 'solved' ? 'good' : chat.outcome === 'missed' ? 'warn' : '';
  return <span class={`badge ${look}`}>{t.log.outcome[chat.outcome]}</span>;
}

function PastChat({ id, q, department }: { id: string; q: string; department: string }) {
  const { desk, t, go, open } = useApp();
  const { me, chats } = useDesk();
  const [found, again] = useLoad(id, () => desk.http.chat(id));
  const chat = found.state === 'ready' ? found.value.chat : null;
  const name = chat?.visitor?.name || t.visitor.nameless;
  const mayWatch = chat && chat.status !== 'closed' && me?.role !== 'agent' && !chats[id];
  const watch = async () => {
    if (await desk.watch(id)) go({ page: 'desk', chat: id });
  };
  return (
    <section class="chat" aria-label={chat ? name : t.loading}>
      <header class="chat-head">
        <IconButton
          icon="back"
          label={t.history.backToList}
          class="only-phone"
          onClick={() => go({ page: 'history', chat: null, q, department })}
        />
        <Avatar name={chat ? name : ''} />
        <div class="chat-who">
          <h2>{chat ? name : t.loading}</h2>
          <p class="muted ellipsis">{chat?.visitor?.email || id}</p>
        </div>
        <div class="chat-actions">
          {mayWatch && (
            <button type="button" class="button" onClick={watch}>
              <Icon name="eye" /> {t.queues.watch}
            </button>
          )}
          <button type="button" class="button" onClick={() => open({ name: 'why', chat: id })}>
            <Icon name="why" /> {t.why.open}
          </button>
        </div>
      </header>
      {found.state === 'failed' ? (
        <Failed text={found.code === 'not_found' ? t.history.missing : t.chat.failed} again={again} />
      ) : (
        <Log
          chat={id}
          entries={found.state === 'ready' ? found.value.entries : []}
          notes={found.state === 'ready' ? found.value.notes : []}
          loaded={found.state === 'ready'}
          visitorName={name}
          readTo={chat?.read?.visitor ?? 0}
        />
      )}
    </section>
  );
}
