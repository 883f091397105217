import { useLayoutEffect, useState } from 'preact/hooks';
import { Skeleton } from './bits.tsx';
import { Card } from './card.tsx';
import { ChatPane } from './chat.tsx';
import { useApp, useDesk } from './context.ts';
import { Icon } from './icons.tsx';
import { detailsToggle } from './keys.ts';
import { Side } from './side.tsx';

/** The three panes. Below 1100 px the card lies over the chat when asked for; on a phone there is one pane at a time. */
export function DeskPage({ chat }: { chat: string | null }) {
  const { t } = useApp();
  const state = useDesk();
  const [details, setDetails] = useState(false);
  const record = chat ? state.chats[chat] : undefined;
  useLayoutEffect(() => setDetails(false), [chat]);
  useLayoutEffect(() => detailsToggle.listen(() => setDetails((shown) => !shown)), []);
  return (
    <main class={`desk ${record ? 'with-chat' : ''} ${details ? 'with-details' : ''}`}>
      <h1 class="sr-only">{t.top.desk}</h1>
      <Side />
      <div class="middle">
        {record ? (
          <ChatPane record={record} detailsOpen={details} onDetails={() => setDetails(!details)} />
        ) : state.me ? (
          <PickOne />
        ) : (
          <div class="nothing">
            <Skeleton lines={5} />
          </div>
        )}
      </div>
      {record && <Card key={record.chat.id} record={record} onClose={() => setDetails(false)} />}
    </main>
  );
}

function PickOne() {
  const { t } = useApp();
  const { agentState } = useDesk();
  return (
    <div class="nothing">
      <Icon name="inbox" />
      <h2>{t.chat.pick}</h2>
      <p class="muted">{t.chat.pickText}</p>
      {agentState !== 'online' && <p class="muted">{t.chat.pickOffline}</p>}
    </div>
  );
}
