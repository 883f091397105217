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

/**
 * Asks for the page again and takes over what its `data-live` elements say. The words stay the server's; only text and
 * the state that colours it are copied.
 */
export async function refresh(page: Document): Promise<void> {
  let answer: Response;
  try {
    answer = await fetch(page.location.href, { headers: { accept: 'text/html' } });
  } catch {
    return; // offline: what stands there is the best there is
  }
  if (!answer.ok) return;
  take(page, new DOMParser().parseFromString(await answer.text(), 'text/html'));
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
