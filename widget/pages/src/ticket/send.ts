/** Sends a form through the API: every mistake at its field, nothing doubled, nothing lost. */
import { type Attempt, type Refusal, sendOnce } from '../../../client/src/forms/http.ts';
import type { Draft } from './draft.ts';
import type { Fields } from './fields.ts';
import type { Files } from './files.ts';
import type { PageWords } from './words.ts';

export interface Sender<T> {
  fields: Fields;
  files: Files | undefined;
  draft: Draft;
  words: PageWords;
  /** Whether there is nothing wrong so far; says what is. */
  check(): boolean;
  /** The address and the body, once all that it needs is there. */
  body(button: string): Promise<{ url: string; body: object } | undefined>;
  sent(answer: T): void;
  /** The server has told what is wrong. */
  refused?(names: string[]): void;
}

export function sendByScript<T>(sender: Sender<T>): void {
  const { form } = sender.fields;
  let busy = false;
  form.addEventListener('submit', (event) => {
    const button = (event.submitter as HTMLButtonElement | null)?.value ?? 'send';
    if (button === 'new_code') return;
    event.preventDefault();
    if (busy || !sender.check()) return;
    busy = true;
    const restore = waiting(form, sender.words.sending);
    void send(sender, button).finally(() => {
      busy = false;
      restore();
    });
  });
}

/** The buttons say what happens; they keep the keyboard. */
function waiting(form: HTMLFormElement, text: string): () => void {
  const buttons = [...form.querySelectorAll<HTMLButtonElement>('.actions button')];
  const before = buttons.map((button) => button.textContent);
  for (const button of buttons) button.setAttribute('aria-disabled', 'true');
  if (buttons[0]) buttons[0].textContent = text;
  return () => {
    for (const [i, button] of buttons.entries()) {
      button.removeAttribute('aria-disabled');
      button.textContent = before[i] ?? '';
    }
  };
}

async function send<T>(sender: Sender<T>, button: string): Promise<void> {
  const { fields, files, draft, words } = sender;
  const keeper = {
    get: () => draft.get<Attempt>('attempt'),
    set: (attempt: Attempt | undefined) => draft.set('attempt', attempt),
  };
  try {
    await files?.uploads.settled();
    if (files?.wrong) {
      fields.tell('files', words.fileWrong);
      fields.refuse();
      return;
    }
    const what = await sender.body(button);
    if (!what) return;
    const headers = { 'Accept-Language': document.documentElement.lang };
    const answer = await sendOnce<T>(what.url, what.body, keeper, headers);
    draft.forget();
    sender.sent(answer);
  } catch (error) {
    refused(sender, error as Refusal);
  }
}

function refused<T>({ fields, words, refused }: Sender<T>, refusal: Refusal): void {
  const names: string[] = [];
  for (const { field, message } of refusal.errors) {
    // `files[0]` is an error of the files, `captcha.answer` one of the code.
    const [name = ''] = field.split(/[.[]/);
    fields.tell(name, message);
    names.push(name);
  }
  fields.refuse(names.length ? '' : refusal.message || words.unsure);
  refused?.(names);
}
