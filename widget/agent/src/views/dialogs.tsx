/** The small dialogs: how a chat ends, going offline. */
import { useState } from 'preact/hooks';
import type { ChatRecord } from '../state/model.ts';
import { myChats, ticketsOf, waitingSince } from '../state/select.ts';
import { type Outcome, outcomes } from '../state/wire.ts';
import { Dialog } from './bits.tsx';
import { useApp, useDesk } from './context.ts';
import { Icon } from './icons.tsx';

export function CloseDialog({ record, onClose }: { record: ChatRecord; onClose(): void }) {
  const { desk, t, open } = useApp();
  const [outcome, setOutcome] = useState<Outcome>(record.visitor?.connected === false ? 'left' : 'solved');
  const [busy, setBusy] = useState(false);
  const tickets = ticketsOf(record);

  async function submit(event: Event) {
    event.preventDefault();
    setBusy(true);
    const done = await desk.close(record.chat.id, outcome);
    setBusy(false);
    if (!done) return;
    desk.say((texts) => texts.close.done);
    onClose();
  }

  return (
    <Dialog title={t.close.title} onClose={onClose}>
      <form onSubmit={submit}>
        {waitingSince(record) !== null && (
          <p class="message warn">
            <Icon name="alert" /> {t.close.unanswered}
          </p>
        )}
        <fieldset class="options">
          <legend>{t.close.lead}</legend>
          {outcomes.map((value) => (
            <label key={value} class="option">
              <input type="radio" name="outcome" checked={outcome === value} onChange={() => setOutcome(value)} />
              <span>
                {t.close.outcome[value]}
                <span class="muted sub">{t.close.hint[value]}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {outcome === 'ticket' && (
          <div class="ticket-offer">
            <p class="muted">{tickets.length > 0 ? t.ticket.already(tickets.join(', ')) : t.ticket.first}</p>
            <button type="button" class="button small" onClick={() => open({ name: 'ticket', chat: record.chat.id })}>
              <Icon name="ticket" /> {t.ticket.open}
            </button>
          </div>
        )}
        <div class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            {t.cancel}
          </button>
          <button type="submit" class="button primary" disabled={busy}>
            {t.close.submit}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

export function OfflineDialog({ onClose }: { onClose(): void }) {
  const { desk, t } = useApp();
  const state = useDesk();
  const set = (next: 'away' | 'offline') => {
    void desk.setState(next);
    onClose();
  };
  return (
    <Dialog title={t.state.offlineTitle} onClose={onClose}>
      <p>{t.state.offlineText(myChats(state).length)}</p>
      <div class="dialog-foot">
        <button type="button" class="button" onClick={onClose}>
          {t.cancel}
        </button>
        <button type="button" class="button" onClick={() => set('offline')}>
          {t.state.offlineDo}
        </button>
        <button type="button" class="button primary" onClick={() => set('away')}>
          {t.state.awayInstead}
        </button>
      </div>
    </Dialog>
  );
}
