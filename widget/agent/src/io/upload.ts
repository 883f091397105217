/** One file on its way to the server. `fetch` cannot tell how far an upload is, so this is the older request. */
import type { FileRef } from '../state/wire.ts';
import { HttpError, refusal } from './http.ts';

export interface Upload {
  /** Rejects with an `HttpError`; `cancelled` if that is what happened. */
  done: Promise<FileRef>;
  cancel(): void;
}

/** `progress` is told the share that has left this device, 0 to 1. */
export function upload(file: File, progress: (share: number) => void, base = '/api/v1'): Upload {
  const request = new XMLHttpRequest();
  const done = new Promise<FileRef>((resolve, reject) => {
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) progress(event.loaded / event.total);
    };
    request.onload = () => {
      const body = parse(request.responseText);
      const ref = (body as { file?: FileRef }).file;
      if (request.status === 201 && ref) resolve(ref);
      else reject(refusal(request.status, body, request.getResponseHeader('Retry-After')));
    };
    request.onerror = () => reject(new HttpError(0, 'disconnected'));
    request.onabort = () => reject(new HttpError(0, 'cancelled'));
  });
  request.open('POST', `${base}/files`);
  // A cross-site form cannot set this field: the cookie alone proves nothing.
  request.setRequestHeader('X-Ventanilla', '1');
  request.setRequestHeader('Accept-Language', document.documentElement.lang);
  const form = new FormData();
  form.append('file', file, file.name);
  request.send(form);
  return { done, cancel: () => request.abort() };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    // Something between here and the server answered in its own words.
    return {};
  }
}

/** Where a file is fetched from; the cookie says who may. */
export function fileUrl(id: string): string {
  return `/api/v1/files/${encodeURIComponent(id)}`;
}
