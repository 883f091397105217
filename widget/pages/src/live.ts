declare global {
  interface Window {
    ventanilla: { (...call: unknown[]): unknown; q?: unknown[][] };
  }
}

/** Buttons that open a chat do nothing without a script, so the page hides them until one has come. */
export function showChats(page: Document): void {
  const call = (...args: unknown[]): void => {
    call.q.push(args);
  };
  call.q = [] as unknown[][];
  window.ventanilla ||= call;
  for (const button of page.querySelectorAll<HTMLElement>('[data-open]')) button.hidden = false;
}

/** A visitor whose chat is open sees at once that somebody came or went: the page beside it must not say otherwise. */
export function followChats(page: Document): void {
  const known = new Map<string, string>();
  const heard = ({ channel, state }: { channel: string; state: string }) => {
    if (known.get(channel) === state) return;
    known.set(channel, state);
    void refresh(page);
  };
  window.ventanilla('on', 'state', heard);
}

let asked = 0;

/**
 * Asks for the page again and takes over what its `data-live` elements say. The words stay the server's; only text and
 * the state that colours it are copied.
 */
export async function refresh(page: Document): Promise<void> {
  const mine = ++asked;
  let answer: Response;
  try {
    answer = await fetch(page.location.href, { headers: { accept: 'text/html' } });
  } catch {
    return; // offline: what stands there is the best there is
  }
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  // Answers may overtake each other.
  if (mine === asked) take(page, fresh);
}

export function take(page: Document, fresh: Document): void {
  for (const old of page.querySelectorAll<HTMLElement>('[data-live]')) {
    const now = fresh.querySelector<HTMLElement>(`[data-live="${CSS.escape(old.dataset['live'] ?? '')}"]`);
    if (!now) continue;
    const text = now.textContent ?? '';
    // Unchanged text is left alone, so that screen readers and selections are not disturbed.
    if (old.textContent !== text) old.textContent = text;
    if (now.dataset['state']) old.dataset['state'] = now.dataset['state'];
  }
}
