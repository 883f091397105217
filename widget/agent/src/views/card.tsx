import type { ChatRecord } from '../state/model.ts';
import type { Priority, Site, Visitor } from '../state/wire.ts';
import { Ago, Avatar, IconButton, Segments, Skeleton, useDepartmentName } from './bits.tsx';
import { useApp, useDesk, useLoad } from './context.ts';
import { Icon } from './icons.tsx';

interface CardProps {
  record: ChatRecord;
  onClose(): void;
}

/** The right pane: who the visitor is, where they are, what they asked before, and how this chat stands. */
export function Card({ record, onClose }: CardProps) {
  const { t } = useApp();
  const name = record.visitor?.name || t.visitor.nameless;
  return (
    <section class="card" aria-label={t.visitor.title}>
      <IconButton icon="close" label={t.chat.hideDetails} class="card-close not-wide" onClick={onClose} />
      <header class="card-head">
        <Avatar name={name} />
        <div>
          <h2>{name}</h2>
          {record.visitor && <Presence visitor={record.visitor} />}
        </div>
      </header>
      {record.visitor ? <VisitorFacts visitor={record.visitor} /> : <Skeleton lines={4} />}
      <ChatFacts record={record} />
      {record.visitor?.email && (
        <Earlier
          email={record.visitor.email}
          chat={record.chat.id}
          title={t.visitor.before}
          none={t.visitor.noBefore}
        />
      )}
    </section>
  );
}

function Presence({ visitor }: { visitor: Visitor }) {
  const { t } = useApp();
  return (
    <p class={visitor.connected ? 'here-word' : 'muted'} aria-live="polite">
      {visitor.connected ? t.visitor.here : t.visitor.gone}
    </p>
  );
}

/** Only web addresses become links: a visitor could send any text as the page's address. */
function safeUrl(url: string | undefined): URL | null {
  if (!url || !URL.canParse(url)) return null;
  const parsed = new URL(url);
  return parsed.protocol === 'https:' || parsed.protocol === 'http:' ? parsed : null;
}

function VisitorFacts({ visitor }: { visitor: Visitor }) {
  const { t, settings } = useApp();
  const page = safeUrl(visitor.page?.url);
  const from = safeUrl(visitor.page?.referrer);
  const language = visitor.locale ? new Intl.DisplayNames(settings.lang, { type: 'language' }) : null;
  const fields = Object.entries(visitor.fields ?? {});
  return (
    <dl class="facts">
      <dt>{t.visitor.email}</dt>
      <dd>
        {visitor.email ? (
          <>
            <span class="break">{visitor.email}</span>{' '}
            {visitor.verified ? (
              <span class="badge good">
                <Icon name="done" /> {t.visitor.verified}
              </span>
            ) : (
              <span class="badge warn" title={t.visitor.unverifiedHint}>
                <Icon name="alert" /> {t.visitor.unverified}
              </span>
            )}
          </>
        ) : (
          <span class="muted">{t.visitor.noEmail}</span>
        )}
      </dd>
      {page && (
        <>
          <dt>{t.visitor.page}</dt>
          <dd>
            <a href={page.href} target="_blank" rel="noopener noreferrer" title={page.href}>
              {visitor.page?.title || page.host}
            </a>
            <span class="muted break sub">{page.host + page.pathname}</span>
          </dd>
        </>
      )}
      {from && (
        <>
          <dt>{t.visitor.cameFrom}</dt>
          <dd class="break">{from.host}</dd>
        </>
      )}
      {visitor.locale && (
        <>
          <dt>{t.visitor.locale}</dt>
          <dd>{languageName(language, visitor.locale)}</dd>
        </>
      )}
      {visitor.since_at !== undefined && (
        <>
          <dt>{t.visitor.since}</dt>
          <dd>
            <Ago at={visitor.since_at} />
          </dd>
        </>
      )}
      {fields.map(([key, value]) => (
        <FieldFact key={key} name={key} value={String(value)} />
      ))}
    </dl>
  );
}

function languageName(names: Intl.DisplayNames | null, tag: string): string {
  try {
    return names?.of(tag) ?? tag;
  } catch {
    // The visitor's browser sent something that is no language tag.
    return tag;
  }
}

