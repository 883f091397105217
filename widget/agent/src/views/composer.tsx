import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import * as kept from '../io/kept.ts';
import type { ChatRecord } from '../state/model.ts';
import { Segments } from './bits.tsx';
import { useApp, useDesk } from './context.ts';
import { Icon } from './icons.tsx';

/** "Is typing" is said again so often while keys are pressed, and ends so long after the last one. */
const typingAgainMs = 4000;
const typingEndsMs = 6000;
/** From here on the composer says how many characters are left. */
const nearLimit = 200;

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
  const left = textLimit - [...draft.text].length;

  // More than the usual reminder of the keys, which a phone has no room for.
  const telling = left < nearLimit || (link !== 'live' && !note);

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

  async function submit(event?: Event) {
    event?.preventDefault();
    const text = draft.text.trim();
    if (!text || left < 0 || busy) return;
    if (!note) {
      desk.send(chat, text);
      typing(false);
      setDraft({ text: '', note: false });
      return;
    }
    setBusy(true);
    const saved = await desk.note(chat, text);
    setBusy(false);
    if (saved) setDraft({ text: '', note: holds });
    area.current?.focus();
  }

  const pressed = (event: KeyboardEvent) => {
    if (event.altKey && event.code === 'KeyN' && holds) {
      event.preventDefault();
      setMode(!note);
    } else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void submit();
    }
  };

  return (
    <form class={note ? 'composer noting' : 'composer'} onSubmit={submit}>
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
          {left < 0
            ? t.compose.tooLong(-left)
            : left < nearLimit
              ? t.compose.left(left)
              : link === 'live' || note
                ? t.compose.hint
                : t.compose.offline}
        </span>
      </div>
      <div class="composer-row">
        <textarea
          ref={area}
          id="composer"
          rows={1}
          value={draft.text}
          readOnly={busy}
          aria-label={note ? t.compose.noteLabel : t.compose.label}
          aria-invalid={left < 0}
          placeholder={note ? t.compose.notePlaceholder : t.compose.placeholder(name)}
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={pressed}
          onBlur={() => typing(false)}
        />
        <button
          type="submit"
          class={note ? 'button send note' : 'button primary send'}
          disabled={!draft.text.trim() || left < 0}
        >
          <Icon name={note ? 'note' : 'send'} />
          <span class="send-word">{note ? t.compose.saveNote : t.compose.send}</span>
        </button>
      </div>
    </form>
  );
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
