/** Files as they are shown: pictures to look at, the rest to download, and those that are still on their way. */
import { useState } from 'preact/hooks';
import { fileUrl } from '../io/upload.ts';
import type { FileRef } from '../state/wire.ts';
import { Dialog, IconButton } from './bits.tsx';
import { useApp } from './context.ts';
import { Icon } from './icons.tsx';
import type { Uploads } from './use_uploads.ts';

/** What browsers draw without running anything; SVG is a document and stays a file. */
const shown: readonly string[] = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];

/** "1.2 MB", as the language writes it. */
export function fileSize(bytes: number, lang: string): string {
  const [unit, value] =
    bytes >= 1_048_576
      ? (['megabyte', bytes / 1_048_576] as const)
      : bytes >= 1024
        ? (['kilobyte', bytes / 1024] as const)
        : (['byte', bytes] as const);
  const digits = { maximumFractionDigits: value < 10 && unit !== 'byte' ? 1 : 0 };
  return new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay: 'short', ...digits }).format(value);
}

export function FileCards({ files }: { files: readonly FileRef[] | undefined }) {
  if (!files?.length) return null;
  return (
    <ul class="file-cards">
      {files.map((file) => (
        <li key={file.id}>
          <FileCard file={file} />
        </li>
      ))}
    </ul>
  );
}

/** One file. The cookie says who may fetch it; the server gives it as an attachment, which a picture's tag does not mind. */
export function FileCard({ file }: { file: FileRef }) {
  const { t, settings } = useApp();
  const [large, setLarge] = useState(false);
  const [broken, setBroken] = useState(false);
  const words = t.tickets.files;
  const picture = shown.includes(file.media_type) && !broken;
  return (
    <div class="file-card">
      {picture && (
        <button type="button" class="file-preview" aria-label={words.preview(file.name)} onClick={() => setLarge(true)}>
          <img src={fileUrl(file.id)} alt="" loading="lazy" decoding="async" onError={() => setBroken(true)} />
        </button>
      )}
      <a class="file-line" href={fileUrl(file.id)} download={file.name}>
        <Icon name="file" />
        <span class="sr-only">{words.word}</span>
        <span class="file-name ellipsis">{file.name}</span>
        <span class="file-size">{fileSize(file.size, settings.lang)}</span>
      </a>
      {broken && <p class="file-broken">{words.broken}</p>}
      {large && (
        <Dialog title={file.name} onClose={() => setLarge(false)} wide>
          <img class="file-large" src={fileUrl(file.id)} alt={file.name} />
          <div class="dialog-foot">
            <a class="button" href={fileUrl(file.id)} download={file.name}>
              <Icon name="down" /> {words.word}
            </a>
          </div>
        </Dialog>
      )}
    </div>
  );
}

interface ChipsProps {
  files: readonly FileRef[];
  uploads: Uploads;
  onRemove(file: FileRef): void;
  /** Ids of files that the server no longer has. */
  expired?: readonly string[];
}

/** What goes with the next message: sent up, on its way, or refused with the reason. */
export function FileChips({ files, uploads, onRemove, expired = [] }: ChipsProps) {
  const { t, settings } = useApp();
  const words = t.tickets.files;
  if (files.length === 0 && uploads.items.length === 0) return null;
  return (
    <ul class="file-chips" aria-label={words.list}>
      {files.map((file) => (
        <li key={file.id} class={expired.includes(file.id) ? 'file-chip refused' : 'file-chip'}>
          {shown.includes(file.media_type) && !expired.includes(file.id) ? (
            <img class="file-thumb" src={fileUrl(file.id)} alt="" />
          ) : (
            <Icon name={expired.includes(file.id) ? 'alert' : 'file'} />
          )}
          <span class="file-name ellipsis">{file.name}</span>
          <span class="file-size">{fileSize(file.size, settings.lang)}</span>
          <IconButton icon="close" label={words.remove(file.name)} onClick={() => onRemove(file)} />
          {expired.includes(file.id) && (
            <span class="file-why" role="alert">
              {words.refused.expired}
            </span>
          )}
        </li>
      ))}
      {uploads.items.map((item) => (
        <li key={item.key} class={item.refused ? 'file-chip refused' : 'file-chip'}>
          <Icon name={item.refused ? 'alert' : 'file'} />
          <span class="file-name ellipsis">{item.file.name}</span>
          {item.refused === null ? (
            <progress class="file-progress" value={item.share} max={1} aria-label={words.uploading(item.file.name)} />
          ) : (
            item.again && (
              <button type="button" class="link" onClick={() => uploads.retry(item.key)}>
                {words.retry}
              </button>
            )
          )}
          <IconButton
            icon="close"
            label={item.refused === null ? words.cancel(item.file.name) : words.remove(item.file.name)}
            onClick={() => uploads.cancel(item.key)}
          />
          {item.refused !== null && (
            <span class="file-why" role="alert">
              {item.refused(t)}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

/** The button that asks for files. */
export function AttachButton({ add, disabled }: { add(files: Iterable<File>): void; disabled?: boolean }) {
  const { t } = useApp();
  const choose = () => {
    // Made for the moment: an input that stands in the page is one more thing to reach by Tab.
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    input.onchange = () => add(input.files ?? []);
    input.click();
  };
  return <IconButton icon="clip" label={t.tickets.files.attach} onClick={choose} disabled={disabled ?? false} />;
}
