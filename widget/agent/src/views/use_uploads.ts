/** Files that are chosen, dropped or pasted: sent up at once, with what went wrong in words. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Texts } from '../i18n/index.ts';
import { HttpError } from '../io/http.ts';
import { type Upload, upload } from '../io/upload.ts';
import type { FileRef } from '../state/wire.ts';
import { useDesk } from './context.ts';

export interface UploadItem {
  key: number;
  file: File;
  /** How much has left this device, 0 to 1. */
  share: number;
  /** Why it did not go; null while it is on its way. */
  refused: ((t: Texts) => string) | null;
  /** Another try may go better. */
  again: boolean;
}

export interface Uploads {
  items: readonly UploadItem[];
  busy: boolean;
  add(files: Iterable<File>): void;
  retry(key: number): void;
  cancel(key: number): void;
}

/** `held`: how many there are already; `most`: how many there may be; `onDone` is given each file that the server has. */
export function useUploads(held: number, most: number, onDone: (file: FileRef) => void): Uploads {
  const { site } = useDesk();
  const [items, setItems] = useState<readonly UploadItem[]>([]);
  const running = useRef(new Map<number, Upload>());
  const nextKey = useRef(1);
  const done = useRef(onDone);
  done.current = onDone;
  // Whoever leaves the page or the ticket in the middle sends nothing more.
  useEffect(
    () => () => {
      for (const one of running.current.values()) one.cancel();
    },
    [],
  );

  const change = (key: number, part: Partial<UploadItem>) =>
    setItems((now) => now.map((item) => (item.key === key ? { ...item, ...part } : item)));
  const remove = (key: number) => setItems((now) => now.filter((item) => item.key !== key));

  function send(key: number, file: File): void {
    const sending = upload(file, (share) => change(key, { share }));
    running.current.set(key, sending);
    sending.done.then(
      (ref) => {
        running.current.delete(key);
        remove(key);
        done.current(ref);
      },
      (error: unknown) => {
        running.current.delete(key);
        change(key, refusalOf(error, maxMib));
      },
    );
  }

  const maxMib = site?.files.max_mib ?? 10;
  function add(files: Iterable<File>): void {
    let room = most - held - items.length;
    for (const file of files) {
      const key = nextKey.current++;
      const refused = tooMuch(file, maxMib, room--, most);
      setItems((now) => [...now, { key, file, share: 0, refused, again: false }]);
      if (!refused) send(key, file);
    }
  }

  return {
    items,
    busy: items.some((item) => item.refused === null),
    add,
    retry(key) {
      const item = items.find((one) => one.key === key);
      if (!item) return;
      change(key, { refused: null, share: 0 });
      send(key, item.file);
    },
    cancel(key) {
      running.current.get(key)?.cancel();
      remove(key);
    },
  };
}

/** What can be told without asking the server. */
function tooMuch(file: File, maxMib: number, room: number, most: number): UploadItem['refused'] {
  if (room <= 0) return (t) => t.tickets.files.refused.too_many(most);
  if (file.size === 0) return (t) => t.tickets.files.refused.empty;
  if (file.size > maxMib * 1_048_576) return (t) => t.tickets.files.refused.too_big(maxMib);
  return null;
}

function refusalOf(error: unknown, maxMib: number): Partial<UploadItem> {
  const known = error instanceof HttpError ? error : null;
  const code = known?.code ?? 'other';
  if (code === 'too_big') return { again: false, refused: (t) => t.tickets.files.refused.too_big(maxMib) };
  if (code === 'bad_field') {
    const said = Object.values(known?.fields ?? {}).find((words) => words !== '');
    return { again: false, refused: (t) => said ?? t.tickets.files.refused.type };
  }
  const again = code === 'disconnected' || code === 'slow_down' || code === 'unavailable' ? code : 'other';
  return { again: true, refused: (t) => t.tickets.files.refused[again] };
}

export interface FileDrop {
  /** Files hang over it. */
  over: boolean;
  on: {
    onDragOver(event: DragEvent): void;
    onDragLeave(event: DragEvent): void;
    onDrop(event: DragEvent): void;
    onPaste(event: ClipboardEvent): void;
  };
}

/** Dropping and pasting files onto an element; text goes on as always. */
export function useFileDrop(add: (files: Iterable<File>) => void, enabled = true): FileDrop {
  const [over, setOver] = useState(false);
  const has = (data: DataTransfer | null) => enabled && (data?.types.includes('Files') ?? false);
  return {
    over,
    on: {
      onDragOver(event) {
        if (!has(event.dataTransfer)) return;
        event.preventDefault();
        setOver(true);
      },
      onDragLeave(event) {
        const inside =
          event.relatedTarget instanceof Node && (event.currentTarget as Node).contains(event.relatedTarget);
        if (!inside) setOver(false);
      },
      onDrop(event) {
        if (!has(event.dataTransfer)) return;
        event.preventDefault();
        setOver(false);
        add(event.dataTransfer?.files ?? []);
      },
      onPaste(event) {
        // A table copied from a spreadsheet is text and a picture of it: the text is meant.
        if (!has(event.clipboardData) || event.clipboardData?.types.includes('text/plain')) return;
        event.preventDefault();
        add(event.clipboardData?.files ?? []);
      },
    },
  };
}
