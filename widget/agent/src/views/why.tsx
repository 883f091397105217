import { duration } from '../i18n/time.ts';
import type { Decision } from '../state/wire.ts';
import { Ago, Dialog, Failed, Skeleton } from './bits.tsx';
import { useApp, useDesk, useLoad } from './context.ts';

/** Why a chat is where it is: every decision, who was considered, and the rule. */
export function WhyDialog({ chat, onClose }: { chat: string; onClose(): void }) {
  const { desk, t } = useApp();
  const [found, again] = useLoad(chat, () => desk.http.why(chat));
  return (
    <Dialog title={t.why.title} onClose={onClose} wide>
      <p class="muted">{t.why.lead}</p>
      {found.state === 'loading' && <Skeleton lines={5} />}
      {found.state === 'failed' && <Failed text={t.why.failed} again={again} />}
      {found.state === 'ready' && found.value.length === 0 && <p class="empty">{t.why.empty}</p>}
      {found.state === 'ready' &&
        found.value.map((decision, index) => <DecisionPart key={`${decision.at} ${index}`} decision={decision} />)}
    </Dialog>
  );
}

function DecisionPart({ decision }: { decision: Decision }) {
  const { t } = useApp();
  const nameOf = useAgentName();
  const others = Object.entries(decision.others ?? {}).filter(([, count]) => count > 0);
  return (
    <section class="decision">
      <header class="part-head">
        <h3>{t.why.events[decision.event] ?? decision.event}</h3>
        <span class="muted">
          <Ago at={decision.at} />
        </span>
      </header>
      <p>
        <strong>{decision.chosen ? t.why.chosen(nameOf(decision.chosen)) : t.why.nobody}</strong>
        {decision.rule && <span class="muted"> · {t.why.rule(t.why.rules[decision.rule] ?? decision.rule)}</span>}
      </p>
      {decision.considered.length > 0 && (
        <table class="why">
          <thead>
            <tr>
              <th scope="col">{t.why.agent}</th>
              <th scope="col">{t.why.verdict}</th>
              <th scope="col" class="number">
                {t.why.load}
              </th>
              <th scope="col" class="number">
                {t.why.idle}
              </th>
            </tr>
          </thead>
          <tbody>
            {decision.considered.map((one) => (
              <tr key={nameOf(one.agent)} class={one.verdict === 'chosen' ? 'chosen' : ''}>
                <th scope="row">{nameOf(one.agent)}</th>
                <td>{t.why.verdicts[one.verdict] ?? one.verdict}</td>
                <td class="number">{one.load == null ? '–' : loadWords(t.lang, one.load)}</td>
                <td class="number">{one.idle_s == null ? '–' : duration(one.idle_s * 1000)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {others.length > 0 && (
        <p class="muted">
          {t.why.others(
            others
              .map(([verdict, count]) => `${count} ${(t.why.verdicts as Record<string, string>)[verdict] ?? verdict}`)
              .join(', '),
          )}
        </p>
      )}
    </section>
  );
}

/** Chats held at that moment, or a share of the capacity where the number is none. */
function loadWords(lang: string, load: number): string {
  if (Number.isInteger(load)) return String(load);
  return new Intl.NumberFormat(lang, { style: 'percent', maximumFractionDigits: 0 }).format(load);
}

function useAgentName(): (agent: { id: string; name: string } | string) => string {
  const { agents, me } = useDesk();
  return (agent) => {
    if (typeof agent !== 'string') return agent.name || agent.id;
    if (agent === me?.id) return me.name;
    return agents.find((one) => one.id === agent)?.name ?? agent;
  };
}