function FieldFact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt class="break">{name}</dt>
      <dd class="break">{value}</dd>
    </>
  );
}

function ChatFacts({ record }: { record: ChatRecord }) {
  const { desk, t, open } = useApp();
  const { me, site } = useDesk();
  const departmentName = useDepartmentName();
  const { chat } = record;
  const supervisor = me?.role === 'supervisor' || me?.role === 'admin';
  return (
    <section class="card-part">
      <header class="part-head">
        <h3>{t.chat.about}</h3>
        <button type="button" class="link" onClick={() => open({ name: 'why', chat: chat.id })}>
          <Icon name="why" /> {t.why.open}
        </button>
      </header>
      <dl class="facts">
        <dt>{t.chat.department}</dt>
        <dd>{departmentName(site, chat.department)}</dd>
        <dt>{t.chat.agent}</dt>
        <dd>{chat.agent?.name ?? <span class="muted">{t.chat.nobody}</span>}</dd>
        <dt>{t.chat.id}</dt>
        <dd class="break mono">{chat.id}</dd>
      </dl>
      {supervisor && chat.status !== 'closed' && (
        <div class="priority">
          <p class="part-label">{t.priority.label}</p>
          <Segments
            label={t.priority.label}
            value={String(chat.priority) as '-1' | '0' | '1'}
            choices={(['-1', '0', '1'] as const).map((value) => ({ value, label: t.priority.levels[value] }))}
            onChange={(value) => void desk.setPriority(chat.id, Number(value) as Priority)}
            class="small"
          />
        </div>
      )}
    </section>
  );
}

/** Code points that a search may have. */
const queryLimit = 200;
/** How many earlier chats the card lists; the history has them all. */
const earlierShown = 5;

interface EarlierProps {
  email: string;
  /** The one that is looked at already. */
  chat: string | null;
  title: string;
  none: string;
}

/** Chats of the same address. */
export function Earlier({ email, chat, title, none }: EarlierProps) {
  const { desk, t, route, go } = useApp();
  const { site } = useDesk();
  const [found, again] = useLoad(email, () => desk.http.chats({ q: [...email].slice(0, queryLimit).join('') }));
  const toHistory = (id: string | null) => go({ page: 'history', chat: id, q: email, department: '' });
  const others = found.state === 'ready' ? found.value.chats.filter((one) => one.id !== chat) : [];
  return (
    <section class="card-part">
      <header class="part-head">
        <h3>{title}</h3>
      </header>
      {found.state === 'loading' && <Skeleton lines={2} />}
      {found.state === 'failed' && (
        <p class="muted">
          {t.visitor.beforeFailed}{' '}
          <button type="button" class="link" onClick={again}>
            {t.chat.retry}
          </button>
        </p>
      )}
      {found.state === 'ready' && others.length === 0 && <p class="muted">{none}</p>}
      {others.length > 0 && (
        <ul class="earlier">
          {others.slice(0, earlierShown).map((one) => (
            <li key={one.id}>
              <EarlierLine
                chat={one}
                site={site}
                onOpen={() => toHistory(one.id)}
                current={route.page === 'history' && route.chat === one.id}
              />
            </li>
          ))}
        </ul>
      )}
      {others.length > earlierShown && (
        <button type="button" class="link" onClick={() => toHistory(null)}>
          {t.history.more}
        </button>
      )}
    </section>
  );
}

interface EarlierLineProps {
  chat: { id: string; department: string; outcome?: string | null; visitor?: Visitor | null };
  site: Site | null;
  current: boolean;
  onOpen(): void;
}

function EarlierLine({ chat, site, current, onOpen }: EarlierLineProps) {
  const { t } = useApp();
  const departmentName = useDepartmentName();
  const outcome = chat.outcome ? (t.log.outcome as Record<string, string>)[chat.outcome] : t.history.open;
  return (
    <button type="button" class="earlier-line" aria-current={current} onClick={onOpen}>
      <span>{departmentName(site, chat.department)}</span>
      <span class="muted">
        {outcome}
        {chat.visitor?.since_at !== undefined && (
          <>
            {' · '}
            <Ago at={chat.visitor.since_at} />
          </>
        )}
      </span>
    </button>
  );
}
