import { duration } from '../i18n/time.ts';
import { answerWithinMs } from '../state/select.ts';
import type { Queue } from '../state/wire.ts';
import { IconButton, Skeleton, useDepartmentName, useLasting } from './bits.tsx';
import { useApp, useDesk, useNow } from './context.ts';
import { Icon } from './icons.tsx';

/** How many waiting people a queue lists here; Ctrl+K finds the others. */
const shown = 3;

export function Queues() {
  const { t } = useApp();
  const { queues } = useDesk();
  const anybody = queues?.some((queue) => queue.waiting > 0);
  return (
    <section class="side-part" aria-label={t.queues.title}>
      <h2 class="side-title">{t.queues.title}</h2>
      {!queues && <Skeleton lines={2} />}
      {queues?.length === 0 && <p class="empty">{t.queues.none}</p>}
      {queues?.map((queue) => (
        <QueueBlock key={queue.department} queue={queue} />
      ))}
      {queues && queues.length > 0 && !anybody && <p class="empty">{t.queues.empty}</p>}
    </section>
  );
}

function QueueBlock({ queue }: { queue: Queue }) {
  const { t } = useApp();
  const { site, queuesAt } = useDesk();
  const take = useTake();
  const departmentName = useDepartmentName();
  const now = useNow(1000);
  const name = departmentName(site, queue.department);
  const longestMs = queue.longest_wait_s * 1000 + Math.max(0, now - queuesAt);
  const late = queue.waiting > 0 && longestMs > answerWithinMs(site, queue.department);
  const rest = queue.waiting - Math.min(shown, queue.chats.length);
  return (
    <div class={queue.waiting ? 'queue busy' : 'queue'}>
      <div class="queue-head">
        <h3>{name}</h3>
        <span class={late ? 'count late' : queue.waiting ? 'count some' : 'count'}>
          {t.queues.waiting(queue.waiting)}
        </span>
      </div>
      {queue.waiting > 0 && (
        <p class={late ? 'queue-facts late-word' : 'queue-facts muted'}>
          {late && <Icon name="alert" />} {t.queues.longest(duration(longestMs))}
        </p>
      )}
      <p class="muted queue-facts">
        {t.queues.agents(queue.agents_online)} · {t.queues.free(queue.free_slots)}
      </p>
      {queue.chats.length > 0 && (
        <ul class="waiting">
          {queue.chats.slice(0, shown).map((chat) => (
            <Waiting key={chat.chat} chat={chat.chat} name={chat.name || t.visitor.nameless} since={chat.since_at} />
          ))}
        </ul>
      )}
      {queue.waiting > 0 && (
        <div class="queue-foot">
          {rest > 0 && <span class="muted">{t.queues.more(rest)}</span>}
          <button
            type="button"
            class="button small"
            aria-label={t.queues.takeHeadOf(name)}
            onClick={() => take({ department: queue.department })}
          >
            {t.queues.takeHead}
          </button>
        </div>
      )}
    </div>
  );
}

function Waiting({ chat, name, since }: { chat: string; name: string; since: number }) {
  const { desk, t, go } = useApp();
  const { me } = useDesk();
  const take = useTake();
  const waits = useLasting(since);
  const watch = async () => {
    if (await desk.watch(chat)) go({ page: 'desk', chat });
  };
  return (
    <li>
      <span class="waiting-who">
        <span class="ellipsis">{name}</span>
        <span class="muted">{waits}</span>
      </span>
      {me?.role !== 'agent' && <IconButton icon="eye" label={t.queues.watchOf(name)} onClick={() => void watch()} />}
      <button type="button" class="link" aria-label={t.queues.takeOf(name)} onClick={() => take({ chat })}>
        {t.queues.take}
      </button>
    </li>
  );
}

/** Takes and goes there. */
export function useTake(): (what: { chat: string } | { department: string }) => void {
  const { desk, go } = useApp();
  return (what) =>
    void desk.take(what).then((chat) => {
      if (chat) go({ page: 'desk', chat });
    });
}
