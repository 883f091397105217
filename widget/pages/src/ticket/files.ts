/** The files of a form: they go up while the person writes, with progress and a preview. */

import { sizeIn } from '../../../client/src/forms/size.ts';
import type { UploadItem } from '../../../client/src/forms/uploads.ts';
import { Uploads } from '../../../client/src/forms/uploads.ts';
import { element, type Fields } from './fields.ts';
import type { PageWords } from './words.ts';

const MOST = 5;

export class Files {
  readonly uploads: Uploads;
  private readonly list_: HTMLElement;
  private readonly rows_ = new Map<number, HTMLElement>();

  constructor(
    private readonly fields_: Fields,
    input: HTMLInputElement,
    private readonly words_: PageWords,
    url: string,
    headers: () => Record<string, string> | undefined,
  ) {
    const { form } = fields_;
    const locale = document.documentElement.lang;
    this.list_ = element('ul', { class: 'uploads', 'aria-label': words_.chosen });
    input.after(element('p', { class: 'hint' }, words_.drop), this.list_);
    this.uploads = new Uploads({
      url,
      headers,
      most: MOST,
      maxBytes: () => Number(input.dataset['maxMib'] ?? 10) * 1_048_576,
      words: { ...words_, tooBig: (bytes) => words_.tooBig.replace('%', sizeIn(locale, bytes)) },
      changed: () => this.draw_(),
    });
    input.multiple = true;
    input.addEventListener('change', () => {
      this.uploads.add([...(input.files ?? [])]);
      // The same file may be chosen again after it was removed; and what is up already must not go along twice.
      input.value = '';
    });
    const take = (event: Event) => {
      const { dataTransfer, clipboardData } = event as DragEvent & ClipboardEvent;
      const data = dataTransfer ?? clipboardData;
      if (!data?.types.includes('Files')) return;
      event.preventDefault();
      this.uploads.add(data.files);
    };
    for (const type of ['dragover', 'drop', 'paste']) form.addEventListener(type, take);
  }

  get wrong(): boolean {
    return this.uploads.items.some(({ error }) => error);
  }

  private draw_(): void {
    const { uploads, rows_: rows } = this;
    for (const [key, row] of rows) {
      if (uploads.items.some((item) => item.key === key)) continue;
      row.remove();
      rows.delete(key);
    }
    for (const item of uploads.items) {
      let row = rows.get(item.key);
      if (!row) {
        row = this.row_(item);
        rows.set(item.key, row);
        this.list_.append(row);
      }
      this.state_(row, item);
    }
    this.fields_.tell('files', uploads.error);
  }

  private row_(item: UploadItem): HTMLElement {
    const { words_: words } = this;
    const remove = element('button', { type: 'button', class: 'link' }, words.remove);
    remove.setAttribute('aria-label', `${words.remove}: ${item.name}`);
    remove.addEventListener('click', () => this.uploads.remove(item));
    const bar = element('progress', { 'aria-label': `${words.uploading} ${item.name}`, max: '1' });
    const text = element('div', {}, item.name, element('p', { class: 'quiet', role: 'status' }), bar);
    const row = element('li', { class: 'upload' }, text, remove);
    if (item.file?.type.startsWith('image/')) row.prepend(preview(item.file));
    return row;
  }

  private state_(row: HTMLElement, { size, ref, error, share }: UploadItem): void {
    const { words_: words } = this;
    const state = row.querySelector('p');
    const bar = row.querySelector('progress');
    const done = `${sizeIn(document.documentElement.lang, size)} · ${ref ? words.ready : words.uploading}`;
    if (state && state.textContent !== (error ?? done)) state.textContent = error ?? done;
    if (state) state.className = error ? 'error' : 'quiet';
    if (bar) {
      bar.value = share;
      bar.hidden = !!ref || !!error;
    }
  }
}

/** A small picture of a picture; nothing to be read out, for the name stands beside it. */
function preview(file: File): HTMLImageElement {
  const url = URL.createObjectURL(file);
  const image = element('img', { src: url, alt: '', width: '48', height: '48' });
  image.addEventListener('load', () => URL.revokeObjectURL(url));
  image.addEventListener('error', () => image.remove());
  return image;
}
