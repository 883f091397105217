import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { HttpError } from '../../io/http.ts';
import * as kept from '../../io/kept.ts';
import type { NewMessage } from '../../io/ticket_http.ts';
import { gaps } from '../../state/placeholders.ts';
import type { Ticket, TicketMessage } from '../../state/wire.ts';
import { IconButton, Segments, useDepartmentName } from '../bits.tsx';
import { useApp, useDesk } from '../context.ts';
import { httpErrorText } from '../errors.ts';
import { AttachButton, FileChips } from '../files.tsx';
import { useReplyPicker } from '../reply_picker.tsx';
import { useFileDrop, useUploads } from '../use_uploads.ts';
import { ticketWriting } from './keys.ts';
import { SendButtons } from './send_buttons.tsx';

const most = { text: 8000, files: 10 } as const;

interface ComposerProps {
  ticket: Ticket;
  requester: string;
  wrote(message: TicketMessage, ticket: Ticket): void;
}

/** Where one answers or notes. What is written stays, over reloads and other tickets, until the server has it. */
export function TicketComposer({ ticket, requester, wrote }: ComposerProps) {
  const { desk, t } = useApp();
  const { me, site } = useDesk();
  const departmentName = useDepartmentName();
  const { number } = ticket;
  const [draft, setDraft] = useState(() => kept.messageDraft(number));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const [expired, setExpired] = useState<readonly string[]>([]);
  /** The text whose gaps were pointed out: sent again unchanged, they are meant. */
  const warned = useRef('');
  const area = useRef<HTMLTextAreaElement>(null);
  const words = t.tickets.compose;
  const { note, text, files } = draft;
  const over = [...text].length - most.text;
  const missing = gaps(text);

  const change = (part: Partial<kept.MessageDraft>) => setDraft((now) => ({ ...now, ...part }));
  const uploads = useUploads(files.length, most.files, (file) =>
    setDraft((now) => ({ ...now, files: [...now.files, file] })),
  );
  const drop = useFileDrop(uploads.add);
  const replies = useReplyPicker({
    area,
    text,
    write: (next) => change({ text: next }),
    department: ticket.department,
    values: {
      name: requester,
      agent: me?.name ?? '',
      number,
      department: departmentName(site, ticket.department),
      email: ticket.email,
    },
  });

  useEffect(() => kept.keepMessageDraft(number, draft), [number, draft]);
  useEffect(() => setProblem(''), [text, note, files]);
  useLayoutEffect(
    () =>
      ticketWriting.listen((what) => {
        change({ note: what === 'note' });
        area.current?.focus();
      }),
    [],
  );
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight + 2}px`;
  }, [text, note]);

  /** Why it cannot go yet; the first gap is selected, so that the next letter fills it. */
  function hindered(): string {
    if (uploads.busy) return words.uploading;
    if (!text.trim()) return files.length ? words.needsText : ' ';
    if (over > 0) return words.tooLong(over);
    if (missing[0] && !note && warned.current !== text) {
      warned.current = text;
      area.current?.focus();
      area.current?.setSelectionRange(missing[0].from, missing[0].to);
      return t.tickets.saved.gapsAgain(missing.map((gap) => gap.text).join(', '));
    }
    return '';
  }

  async function send(state?: 'pending' | 'solved') {
    if (busy) return;
    const why = hindered();
    setProblem(why.trim());
    if (why) return;
    const message: NewMessage = {
      kind: note ? 'note' : 'answer',
      text: text.trim(),
      files: files.map((file) => file.id),
      ...(state && !note ? { state } : {}),
    };
    const asked = kept.askedAs(draft.asked, message);
    // Kept before it is asked for: should the page go now, the next try is still the same message.
    kept.keepMessageDraft(number, { ...draft, asked });
    change({ asked });
    setBusy(true);
    try {
      const answer = await desk.http.tickets.write(number, message, asked.key);
      setDraft({ text: '', note, files: [] });
      setExpired([]);
      wrote(answer.message, answer.ticket);
      desk.say((texts) => (note ? texts.tickets.compose.noteSaved : texts.tickets.compose.sent));
    } catch (error) {
      const known = error instanceof HttpError ? error : null;
      setExpired(expiredFiles(known, message.files));
      setProblem(known?.code === 'disconnected' ? words.unsure : words.notSent(httpErrorText(t, error)));
    }
    setBusy(false);
    area.current?.focus();
  }

  const pressed = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    void send();
  };
  const hint = missing.length
    ? t.tickets.saved.gaps(missing.map((gap) => gap.text).join(', '))
    : over > 0
      ? words.tooLong(over)
      : note
        ? words.noteHint
        : words.answerHint;

  return (
    <form
      class={`composer ticket-composer ${note ? 'noting' : ''} ${drop.over ? 'dropping' : ''}`}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      {...drop.on}
    >
      {replies.picker}
      <div class="composer-top">
        <Segments
          label={words.mode}
          value={note ? 'note' : 'answer'}
          choices={[
            { value: 'answer', label: words.answer },
            { value: 'note', label: words.note, class: 'note' },
          ]}
          onChange={(value) => {
            change({ note: value === 'note' });
            area.current?.focus();
          }}
          class="small"
        />
        <span class={`composer-hint ${missing.length || over > 0 ? 'telling gap' : ''}`} aria-live="polite">
          {drop.over ? t.tickets.files.drop : hint}
        </span>
      </div>
      <textarea
        ref={area}
        id="ticket-composer"
        rows={3}
        value={text}
        readOnly={busy}
        aria-label={note ? words.noteLabel : words.answerLabel}
        aria-invalid={over > 0}
        placeholder={note ? words.notePlaceholder : words.answerPlaceholder}
        onInput={(event) => {
          const { value, selectionStart } = event.currentTarget;
          change({ text: value });
          replies.typed(value, selectionStart);
        }}
        onKeyDown={pressed}
      />
      <FileChips
        files={files}
        uploads={uploads}
        expired={expired}
        onRemove={(file) => change({ files: files.filter((one) => one.id !== file.id) })}
      />
      <div role="alert" class={problem ? 'field-error' : 'sr-only'}>
        {problem}
      </div>
      <div class="composer-foot">
        <AttachButton add={uploads.add} />
        <IconButton icon="quick" label={t.tickets.saved.open} onClick={replies.open} />
        <SendButtons note={note} busy={busy} disabled={!text.trim() && files.length === 0} send={send} />
      </div>
    </form>
  );
}

/** Files that the server no longer has, by the place in the list that its refusal names. */
function expiredFiles(error: HttpError | null, files: readonly string[]): string[] {
  return Object.keys(error?.fields ?? {}).flatMap((field) => {
    const id = files[Number(/^files\[(\d+)\]$/.exec(field)?.[1] ?? Number.NaN)];
    return id ? [id] : [];
  });
}
