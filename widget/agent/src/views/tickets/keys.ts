/** The keyboard among tickets. Letters do nothing where somebody types. */
import { useLayoutEffect } from 'preact/hooks';
import { typesInto } from '../keys.ts';

interface TicketKeys {
  number: string | null;
  close(): void;
  pick(number: string): void;
}

type Write = 'answer' | 'note';
const writers = new Set<(what: Write) => void>();
/** How the shortcuts and the palette reach the composer of the ticket that is open. */
export const ticketWriting = {
  listen(fn: (what: Write) => void): () => void {
    writers.add(fn);
    return () => {
      writers.delete(fn);
    };
  },
  begin(what: Write): void {
    for (const fn of writers) fn(what);
  },
};

export function useTicketKeys({ number, close, pick }: TicketKeys): void {
  useLayoutEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      // A dialog has the keyboard to itself.
      if (document.querySelector('dialog[open]')) return;
      if (act(event)) event.preventDefault();
    };
    const act = (event: KeyboardEvent): boolean => {
      const { target, key } = event;
      // In the bar above, Esc closes the menu there; by now its items may be gone, only the event's way knows of it.
      const here = !event.composedPath().some((one) => one instanceof Element && one.matches('.top'));
      if (key === 'Escape' && number && here) {
        // The first one leaves the field, so that nothing typed closes under one's hands.
        if (typesInto(target)) (target as HTMLElement).blur();
        else close();
        return true;
      }
      if (typesInto(target)) return false;
      const rows = [...document.querySelectorAll<HTMLElement>('.ticket-link')];
      const at = rows.indexOf(document.activeElement as HTMLElement);
      const inList = target instanceof Element && target.closest('.ticket-list') !== null;
      if (key === 'j' || (key === 'ArrowDown' && inList)) return step(rows, at, 1);
      if (key === 'k' || (key === 'ArrowUp' && inList)) return step(rows, at, -1);
      if (key === 'x' && rows[at]) {
        pick(rows[at].dataset['ticket'] ?? '');
        return true;
      }
      if (number && (key === 'r' || key === 'n')) {
        ticketWriting.begin(key === 'r' ? 'answer' : 'note');
        return true;
      }
      return false;
    };
    const step = (rows: HTMLElement[], at: number, by: 1 | -1): boolean => {
      const open = rows.findIndex((row) => row.dataset['ticket'] === number);
      const from = at >= 0 ? at : open;
      const next = rows[from < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, from + by))];
      next?.focus();
      next?.scrollIntoView({ block: 'nearest' });
      return next !== undefined;
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [number, close, pick]);
}
