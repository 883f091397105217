import type { AgentRef } from '@ventanilla/client';
import { useApp, useDesk } from '../context.ts';

/** Whom a ticket can be given to: oneself first, then those of its department, then who has it now. */
export function useAssignable(department: string | null, now: AgentRef | null): AgentRef[] {
  const { t } = useApp();
  const { me, agents } = useDesk();
  const found = new Map<string, AgentRef>();
  if (me) found.set(me.id, { id: me.id, name: t.tickets.me(me.name) });
  const fitting = agents.filter((one) => department === null || one.departments.includes(department));
  for (const { id, name } of fitting.sort((a, b) => a.name.localeCompare(b.name))) {
    if (!found.has(id)) found.set(id, { id, name });
  }
  if (now && !found.has(now.id)) found.set(now.id, now);
  return [...found.values()];
}
