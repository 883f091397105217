import { useState } from 'preact/hooks';
import type { ChatRecord } from '../state/model.ts';
import type { Colleague, Queue, Site } from '../state/wire.ts';
import { Dialog, useDepartmentName } from './bits.tsx';
import { useApp, useDesk } from './context.ts';

/** To whom: `agent:ID` or `department:ID`, as the radio buttons name it. */
type Target = `agent:${string}` | `department:${string}` | '';

/**
 * The departments a chat can go to: those that have a channel, whichever it is. One without takes tickets only, and the
 * server refuses it. Until the site is known, those that have a queue.
 */
function chatDepartments(site: Site | null, queues: Queue[] | null): string[] {
  if (!site) return (queues ?? []).map((queue) => queue.department);
  return site.departments.filter((one) => one.channel).map((one) => one.id);
}

export function TransferDialog({ record, onClose }: { record: ChatRecord; onClose(): void }) {
  const { desk, t } = useApp();
  const { agents, queues, site, me } = useDesk();
  const departmentName = useDepartmentName();
  const [to, setTo] = useState<Target>('');
  const [note, setNote] = useState('');
  const [missing, setMissing] = useState(false);
  const [busy, setBusy] = useState(false);
  const people = agents.filter((agent) => agent.id !== me?.id).sort(byUse);
  const departments = chatDepartments(site, queues);
  const nobody = !people.some(able);

  async function submit(event: Event) {
    event.preventDefault();
    if (!to) return setMissing(true);
    setBusy(true);
    const id = to.slice(to.indexOf(':') + 1);
    const person = to.startsWith('agent:');
    const done = await desk.transfer(record.chat.id, person ? { agent: id } : { department: id }, note.trim());
    setBusy(false);
    if (!done) return;
    const name = person ? people.find((agent) => agent.id === id)?.name : departmentName(site, id);
    desk.say((texts) => texts.transfer.done(name ?? id));
    onClose();
  }

  const departmentFacts = (id: string) => {
    const online = agents.filter((agent) => agent.state === 'online' && agent.departments.includes(id));
    const queue = queues?.find((one) => one.department === id);
    const free = queue?.free_slots ?? online.reduce((sum, agent) => sum + agent.free_slots, 0);
    const waiting = t.queues.waiting(queue?.waiting ?? 0);
    return t.transfer.queueInfo(t.queues.agents(queue?.agents_online ?? online.length), t.queues.free(free), waiting);
  };

  return (
    <Dialog title={t.transfer.title} onClose={onClose}>
      <form onSubmit={submit}>
        <p>{t.transfer.lead(record.visitor?.name || t.visitor.nameless)}</p>
        <fieldset class="options">
          <legend>{t.transfer.people}</legend>
          {people.length === 0 && <p class="muted">{t.transfer.noPeople}</p>}
          {people.map((agent, index) => (
            <Person
              key={agent.id}
              agent={agent}
              first={index === 0}
              picked={to === `agent:${agent.id}`}
              onPick={() => setTo(`agent:${agent.id}`)}
            />
          ))}
        </fieldset>
        <fieldset class="options">
          <legend>{t.transfer.departments}</legend>
          {departments.map((id, index) => (
            <label key={id} class="option">
              <input
                type="radio"
                name="to"
                autoFocus={nobody && index === 0}
                checked={to === `department:${id}`}
                onChange={() => setTo(`department:${id}`)}
              />
              <span>
                {departmentName(site, id)}
                <span class="muted sub">{departmentFacts(id)}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <label class="field">
          <span>{t.transfer.note}</span>
          <textarea
            rows={2}
            maxLength={4000}
            placeholder={t.transfer.notePlaceholder}
            value={note}
            onInput={(event) => setNote(event.currentTarget.value)}
          />
        </label>
        <div role="alert" class={missing && !to ? 'message bad' : 'sr-only'}>
          {missing && !to ? t.transfer.pick : ''}
        </div>
        <div class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            {t.cancel}
          </button>
          <button type="submit" class="button primary" disabled={busy}>
            {t.transfer.submit}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Whether the server would let them have one more chat. */
function able(agent: Colleague): boolean {
  return agent.state === 'online' && agent.free_slots > 0;
}

/** Who can take it first, then by name. */
function byUse(a: Colleague, b: Colleague): number {
  return Number(able(b)) - Number(able(a)) || a.name.localeCompare(b.name);
}

interface PersonProps {
  agent: Colleague;
  /** The first choice, on which the dialog opens. */
  first: boolean;
  picked: boolean;
  onPick(): void;
}

function Person({ agent, first, picked, onPick }: PersonProps) {
  const { t } = useApp();
  const { site } = useDesk();
  const departmentName = useDepartmentName();
  const free = able(agent);
  const state = t.state[agent.state];
  const facts =
    agent.state !== 'online' ? state : agent.free_slots > 0 ? t.queues.free(agent.free_slots) : t.transfer.full;
  return (
    <label class={free ? 'option' : 'option unable'}>
      {/* biome-ignore lint/a11y/noAutofocus: a dialog opens on its first choice */}
      <input type="radio" name="to" autoFocus={first && free} disabled={!free} checked={picked} onChange={onPick} />
      <span>
        <span class={`state-dot ${agent.state}`} aria-hidden="true" /> {agent.name}
        <span class="muted sub">
          {free ? `${state} · ${facts}` : t.transfer.cannot(facts.toLocaleLowerCase())}
          {' · '}
          {agent.departments.map((id) => departmentName(site, id)).join(', ')}
        </span>
      </span>
    </label>
  );
}
