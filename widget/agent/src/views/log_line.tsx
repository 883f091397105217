/** The single lines of a log: messages, what the system noted, notes of agents, and what is still on its way. */
import { errorText, type Texts } from '../i18n/index.ts';
import type { Pending } from '../state/model.ts';
import { department } from '../state/select.ts';
import type { Colleague, Entry, MessageEntry, Note, Site } from '../state/wire.ts';
import { TimeOfDay } from './bits.tsx';
import { useApp, useDesk } from './context.ts';
import { FileCard } from './files.tsx';
import { Icon } from './icons.tsx';
import { WithNumbers } from './tickets/number_link.tsx';

interface EntryLineProps {
  entry: Entry;
  follows: boolean;
  visitorName: string;
  read: boolean;
}

export function EntryLine({ entry, follows, visitorName, read }: EntryLineProps) {
  const { t } = useApp();
  const { site, agents } = useDesk();
  if (entry.kind === 'message')
    return <Message entry={entry} follows={follows} visitorName={visitorName} read={read} />;
  return (
    <p class={`system ${entry.kind}`}>
      <span>
        <WithNumbers text={systemWords(t, site, agents, entry)} linked={entry.kind === 'ticket'} />
      </span>{' '}
      <TimeOfDay at={entry.at} />
    </p>
  );
}

function Message({ entry, follows, visitorName, read }: EntryLineProps & { entry: MessageEntry }) {
  const { t } = useApp();
  const { me } = useDesk();
  const role = entry.from?.role ?? 'system';
  const own = role === 'agent' && entry.from.id === me?.id;
  const name = own ? t.chats.you : role === 'visitor' ? visitorName : (entry.from?.name ?? '');
  const erased = 'erased' in entry && entry.erased === true;
  return (
    <div class={`line ${role} ${own ? 'own' : ''} ${follows ? 'follows' : ''}`}>
      <div class="bubble">
        <p class={follows ? 'sr-only' : 'author'}>{name}</p>
        {erased ? <p class="text erased">{t.log.erased}</p> : <Body entry={entry} />}
        <p class="meta">
          <TimeOfDay at={entry.at} />
          {role === 'agent' && (
            <span class={read ? 'mark read' : 'mark'} title={read ? t.log.read : t.log.sent}>
              <Icon name={read ? 'read' : 'done'} />
              <span class="sr-only">{read ? t.log.read : t.log.sent}</span>
            </span>
          )}
        </p>
      </div>
    </div>
  );
}

function Body({ entry }: { entry: MessageEntry }) {
  if (!entry.file) return <p class="text">{entry.text}</p>;
  return <FileCard file={entry.file} />;
}

export function NoteLine({ note }: { note: Note }) {
  const { t } = useApp();
  return (
    <div class="line note">
      <div class="bubble">
        <p class="author">
          <Icon name="note" /> {t.log.note} · {note.from?.name ?? ''}
        </p>
        <p class="text">{note.text}</p>
        <p class="meta">
          <TimeOfDay at={note.at} />
        </p>
      </div>
    </div>
  );
}

export function PendingLine({ pending }: { pending: Pending }) {
  const { desk, t } = useApp();
  const { link } = useDesk();
  const { chat, client_id, text, file, refused } = pending;
  const copy = () =>
    navigator.clipboard.writeText(file?.name ?? text).then(
      () => desk.say((texts) => texts.log.copied),
      () => undefined,
    );
  return (
    <div class={`line agent own pending ${refused ? 'refused' : ''}`}>
      <div class="bubble">
        {file ? (
          <p class="text file">
            <Icon name="file" /> {file.name}
          </p>
        ) : (
          <p class="text">{text}</p>
        )}
        {refused ? (
          <>
            <p class="meta bad">
              <Icon name="alert" /> {t.log.notSent(errorText(t, refused))}
            </p>
            <p class="line-actions">
              <button type="button" class="link" onClick={() => desk.sendAgain(chat, client_id)}>
                {t.log.again}
              </button>
              <button type="button" class="link" onClick={copy}>
                {t.log.copy}
              </button>
              <button type="button" class="link" onClick={() => desk.dispatch({ type: 'dropped', chat, client_id })}>
                {t.log.discard}
              </button>
            </p>
          </>
        ) : (
          <p class="meta">
            <Icon name="clock" /> {link === 'live' ? t.log.sending : t.log.pending}
          </p>
        )}
      </div>
    </div>
  );
}

/** What the system noted, as a sentence. */
function systemWords(t: Texts, site: Site | null, agents: readonly Colleague[], entry: Entry): string {
  const where = (id: string) => (id === 'any' ? t.chat.any : (department(site, id)?.name ?? id));
  switch (entry.kind) {
    case 'message':
      return entry.text ?? '';
    case 'queued':
      return (t.log.queued[entry.reason] ?? t.log.queued.new)(where(entry.department));
    case 'assigned':
      return t.log.assigned(entry.agent.name);
    case 'transferred': {
      const { agent, department: to } = entry.to;
      const id = typeof agent === 'string' ? agent : agent?.id;
      const named = typeof agent === 'string' ? undefined : agent?.name;
      const name = named ?? agents.find((one) => one.id === id)?.name ?? id;
      return t.log.transferred(entry.from?.name ?? '', name ?? where(to ?? ''));
    }
    case 'ticket':
      return t.log.ticket(entry.ticket.number);
    case 'rated': {
      const words = t.log.rated(entry.score, t.log.score[entry.score - 1] ?? '');
      return entry.comment ? `${words}: «${entry.comment}»` : words;
    }
    case 'closed': {
      const by = entry.by === 'agent' ? t.log.closed.agent(entry.from?.name ?? '') : t.log.closed[entry.by];
      return `${by} · ${t.log.outcome[entry.outcome] ?? entry.outcome}`;
    }
    default:
      return t.log.unknown;
  }
}
