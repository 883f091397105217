import { useEffect, useState } from 'preact/hooks';
import { HttpError } from '../../io/http.ts';
import type { Ticket } from '../../state/wire.ts';
import { Dialog, Failed, Skeleton } from '../bits.tsx';
import { useApp, useLoad } from '../context.ts';
import { httpErrorText } from '../errors.ts';
import { Labelled } from '../field.tsx';
import { Icon } from '../icons.tsx';
import { StateMark } from './table.tsx';

const typingEndsMs = 250;
const offered = '20';

/** Makes a ticket part of another one of the same person. */
export function MergeDialog({ number, onClose }: { number: string; onClose(): void }) {
  const { desk, t, go, route } = useApp();
  const [mine, again] = useLoad(number, async () => (await desk.http.tickets.read(number)).ticket);
  const [typed, setTyped] = useState('');
  const [into, setInto] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const words = t.tickets.merge;

  async function submit(event: Event) {
    event.preventDefault();
    if (busy || !into) return;
    setBusy(true);
    try {
      const whole = await desk.http.tickets.merge(number, into);
      desk.tickets.heard(whole);
      desk.say((texts) => texts.tickets.merge.done(number, into));
      onClose();
      if (route.page === 'tickets') go({ ...route, number: into });
    } catch (error) {
      const refused = error instanceof HttpError && error.code === 'bad_field';
      setProblem(refused ? words.refused : httpErrorText(t, error));
      setBusy(false);
    }
  }

  return (
    <Dialog title={words.title(number)} onClose={onClose}>
      <form onSubmit={submit}>
        <p>{words.lead}</p>
        <Labelled label={words.search} error={undefined}>
          {(marks) => (
            <input
              type="search"
              autoFocus
              autoComplete="off"
              spellcheck={false}
              value={typed}
              onInput={(event) => setTyped(event.currentTarget.value)}
              {...marks}
            />
          )}
        </Labelled>
        {mine.state === 'loading' && <Skeleton lines={3} />}
        {mine.state === 'failed' && <Failed text={t.tickets.one.failed} again={again} />}
        {mine.state === 'ready' && <Candidates of={mine.value} typed={typed} into={into} onChoose={setInto} />}
        <div role="alert" class={problem ? 'message bad' : 'sr-only'}>
          {problem}
        </div>
        <div class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            {t.cancel}
          </button>
          <button type="submit" class="button primary" disabled={!into || busy}>
            <Icon name="merge" /> {into ? words.submit(into) : words.pick}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface CandidatesProps {
  of: Ticket;
  typed: string;
  into: string;
  onChoose(number: string): void;
}

/** Without a search those of the same person; with one all that it finds, of whom others cannot be chosen. */
function Candidates({ of, typed, into, onChoose }: CandidatesProps) {
  const { desk, t } = useApp();
  const [q, setQ] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), typingEndsMs);
    return () => clearTimeout(timer);
  }, [typed]);
  const [found, again] = useLoad(q, () =>
    desk.http.tickets.list({ ...(q ? { q } : { email: of.email }), sort: 'newest', limit: offered }),
  );
  const words = t.tickets.merge;
  if (found.state === 'loading') return <Skeleton lines={3} />;
  if (found.state === 'failed') return <Failed text={t.tickets.failed} again={again} />;
  const others = found.value.tickets.filter((one) => one.number !== of.number);
  if (others.length === 0) return <p class="empty">{words.nothing}</p>;
  const samePerson = (one: Ticket) => one.email.toLowerCase() === of.email.toLowerCase();
  return (
    <fieldset class="options merge-options">
      <legend>{q ? words.results : words.same}</legend>
      {others.map((one) => (
        <label key={one.number} class={samePerson(one) ? 'option' : 'option unable'}>
          <input
            type="radio"
            name="into"
            checked={into === one.number}
            disabled={!samePerson(one)}
            onChange={() => onChoose(one.number)}
          />
          <span>
            <span class="mono">{one.number}</span> {one.subject} <StateMark ticket={one} />
            {!samePerson(one) && <span class="muted sub">{words.foreign}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
