/** The files of a form: chosen, on their way, there, or refused. They go up one after the other. */
import type { FileRef } from '../protocol.ts';
import { type Refusal, type Sending, upload } from './http.ts';

export interface UploadItem {
  key: number;
  name: string;
  size: number;
  /** Missing for one that went up before the page was loaded anew. */
  file?: File;
  /** How much of it is there, from 0 to 1. */
  share: number;
  /** The server has it. */
  ref?: FileRef;
  /** What is wrong with it, in words. */
  error?: string;
}

export interface UploadsOptions {
  url: string;
  /** Who uploads; nothing as long as that is not known. */
  headers(): Record<string, string> | undefined;
  /** At most so many. */
  most: number;
  maxBytes(): number;
  words: { tooMany: string; tooBig(bytes: number): string; attachAgain: string; failed: string };
  changed(): void;
}

export class Uploads {
  items: UploadItem[] = [];
  /** What is wrong with the list as a whole. */
  error = '';
  private n_ = 0;
  private sending_: (Sending & { item: UploadItem }) | undefined;
  private waiting_: (() => void)[] = [];

  constructor(private readonly options_: UploadsOptions) {}

  /** The files that the server has. */
  get refs(): FileRef[] {
    return this.items.flatMap(({ ref }) => ref ?? []);
  }

  get busy(): boolean {
    return this.items.some(({ ref, error }) => !ref && !error);
  }

  add(files: Iterable<File>): void {
    const { most, maxBytes, words } = this.options_;
    this.error = '';
    for (const file of files) {
      if (this.items.length >= most) {
        this.error = words.tooMany;
        break;
      }
      const item: UploadItem = { key: ++this.n_, name: file.name, size: file.size, share: 0, file };
      if (file.size > maxBytes()) item.error = words.tooBig(maxBytes());
      this.items.push(item);
    }
    this.go();
  }

  /** Files that went up before the page was loaded anew. */
  restore(refs: FileRef[]): void {
    for (const ref of refs) this.items.push({ key: ++this.n_, name: ref.name, size: ref.size, share: 1, ref });
  }

  remove(item: UploadItem): void {
    this.items = this.items.filter((one) => one !== item);
    this.error = '';
    if (this.sending_?.item === item) this.sending_.stop();
    this.go();
  }

  /** Whoever uploads is somebody else now (another challenge): what is there belongs to nobody and goes up again. */
  again(): void {
    this.sending_?.stop();
    for (const item of this.items) {
      if (!item.ref) continue;
      delete item.ref;
      item.share = 0;
      if (!item.file) item.error = this.options_.words.attachAgain;
    }
    this.go();
  }

  /** Those that did not get through are tried again, too. */
  retry(): void {
    for (const item of this.items) if (item.error === this.options_.words.failed) delete item.error;
    this.go();
  }

  /** Nothing more goes up. */
  stop(): void {
    this.items = [];
    this.sending_?.stop();
  }

  /** When nothing is on its way any more. */
  async settled(): Promise<void> {
    while (this.busy) await new Promise<void>((resolve) => this.waiting_.push(resolve));
  }

  /** Sends the next one, if it can. */
  go(): void {
    const { url, headers, changed } = this.options_;
    const item = this.items.find(({ ref, error }) => !ref && !error);
    const as = headers();
    if (item?.file && as && !this.sending_) {
      const sending = upload(url, item.file, as, (share) => {
        item.share = share;
        changed();
      });
      this.sending_ = { ...sending, item };
      void this.finish_(item, sending, as);
    }
    changed();
    for (const resolve of this.waiting_.splice(0)) resolve();
  }

  private async finish_(item: UploadItem, sending: Sending, as: Record<string, string>): Promise<void> {
    try {
      item.ref = await sending.done;
      item.share = 1;
    } catch (error) {
      // What was stopped because somebody else uploads now just begins anew.
      const { message } = error as Refusal;
      if (JSON.stringify(as) === JSON.stringify(this.options_.headers())) {
        item.error = message || this.options_.words.failed;
      }
    }
    this.sending_ = undefined;
    this.go();
  }
}
