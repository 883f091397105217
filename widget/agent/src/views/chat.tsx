import type { ChatRecord } from '../state/model.ts';
import { mayOpenTicket } from '../state/select.ts';
import { Avatar, IconButton, useDepartmentName } from './bits.tsx';
import { Composer } from './composer.tsx';
import { useApp, useDesk } from './context.ts';
import { Icon } from './icons.tsx';
import { Log } from './log.tsx';

interface ChatPaneProps {
  record: ChatRecord;
  detailsOpen: boolean;
  onDetails(): void;
}

/** The middle pane: one chat, with what can be done with it. */
export function ChatPane({ record, detailsOpen, onDetails }: ChatPaneProps) {
  const { t, go, open } = useApp();
  const { site, me } = useDesk();
  const departmentName = useDepartmentName();
  const name = record.visitor?.name || t.visitor.nameless;
  const { chat } = record;
  const here = record.visitor?.connected ?? false;
  return (
    <section class="chat" aria-label={name}>
      <header class="chat-head">
        <IconButton
          icon="back"
          label={t.chat.back}
          class="only-phone"
          onClick={() => go({ page: 'desk', chat: null })}
        />
        <Avatar name={name} here={here} />
        <div class="chat-who">
          <h2>{name}</h2>
          <p class="muted">
            <span class={here ? 'here-word' : ''}>{here ? t.visitor.here : t.visitor.gone}</span>
            <span class="chat-department"> · {departmentName(site, chat.department)}</span>
          </p>
        </div>
        <div class="chat-actions">
          {mayOpenTicket(record, me) && (
            <Action
              icon="ticket"
              label={t.ticket.open}
              word={t.ticket.word}
              onClick={() => open({ name: 'ticket', chat: chat.id })}
            />
          )}
          {record.hold === 'mine' && chat.status !== 'closed' && (
            <>
              <Action
                icon="transfer"
                label={t.chat.transfer}
                onClick={() => open({ name: 'transfer', chat: chat.id })}
              />
              <Action icon="done" label={t.chat.close} onClick={() => open({ name: 'close', chat: chat.id })} />
            </>
          )}
          <IconButton
            icon="person"
            label={detailsOpen ? t.chat.hideDetails : t.chat.details}
            class="not-wide"
            expanded={detailsOpen}
            onClick={onDetails}
          />
        </div>
      </header>
      <Standing record={record} />
      <Log
        key={chat.id}
        chat={chat.id}
        entries={record.entries}
        notes={record.notes}
        pending={record.pending}
        loaded={record.loaded}
        visitorName={name}
        readTo={chat.read.visitor}
        typing={record.typing}
      />
      <Foot record={record} name={name} />
    </section>
  );
}

interface ActionProps {
  icon: 'transfer' | 'done' | 'ticket';
  label: string;
  /** What is written where the whole label would push the name away. */
  word?: string;
  onClick(): void;
}

function Action({ icon, label, word, onClick }: ActionProps) {
  return (
    <button type="button" class="button action" onClick={onClick} title={label} aria-label={word && label}>
      <Icon name={icon} />
      <span class="action-word">{word ?? label}</span>
    </button>
  );
}

/** Why one can only read here, and the way on. */
function Standing({ record }: { record: ChatRecord }) {
  const { desk, t, go } = useApp();
  const { me } = useDesk();
  const { chat } = record;
  const supervisor = me?.role === 'supervisor' || me?.role === 'admin';
  const canTake = chat.status === 'queued' || (supervisor && chat.status === 'assigned' && chat.agent?.id !== me?.id);
  const take = canTake && (
    <button type="button" class="button primary" onClick={() => void desk.take({ chat: chat.id })}>
      {t.chat.takeOver}
    </button>
  );
  const leave = () => {
    go({ page: 'desk', chat: null });
    void (record.hold === 'watched' ? desk.unwatch(chat.id) : desk.putAway(chat.id));
  };
  if (record.hold === 'watched') {
    const who = chat.agent
      ? t.chat.watchingHeldBy(chat.agent.name)
      : chat.status === 'queued'
        ? t.chat.watchingQueued
        : '';
    return (
      <div class="standing watch">
        <p>
          <Icon name="eye" /> {t.chat.watching} {who}
        </p>
        <div class="standing-actions">
          {take}
          <button type="button" class="button" onClick={leave}>
            {t.chat.unwatch}
          </button>
        </div>
      </div>
    );
  }
  if (record.hold !== 'left') return null;
  return (
    <div class="standing left" role="status">
      <p>
        <Icon name="info" /> {t.chat.left[chat.status === 'closed' ? 'closed' : (record.reason ?? 'lost')]}
      </p>
      <div class="standing-actions">
        {supervisor && take}
        <button type="button" class="button" onClick={leave}>
          {t.chats.putAway}
        </button>
      </div>
    </div>
  );
}

function Foot({ record, name }: { record: ChatRecord; name: string }) {
  const { t } = useApp();
  const { me } = useDesk();
  const { hold, chat } = record;
  if (hold === 'mine' && chat.status !== 'closed') return <Composer key={chat.id} record={record} name={name} />;
  if (hold === 'watched' && me?.role !== 'agent' && chat.status !== 'closed') {
    return <Composer key={`${chat.id} note`} record={record} name={name} />;
  }
  return <p class="composer-ended">{chat.status === 'closed' ? t.compose.ended : t.compose.notMine}</p>;
}
