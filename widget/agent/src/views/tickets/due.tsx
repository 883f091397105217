import { span } from '../../i18n/time.ts';
import { due, type Urgency } from '../../state/ticket_due.ts';
import type { DueClock, Ticket } from '../../state/wire.ts';
import { Dialog, Failed, Skeleton } from '../bits.tsx';
import { useApp, useLoad } from '../context.ts';
import { Icon, type IconName } from '../icons.tsx';

const icons: Record<Urgency, IconName> = {
  late: 'alert',
  soon: 'clock',
  fine: 'clock',
  waiting: 'pause',
  none: 'done',
};

/** How long is left: by colour, by icon and in words; the exact moment on hover. */
export function DueMark({ ticket, now }: { ticket: Ticket; now: number }) {
  const { t, clock } = useApp();
  const { urgency, at, clock: which } = due(ticket, now);
  const left = at === null ? '' : span(Math.abs(at - now));
  const words =
    urgency === 'none'
      ? ticket.state === 'solved' || ticket.state === 'closed'
        ? t.tickets.states[ticket.state]
        : t.tickets.due.none
      : urgency === 'waiting'
        ? t.tickets.due.waiting
        : t.tickets.due[urgency](left);
  return (
    <span class={`due ${urgency}`} title={at === null ? undefined : clock.exact(at)}>
      <Icon name={icons[urgency]} />
      <span>
        {words}
        {which && <span class="due-clock">{t.tickets.due.clock[which]}</span>}
      </span>
    </span>
  );
}

/** Both clocks of an open ticket, and what happens by itself. */
export function DueLine({ ticket, now }: { ticket: Ticket; now: number }) {
  const { t, clock, open } = useApp();
  const { due: words } = t.tickets;
  const part = (name: string, at: number, mark: string, tell: string) => (
    <span class={`due-part ${mark}`} key={name} title={clock.exact(at)}>
      {name}: <strong>{tell}</strong> <span class="due-when">({clock.moment(at)})</span>
    </span>
  );
  const running = (name: string, at: number) => {
    const late = at <= now;
    const left = span(Math.abs(at - now));
    return part(name, at, late ? 'late' : '', late ? words.late(left) : words.fine(left));
  };
  const live = ticket.state === 'open' || ticket.state === 'pending';
  return (
    <div class="due-line">
      {ticket.first_responded_at !== null
        ? part(words.answered, ticket.first_responded_at, 'done', clock.ago(ticket.first_responded_at, now))
        : live && ticket.first_response_due_at !== null && running(words.first_response, ticket.first_response_due_at)}
      {ticket.state === 'open' &&
        ticket.resolution_due_at !== null &&
        running(words.resolution, ticket.resolution_due_at)}
      {ticket.state === 'pending' && (
        <span class="due-part">
          <Icon name="pause" /> {words.paused}
        </span>
      )}
      {ticket.resolved_at !== null &&
        !live &&
        part(words.solvedAt, ticket.resolved_at, 'done', clock.ago(ticket.resolved_at, now))}
      {ticket.closes_at !== null && part(words.closes, ticket.closes_at, '', span(Math.max(0, ticket.closes_at - now)))}
      <button type="button" class="link" onClick={() => open({ name: 'due', number: ticket.number })}>
        <Icon name="why" /> {words.explain}
      </button>
    </div>
  );
}

/** Why a ticket is due when it is: the business time that is used, stretch by stretch. */
export function DueDialog({ number, onClose }: { number: string; onClose(): void }) {
  const { desk, t } = useApp();
  const [found, again] = useLoad(number, () => desk.http.tickets.due(number));
  return (
    <Dialog title={t.tickets.due.title} onClose={onClose}>
      <p>{t.tickets.due.lead}</p>
      {found.state === 'loading' && <Skeleton lines={6} />}
      {found.state === 'failed' && <Failed text={t.tickets.due.failed} again={again} />}
      {found.state === 'ready' && (
        <>
          <Clock title={t.tickets.due.first_response} clock={found.value.first_response} />
          <Clock title={t.tickets.due.resolution} clock={found.value.resolution} />
        </>
      )}
      <div class="dialog-foot">
        <button type="button" class="button primary" onClick={onClose}>
          {t.tickets.due.close}
        </button>
      </div>
    </Dialog>
  );
}

function Clock({ title, clock: { due_at, used } }: { title: string; clock: DueClock }) {
  const { t, clock } = useApp();
  const words = t.tickets.due;
  const total = used.reduce((sum, { from_at, to_at }) => sum + to_at - from_at, 0);
  // An end at midnight is the same day's 24:00.
  const until = (from: number, to: number) =>
    clock.day(from) === clock.day(to - 1) ? clock.time(to) : clock.moment(to);
  return (
    <section class="due-clock-part">
      <h3>{title}</h3>
      <p class={due_at === null ? 'muted' : ''}>
        {due_at === null ? words.notRunning : words.at(clock.moment(due_at))}
      </p>
      {used.length > 0 && (
        <table class="why">
          <thead>
            <tr>
              <th scope="col">{words.from}</th>
              <th scope="col" class="number">
                {words.length}
              </th>
            </tr>
          </thead>
          <tbody>
            {used.map(({ from_at, to_at }) => (
              <tr key={from_at}>
                <th scope="row">
                  {clock.moment(from_at)} – {until(from_at, to_at)}
                </th>
                <td class="number">{hours(to_at - from_at)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{words.total}</th>
              <td class="number">{hours(total)}</td>
            </tr>
          </tfoot>
        </table>
      )}
    </section>
  );
}

/** Business time is counted in hours, however many: "24 h", "3 h 20 min". */
function hours(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const rest = minutes % 60;
  const whole = Math.floor(minutes / 60);
  return [whole ? `${whole} h` : '', rest || !whole ? `${rest} min` : ''].filter(Boolean).join(' ');
}
