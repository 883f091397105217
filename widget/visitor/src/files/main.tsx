/** `widget-files.js`: files in a chat, loaded with the first one. */
import { type FileRef, newClientId } from '@ventanilla/client';
import { paint } from '../../../client/src/forms/captcha.ts';
import { sizeIn } from '../../../client/src/forms/size.ts';
import { Uploads } from '../../../client/src/forms/uploads.ts';
import type { Desk, Opened } from '../desk.ts';
import { type Child, Fragment, h } from '../dom.ts';
import { dress } from '../part.ts';
import css from './style.css?inline';
import { type FileWords, fileWords } from './words.ts';

/** The desk says how much it takes at most; this spares the way for what is far beyond. */
const MOST_BYTES = 100 * 1_048_576;

class Files implements Opened {
  private readonly uploads_: Uploads;
  /** What was fetched, by the id of the file; null while it is on its way or could not be had. */
  private readonly fetched_ = new Map<string, Promise<Blob>>();

  constructor(private readonly desk_: Desk) {
    const { host } = desk_;
    const files = this;
    this.uploads_ = new Uploads({
      url: `${host.server}/api/v1/files`,
      headers: () => this.headers_(),
      most: 20,
      maxBytes: () => MOST_BYTES,
      words: {
        get failed() {
          return files.words_.failed;
        },
        tooBig: () => this.words_.tooBig,
        tooMany: '',
        attachAgain: '',
      },
      changed: () => {
        this.send_();
        host.render();
      },
    });
  }

  private get words_(): FileWords {
    return fileWords(this.desk_.host.speech.locale);
  }

  private headers_(): Record<string, string> {
    const { shared, speech } = this.desk_.host;
    return { Authorization: `Bearer ${shared.get<string>('token')}`, 'Accept-Language': speech.locale };
  }

  take(files: File[]): void {
    this.uploads_.add(files);
  }

  stop(): void {
    this.uploads_.stop();
  }

  /** What the desk has becomes a message; from then on it is in the outbox, which loses nothing. */
  private send_(): void {
    for (const item of this.uploads_?.items ?? []) {
      if (!item.ref) continue;
      this.uploads_.items.splice(this.uploads_.items.indexOf(item), 1);
      void this.desk_.send({ do: 'send', client_id: newClientId(), file: item.ref.id });
    }
  }

  draw(file?: FileRef): Child {
    return file ? this.entry_(file) : this.list_();
  }

  private list_(): Child {
    const { uploads_: uploads, words_: words } = this;
    if (!uploads.items.length) return null;
    return (
      <ul class="uploads" aria-label={words.list}>
        {uploads.items.map((item) => (
          <li key={item.key}>
            <span>{item.name}</span>
            {item.error ? (
              <span class="error" role="alert">
                {item.error}
              </span>
            ) : (
              <progress aria-label={`${words.uploading} ${item.name}`} value={item.share} />
            )}
            {item.error === words.failed && (
              <button type="button" class="link" onClick={() => uploads.retry()}>
                {words.retry}
              </button>
            )}
            <button
              type="button"
              class="link"
              aria-label={`${words.cancel}: ${item.name}`}
              onClick={() => uploads.remove(item)}
            >
              ✕
            </button>
          </li>
        ))}
      </ul>
    );
  }

  private entry_(file: FileRef): Child {
    const { words_: words } = this;
    const { locale } = this.desk_.host.speech;
    const preview = (element: HTMLElement) => {
      if (element.dataset['of'] === file.id) return;
      element.dataset['of'] = file.id;
      this.fetch_(file)
        .then((blob) => paint(element as HTMLCanvasElement, blob))
        // Not there, or no picture after all: the name below it is what one has.
        .catch(() => element.setAttribute('hidden', ''));
    };
    return (
      <>
        {file.media_type.startsWith('image/') && (
          <canvas width={4} height={3} role="img" aria-label={file.name} ref={preview} />
        )}
        <button type="button" class="link get" onClick={() => this.save_(file)}>
          {words.download} {file.name} ({sizeIn(locale, file.size)})
        </button>
      </>
    );
  }

  private fetch_({ id }: FileRef): Promise<Blob> {
    let fetched = this.fetched_.get(id);
    if (!fetched) {
      fetched = (async () => {
        const url = `${this.desk_.host.server}/api/v1/files/${encodeURIComponent(id)}`;
        const answer = await fetch(url, { headers: this.headers_(), credentials: 'omit' });
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.blob();
      })();
      this.fetched_.set(id, fetched);
      // What could not be had now may be had later.
      fetched.catch(() => this.fetched_.delete(id));
    }
    return fetched;
  }

  private async save_(file: FileRef): Promise<void> {
    const { desk_: desk } = this;
    try {
      const url = URL.createObjectURL(await this.fetch_(file));
      const link = document.createElement('a');
      link.href = url;
      link.download = file.name;
      link.click();
      // The browser has begun to save it by then.
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    } catch {
      desk.notice = this.words_.gone;
      desk.host.render();
    }
  }
}

export function open(desk: Desk): Opened {
  dress(css);
  return new Files(desk);
}
