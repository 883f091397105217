/** What forms ask of the desk over HTTP, from its own pages or from any page that may embed the widget. No cookie goes along. */
import { newClientId } from '../outbox.ts';
import type { FileRef } from '../protocol.ts';

export interface FieldError {
  field: string;
  code: string;
  message: string;
}

/** Why a request failed: what the server said, in the reader's language. `status` 0: nobody answered. */
export class Refusal extends Error {
  constructor(
    readonly status = 0,
    message = '',
    readonly errors: FieldError[] = [],
  ) {
    super(message);
  }

  /** Whether the server may have done it all the same, or would at the next attempt. */
  get unsure(): boolean {
    return !this.status || this.status >= 500;
  }
}

interface Problem {
  message?: string;
  detail?: string;
  errors?: FieldError[];
}

function refusal(status: number, text: string): Refusal {
  try {
    const { message, detail, errors } = JSON.parse(text) as Problem;
    return new Refusal(status, message ?? detail, errors);
  } catch {
    // A proxy's page, or nothing.
    return new Refusal(status);
  }
}

/** Sends JSON (`body` is finished text) and gives the answer's. Without a body it is a GET. */
export async function ask<T>(url: string, body?: string, headers: Record<string, string> = {}): Promise<T> {
  let status = 0;
  let text = '';
  try {
    const init: RequestInit = { headers, credentials: 'omit' };
    if (body)
      Object.assign(init, { method: 'POST', body, headers: { ...headers, 'Content-Type': 'application/json' } });
    const answer = await fetch(url, init);
    text = await answer.text();
    status = answer.status;
    if (answer.ok) return JSON.parse(text) as T;
  } catch {
    throw new Refusal();
  }
  throw refusal(status, text);
}

/** An attempt whose answer has not come yet. */
export interface Attempt {
  key: string;
  body: string;
}

export interface AttemptKeeper {
  get(): Attempt | undefined;
  set(attempt: Attempt | undefined): void;
}

/**
 * Sends a form so that it arrives once. An attempt without an answer is repeated as it was, under its own key, before
 * anything else is sent: if it had arrived, its answer comes now, whatever was changed in the form since.
 */
export async function sendOnce<T>(
  url: string,
  body: object,
  kept: AttemptKeeper,
  headers?: Record<string, string>,
): Promise<T> {
  const attempt = async (what: Attempt): Promise<T> => {
    kept.set(what);
    try {
      const answer = await ask<T>(url, what.body, { ...headers, 'Idempotency-Key': what.key });
      kept.set(undefined);
      return answer;
    } catch (error) {
      if (!(error as Refusal).unsure) kept.set(undefined);
      throw error;
    }
  };
  const now = JSON.stringify(body);
  const before = kept.get();
  if (before) {
    try {
      return await attempt(before);
    } catch (error) {
      if ((error as Refusal).unsure || before.body === now) throw error;
    }
  }
  return attempt({ key: newClientId(), body: now });
}

/** An upload on its way. */
export interface Sending {
  done: Promise<FileRef>;
  stop(): void;
}

/** Uploads one file and tells how far it is, from 0 to 1: that is what `fetch` cannot do. */
export function upload(
  url: string,
  file: File,
  headers: Record<string, string>,
  progress: (share: number) => void,
): Sending {
  const request = new XMLHttpRequest();
  const done = new Promise<FileRef>((resolve, reject) => {
    request.onload = () => {
      const { status, responseText } = request;
      if (status !== 201) return reject(refusal(status, responseText));
      resolve((JSON.parse(responseText) as { file: FileRef }).file);
    };
    request.onerror = request.onabort = () => reject(new Refusal());
  });
  request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
  request.open('POST', url);
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  const form = new FormData();
  form.append('file', file);
  request.send(form);
  return { done, stop: () => request.abort() };
}
