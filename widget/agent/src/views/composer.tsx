import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import * as kept from '../io/kept.ts';
import type { ChatRecord } from '../state/model.ts';
import { gaps, type PlaceholderValues } from '../state/placeholders.ts';
import { ticketsOf } from '../state/select.ts';
import type { FileRef } from '../state/wire.ts';
import { IconButton, Segments, useDepartmentName } from './bits.tsx';
import { useApp, useDesk } from './context.ts';
import { AttachButton, FileChips } from './files.tsx';
import { Icon } from './icons.tsx';
import { noteToggle } from './keys.ts';
import { useReplyPicker } from './reply_picker.tsx';
import { useFileDrop, useUploads } from './use_uploads.ts';

/** "Is typing" is said again so often while keys are pressed, and ends so long after the last one. */
const typingAgainMs = 4000;
const typingEndsMs = 6000;
/** From here on the composer says how many characters are left. */
const nearLimit = 200;
/** Files that go at once; more are another turn. */
const mostFiles = 10;

export function Composer({ record, name }: { record: ChatRecord; name: string }) {
  const { desk, t } = useApp();
  const { link, textLimit } = useDesk();
  const chat = record.chat.id;
  const holds = record.hold === 'mine' && record.chat.status !== 'closed';
  const [draft, setDraft] = useState(() => kept.draft(chat));
  const [busy, setBusy] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const typing = useTyping(chat);
  // Who does not hold the chat can leave a note, never a message.
  const note = draft.note || !holds;
  const [files, setFiles] = useState<readonly FileRef[]>([]);
  const uploads = useUploads(files.length, mostFiles, (file) => setFiles((now) => [...now, file]));
  // A note is text alone: it is never sent, so it has nothing to send with it.
  const drop = useFileDrop(uploads.add, !note);
  const values = usePlaceholders(record, name);
  const replies = useReplyPicker({
    area,
    text: draft.text,
    write: (text) => setDraft((now) => ({ ...now, text })),
    values,
    department: record.chat.department,
  });
  const warned = useRef('');
  const missing = gaps(draft.text);
  const gapWords = missing.map((gap) => gap.text).join(', ');
  const left = textLimit - [...draft.text].length;

  // More than the usual reminder of the keys, which a phone has no room for.
  const telling = left < nearLimit || missing.length > 0 || (link !== 'live' && !note);

  useEffect(() => kept.keepDraft(chat, draft), [chat, draft]);
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight + 2}px`;
  }, [draft.text, note]);

  const write = (text: string) => {
    setDraft({ ...draft, text });
    if (!note) typing(text !== '');
  };
  const setMode = (toNote: boolean) => {
    setDraft({ ...draft, note: toNote });
    typing(false);
    area.current?.focus();
  };

  useLayoutEffect(() => (holds ? noteToggle.listen(() => setMode(!note)) : undefined));

  async function submit(event?: Event) {
    event?.preventDefault();
    const text = draft.text.trim();
    if (left < 0 || busy) return;
    if (!note) return sendAll(text);
    if (!text) return;
    setBusy(true);
    const saved = await desk.note(chat, text);
    setBusy(false);
    if (saved) setDraft({ text: '', note: holds });
    area.current?.focus();
  }

  /** Files first, then the words about them. A gap of a saved reply is pointed out once. */
  function sendAll(text: string) {
    if (uploads.busy || (!text && files.length === 0)) return;
    const gap = gaps(draft.text)[0];
    if (gap && warned.current !== draft.text) {
      warned.current = draft.text;
      area.current?.focus();
      area.current?.setSelectionRange(gap.from, gap.to);
      return;
    }
    for (const file of files) desk.send(chat, { file });
    if (text) desk.send(chat, { text });
    typing(false);
    setFiles([]);
    setDraft({ text: '', note: false });
  }

  const pressed = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void submit();
    }
  };

  return (
    <form class={`composer ${note ? 'noting' : ''} ${drop.over ? 'dropping' : ''}`} onSubmit={submit} {...drop.on}>
      {replies.picker}
      <div class="composer-top">
        {holds ? (
          <Segments
            label={t.compose.mode}
            value={note ? 'note' : 'message'}
            choices={[
              { value: 'message', label: t.compose.toMessage },
              { value: 'note', label: t.compose.toNote, class: 'note' },
            ]}
            onChange={(value) => setMode(value === 'note')}
            class="small"
          />
        ) : (
          <span class="composer-mode">
            <Icon name="note" /> {t.compose.noteLabel}
          </span>
        )}
        <span class={`composer-hint ${left < 0 ? 'bad' : telling ? 'telling' : ''}`} aria-live="polite">
          {drop.over
            ? t.tickets.files.drop
            : left < 0
              ? t.compose.tooLong(-left)
              : missing.length > 0
                ? t.tickets.saved.gaps(gapWords)
                : left < nearLimit
                  ? t.compose.left(left)
                  : link === 'live' || note
                    ? t.compose.hint
                    : t.compose.offline}
        </span>
      </div>
      {!note && (
        <FileChips
          files={files}
          uploads={uploads}
          onRemove={(file) => setFiles(files.filter((one) => one.id !== file.id))}
        />
      )}
      <div class="composer-row">
        {!note && <AttachButton add={uploads.add} />}
        <IconButton icon="quick" label={t.tickets.saved.open} onClick={replies.open} />
        <textarea
          ref={area}
          id="composer"
          rows={1}
          value={draft.text}
          readOnly={busy}
          aria-label={note ? t.compose.noteLabel : t.compose.label}
          aria-invalid={left < 0}
          placeholder={note ? t.compose.notePlaceholder : t.compose.placeholder(name)}
          onInput={(event) => {
            const { value, selectionStart } = event.currentTarget;
            write(value);
            replies.typed(value, selectionStart);
          }}
          onKeyDown={pressed}
          onBlur={() => typing(false)}
        />
        <button
          type="submit"
          class={note ? 'button send note' : 'button primary send'}
          disabled={(!draft.text.trim() && (note || files.length === 0)) || left < 0 || (!note && uploads.busy)}
        >
          <Icon name={note ? 'note' : 'send'} />
          <span class="send-word">{note ? t.compose.saveNote : t.compose.send}</span>
        </button>
      </div>
    </form>
  );
}

/** What of this chat can go into a saved reply. */
function usePlaceholders(record: ChatRecord, name: string): PlaceholderValues {
  const { me, site } = useDesk();
  const departmentName = useDepartmentName();
  const { visitor, chat } = record;
  return {
    name: visitor?.name ? name : '',
    agent: me?.name ?? '',
    number: ticketsOf(record).at(-1) ?? '',
    department: chat.department === 'any' ? '' : departmentName(site, chat.department),
    email: visitor?.email ?? '',
  };
}

/** Tells the visitor that somebody types: at once, again while it goes on, and when it has stopped. */
function useTyping(chat: string): (on: boolean) => void {
  const { desk } = useApp();
  const said = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const stop = () => {
    clearTimeout(timer.current);
    if (said.current) desk.typing(chat, false);
    said.current = 0;
  };
  useEffect(() => stop, [chat]);

  return (on) => {
    if (!on) return stop();
    if (Date.now() - said.current > typingAgainMs) {
      said.current = Date.now();
      desk.typing(chat, true);
    }
    clearTimeout(timer.current);
    timer.current = setTimeout(stop, typingEndsMs);
  };
}
