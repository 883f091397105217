/** `/ticket`: the form works without a script; with it mistakes are told at once and nothing is loaded anew. */
import { keepDraft } from './draft.ts';
import { Fields } from './fields.ts';
import { Files } from './files.ts';
import { Proof } from './proof.ts';
import { sendByScript } from './send.ts';
import { pageWords } from './words.ts';

const TEXTS = ['email', 'rfc', 'department', 'priority', 'subject', 'comments'] as const;

export function enhanceTicketForm(page: Document, go = (path: string) => location.assign(path)): void {
  const form = page.querySelector<HTMLFormElement>('#ticket-form');
  // Files that came with a plain form belong to it, and only a plain form can keep them.
  if (!form || form.querySelector('[name=file_id]')) return;
  const words = pageWords(page);
  const draft = keepDraft(form, 'ticket', TEXTS);
  const fields = new Fields(form, words, [...TEXTS, 'files', 'captcha']);
  const proof = new Proof(form, words, () => files?.uploads.again());
  const input = form.querySelector<HTMLInputElement>('input[type=file]');
  const uploader = () =>
    proof.id ? { 'X-Captcha': proof.id, 'Accept-Language': page.documentElement.lang } : undefined;
  const files = input ? new Files(fields, input, words, '/api/v1/files', uploader) : undefined;
  proof.input('captcha_answer')?.addEventListener('input', () => fields.tell('captcha', ''));

  sendByScript<{ url: string }>({
    fields,
    files,
    draft,
    words,
    check: () => {
      fields.check();
      fields.tell('captcha', proof.typed && !proof.answer.trim() ? words.needed : '');
      return !fields.refuse();
    },
    body: async () => {
      if (!(await proof.ready())) {
        fields.tell('captcha', proof.typed ? words.needed : words.unproved);
        fields.refuse();
        return undefined;
      }
      const typed = Object.fromEntries(TEXTS.map((name) => [name, fields.value(name)]));
      const captcha = { id: proof.id, answer: proof.answer };
      const ids = files?.uploads.refs.map(({ id }) => id) ?? [];
      return { url: '/api/v1/tickets', body: { ...typed, files: ids, captcha } };
    },
    sent: ({ url }) => {
      const { pathname, search } = new URL(url, location.href);
      const lang = new URLSearchParams(location.search).get('lang');
      go(`${pathname}${search}&sent=1${lang ? `&lang=${lang}` : ''}`);
    },
    // A wrong answer spends a challenge.
    refused: (names) => names.includes('captcha') && void proof.another(),
  });
}
