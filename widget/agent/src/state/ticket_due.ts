/** How urgent a ticket is. Pure; times are server time in epoch ms. */
import type { Ticket } from './wire.ts';

/** `none`: no clock runs; `waiting`: for the customer. Colour, icon and word follow from it. */
export type Urgency = 'late' | 'soon' | 'fine' | 'waiting' | 'none';

const hour = 3_600_000;
/** Less than this before a due time is soon. An answer is shorter work than a solution. */
const soonMs = { first_response: 4 * hour, resolution: 8 * hour } as const;

export interface Due {
  urgency: Urgency;
  /** Which clock it is about; null if none runs. */
  clock: keyof typeof soonMs | null;
  at: number | null;
}

/** The clock that counts now: the first response while it is owed, else the resolution. */
export function due(ticket: Ticket, now: number): Due {
  const live = ticket.state === 'open' || ticket.state === 'pending';
  if (!live) return { urgency: 'none', clock: null, at: null };
  const clock = ticket.first_responded_at === null ? 'first_response' : 'resolution';
  const at = clock === 'first_response' ? ticket.first_response_due_at : ticket.resolution_due_at;
  if (at === null) return { urgency: ticket.state === 'pending' ? 'waiting' : 'none', clock: null, at: null };
  const left = at - now;
  return { urgency: left <= 0 ? 'late' : left <= soonMs[clock] ? 'soon' : 'fine', clock, at };
}

/** Whether a due time of this ticket has passed. */
export function late(ticket: Ticket, now: number): boolean {
  return due(ticket, now).urgency === 'late';
}
