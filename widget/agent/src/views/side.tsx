import { myChats } from '../state/select.ts';
import { type AgentState, agentStates } from '../state/wire.ts';
import { Segments } from './bits.tsx';
import { ChatLists } from './chat_list.tsx';
import { useApp, useDesk } from './context.ts';
import { OpenChats } from './open_chats.tsx';
import { Queues } from './queues.tsx';

/** The left pane: my availability, who waits, my chats; for those who supervise also what the others talk about. */
export function Side() {
  const { t } = useApp();
  const { me } = useDesk();
  return (
    <nav class="side" aria-label={t.top.desk}>
      <StateSwitch />
      <Queues />
      <ChatLists />
      {me && me.role !== 'agent' && <OpenChats />}
    </nav>
  );
}

/** Sets the agent's state. Going offline gives the chats away: that is asked, the rest is done. */
export function useSetState(): (next: AgentState) => void {
  const { desk, open } = useApp();
  const state = useDesk();
  return (next) => {
    if (next === 'offline' && myChats(state).some((record) => record.chat.status !== 'closed'))
      open({ name: 'offline' });
    else void desk.setState(next);
  };
}

function StateSwitch() {
  const { t } = useApp();
  const state = useDesk();
  const set = useSetState();
  return (
    <div class="state-switch">
      <Segments
        label={t.state.label}
        value={state.agentState}
        choices={agentStates.map((value) => ({
          value,
          label: t.state[value],
          class: value,
        }))}
        onChange={set}
      />
      <p class="muted state-hint">{t.state.hint[state.agentState]}</p>
    </div>
  );
}
