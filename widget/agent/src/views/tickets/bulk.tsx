import { useState } from 'preact/hooks';
import { type Ticket, type TicketChanges, ticketPriorities, ticketStates } from '../../state/wire.ts';
import { useDepartmentName } from '../bits.tsx';
import { useApp, useDesk } from '../context.ts';
import { httpErrorText } from '../errors.ts';
import { useAssignable } from './assignable.ts';

const mostAtOnce = 200;
/** What an assignee's choice says for nobody: no id looks like it. */
const nobody = '-';

/** The same change for all that are selected. Nothing happens before "apply": arrows walk through selects, too. */
export function BulkBar({ tickets, onClear }: { tickets: readonly Ticket[]; onClear(): void }) {
  const { desk, t } = useApp();
  const { site } = useDesk();
  const departmentName = useDepartmentName();
  const people = useAssignable(null, null);
  const [chosen, setChosen] = useState<{ state: string; priority: string; department: string; assignee: string }>({
    state: '',
    priority: '',
    department: '',
    assignee: '',
  });
  const [busy, setBusy] = useState(false);
  const words = t.tickets;
  const choose = (part: Partial<typeof chosen>) => setChosen({ ...chosen, ...part });
  const some = Object.values(chosen).some((value) => value !== '');

  async function apply(event: Event) {
    event.preventDefault();
    if (tickets.length > mostAtOnce) return desk.say((texts) => texts.tickets.bulk.tooMany, true);
    const changes = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== ''));
    if (chosen.assignee === nobody) changes['assignee'] = null as never;
    setBusy(true);
    try {
      const numbers = tickets.map((one) => one.number);
      const changed = await desk.http.tickets.changeMany(numbers, changes as TicketChanges);
      for (const one of changed) desk.tickets.heard(one);
      desk.say((texts) => texts.tickets.bulk.done(changed.length));
      onClear();
    } catch (error) {
      desk.say((texts) => texts.tickets.bulk.failed(httpErrorText(texts, error)), true);
      setBusy(false);
    }
  }

  return (
    <form class="bulk" aria-label={words.bulk.label} onSubmit={apply}>
      <p class="bulk-count" role="status">
        {words.bulk.selected(tickets.length)}
      </p>
      <Choice
        label={words.state}
        value={chosen.state}
        choices={ticketStates.map((value) => [value, words.states[value]])}
        onChange={(state) => choose({ state })}
      />
      <Choice
        label={words.priority}
        value={chosen.priority}
        choices={ticketPriorities.map((value) => [value, words.priorities[value]])}
        onChange={(priority) => choose({ priority })}
      />
      <Choice
        label={words.department}
        value={chosen.department}
        choices={(site?.departments ?? []).map(({ id }) => [id, departmentName(site, id)])}
        onChange={(department) => choose({ department })}
      />
      <Choice
        label={words.columns.assignee}
        value={chosen.assignee}
        choices={[[nobody, words.nobody], ...people.map(({ id, name }) => [id, name] as const)]}
        onChange={(assignee) => choose({ assignee })}
      />
      <button type="submit" class="button primary small" disabled={!some || busy}>
        {words.bulk.apply}
      </button>
      <button type="button" class="link" onClick={onClear}>
        {words.bulk.clear}
      </button>
    </form>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  choices: readonly (readonly [string, string])[];
  onChange(value: string): void;
}

function Choice({ label, value, choices, onChange }: ChoiceProps) {
  const { t } = useApp();
  return (
    <select class="filter" aria-label={label} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      <option value="">{t.tickets.bulk.keep(label)}</option>
      {choices.map(([choice, words]) => (
        <option key={choice} value={choice}>
          {words}
        </option>
      ))}
    </select>
  );
}
