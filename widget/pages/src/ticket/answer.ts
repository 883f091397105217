/** `/ticket/{n}`: the requester answers, with files that are up before the answer is written. */
import { keepDraft } from './draft.ts';
import { Fields } from './fields.ts';
import { Files } from './files.ts';
import { sendByScript } from './send.ts';
import { pageWords } from './words.ts';

export function enhanceAnswer(page: Document, go = goOrReload): void {
  const form = page.querySelector<HTMLFormElement>('#answer-form');
  const address = new URL(location.href);
  const number = /^\/ticket\/([^/]+)$/.exec(address.pathname)?.[1];
  const key = address.searchParams.get('key');
  // Files that came with a plain form belong to it, and only a plain form can keep them.
  if (!form || !number || !key || form.querySelector('[name=file_id]')) return;
  const words = pageWords(page);
  const draft = keepDraft(form, number, ['text']);
  const fields = new Fields(form, words, ['text', 'files']);
  const input = form.querySelector<HTMLInputElement>('input[type=file]');
  const query = new URLSearchParams({ key });
  const upload = `/api/v1/files?${new URLSearchParams({ ticket: number, key })}`;
  const headers = () => ({ 'Accept-Language': page.documentElement.lang });
  const files = input ? new Files(fields, input, words, upload, headers) : undefined;
  let button = 'send';
  form.addEventListener('click', ({ target }) => {
    const pressed = target instanceof Element ? target.closest<HTMLButtonElement>('[name=action]') : null;
    if (pressed) button = pressed.value;
  });

  sendByScript<{ url?: string }>({
    fields,
    files,
    draft,
    words,
    check: () => {
      // Pressing "solved" says it, and a file may speak for itself.
      const silent = button === 'solve' || !!files?.uploads.items.length;
      fields.tell('text', !silent && !fields.value('text').trim() ? words.needed : '');
      return !fields.refuse();
    },
    body: async (pressed) => {
      const solved = pressed === 'solve';
      const ids = files?.uploads.refs ?? [];
      const names = ids.map(({ name }) => name).join(', ');
      const text = fields.value('text').trim() ? fields.value('text') : solved ? words.solved : names;
      const body = { text, files: ids.map(({ id }) => id), ...(solved && { state: 'solved' }) };
      return { url: `/api/v1/tickets/${number}/messages?${query}`, body };
    },
    sent: ({ url }) => {
      // A ticket that was closed for long goes on in another one.
      const { pathname, search } = url ? new URL(url, location.href) : address;
      go(`${pathname}${search}#last`);
    },
  });
}

/** To the end of the conversation; where only the part behind the `#` differs, the page must be asked for, too. */
function goOrReload(path: string): void {
  const { pathname, search } = location;
  location.assign(path);
  if (path.startsWith(`${pathname}${search}#`)) location.reload();
}
