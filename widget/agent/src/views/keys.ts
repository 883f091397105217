/** The keyboard shortcuts. They never take a key away from somebody who types. */
import { useLayoutEffect } from 'preact/hooks';
import type { Desk } from '../io/desk.ts';
import type { Route } from '../state/route.ts';
import { mayOpenTicket, neighbour } from '../state/select.ts';
import type { DialogName } from './context.ts';

interface Keys {
  desk: Desk;
  route: Route;
  go(route: Route): void;
  open(dialog: DialogName): void;
  enabled: boolean;
}

/** A shortcut that belongs to a view below, which listens while it is there. */
function shortcutBelow() {
  const listeners = new Set<() => void>();
  return {
    listen(fn: () => void): () => void {
      listeners.add(fn);
      return () => {
        listeners.delete(fn);
      };
    },
    press(): void {
      for (const fn of listeners) fn();
    },
  };
}

export const detailsToggle = shortcutBelow();
/** From message to note and back, wherever the focus is: nobody may believe to write a note who writes to the visitor. */
export const noteToggle = shortcutBelow();

export function useKeys({ desk, route, go, open, enabled }: Keys): void {
  useLayoutEffect(() => {
    if (!enabled) return;
    const pressed = (event: KeyboardEvent) => {
      const done = act(event);
      if (done) event.preventDefault();
    };
    const act = (event: KeyboardEvent): boolean => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.code === 'KeyK') {
        open({ name: 'palette' });
        return true;
      }
      if (event.key === '?' && !typesInto(event.target)) {
        open({ name: 'help' });
        return true;
      }
      if (!event.altKey || event.ctrlKey || event.metaKey) return false;
      const state = desk.state.get();
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        const chat = neighbour(state, event.key === 'ArrowDown' ? 1 : -1);
        if (chat) go({ page: 'desk', chat });
        return true;
      }
      const record = route.page === 'desk' && route.chat ? state.chats[route.chat] : undefined;
      const mine = record?.hold === 'mine' && record.chat.status !== 'closed';
      if (event.code === 'KeyT' && mine) open({ name: 'transfer', chat: record.chat.id });
      else if (event.code === 'KeyC' && mine) open({ name: 'close', chat: record.chat.id });
      else if (event.code === 'KeyK' && record && mayOpenTicket(record, state.me)) {
        open({ name: 'ticket', chat: record.chat.id });
      } else if (event.code === 'KeyN' && mine) noteToggle.press();
      else if (event.code === 'KeyI' && record) detailsToggle.press();
      else return false;
      return true;
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [desk, route, go, open, enabled]);
}

/** Whether somebody types there. */
export function typesInto(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input:not([type=radio], [type=checkbox]), textarea, select');
}
