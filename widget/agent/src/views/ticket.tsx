/** A ticket from a chat: filled in as far as the chat says it, kept while it is written, refused field by field. */
import { newClientId } from '@ventanilla/client';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { errorText, type Texts } from '../i18n/index.ts';
import type { TicketFields } from '../io/desk.ts';
import * as kept from '../io/kept.ts';
import type { ChatRecord, State } from '../state/model.ts';
import { firstWords } from '../state/select.ts';
import { defaultQuery } from '../state/ticket_list.ts';
import { type TicketPriority, ticketPriorities } from '../state/wire.ts';
import { Dialog, Segments, useDepartmentName } from './bits.tsx';
import { useApp, useDesk } from './context.ts';
import { Labelled } from './field.tsx';

const most = { subject: 200, email: 254, rfc: 40, comments: 8000 } as const;
/** How much of the visitor's first words makes a subject. */
const subjectFromChat = 90;

type Field = 'department' | 'subject' | 'email' | 'rfc' | 'comments';
const fieldsWithErrors: readonly string[] = ['department', 'subject', 'email', 'rfc', 'comments'] satisfies Field[];
type Errors = Partial<Record<Field | 'form', string>>;

export function TicketDialog({ record, onClose }: { record: ChatRecord; onClose(): void }) {
  const { t } = useApp();
  const [number, setNumber] = useState('');
  return (
    <Dialog title={number ? t.ticket.doneTitle : t.ticket.title} onClose={onClose}>
      {number ? (
        <Done record={record} number={number} onClose={onClose} />
      ) : (
        <Form record={record} onClose={onClose} onDone={setNumber} />
      )}
    </Dialog>
  );
}

/** What the chat says already; a ticket that was begun goes on as it was left. */
function begin(record: ChatRecord, { site, me }: State): kept.TicketDraft {
  const known = kept.ticketDraft(record.chat.id);
  if (known) return known;
  const { chat, visitor } = record;
  const ids = (site?.departments ?? []).map((one) => one.id);
  const own = [chat.department, ...(me?.departments ?? []), ...ids].find((id) => ids.includes(id));
  const rfc = Object.entries(visitor?.fields ?? {}).find(([name]) => /^rfc$/i.test(name.trim()));
  return {
    client_id: newClientId(),
    department: own ?? '',
    subject: firstWords(record, subjectFromChat),
    priority: chat.priority > 0 ? 'high' : 'normal',
    email: visitor?.email ?? '',
    rfc: rfc ? String(rfc[1]).trim() : '',
    comments: '',
  };
}

/** What can be told without asking. */
function check(draft: kept.TicketDraft, t: Texts): Errors {
  const errors: Errors = {};
  if (!draft.department) errors.department = t.ticket.wrong.department;
  if (!draft.subject.trim()) errors.subject = t.ticket.wrong.subject;
  for (const field of ['subject', 'email', 'rfc', 'comments'] as const) {
    const over = [...draft[field]].length - most[field];
    if (over > 0) errors[field] = t.ticket.tooLong(over);
  }
  return errors;
}

function asked(draft: kept.TicketDraft): TicketFields {
  const [email, rfc, comments] = [draft.email.trim(), draft.rfc.trim(), draft.comments.trim()];
  return {
    client_id: draft.client_id,
    department: draft.department,
    subject: draft.subject.trim(),
    priority: draft.priority,
    ...(email ? { email } : {}),
    ...(rfc ? { rfc } : {}),
    ...(comments ? { comments } : {}),
  };
}

interface FormProps {
  record: ChatRecord;
  onClose(): void;
  onDone(number: string): void;
}

function Form({ record, onClose, onDone }: FormProps) {
  const { desk, t } = useApp();
  const state = useDesk();
  const departmentName = useDepartmentName();
  const chat = record.chat.id;
  const [draft, setDraft] = useState(() => begin(record, state));
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const subject = useRef<HTMLInputElement>(null);
  const departments = state.site?.departments ?? [];

  // The proposed subject is selected: whoever knows a better one just types it.
  useLayoutEffect(() => subject.current?.setSelectionRange(0, subject.current.value.length, 'backward'), []);

  // The next thing to put right gets the focus, once it is marked.
  useLayoutEffect(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), [errors]);

  const write = (part: Partial<kept.TicketDraft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    kept.keepTicketDraft(chat, next);
  };

  async function submit(event: Event) {
    event.preventDefault();
    const wrong = check(draft, t);
    setErrors(wrong);
    if (busy || Object.keys(wrong).length > 0) return;
    setBusy(true);
    // Kept before it is asked for: should the page go now, the next try is still the same ticket.
    kept.keepTicketDraft(chat, draft);
    const answer = await desk.openTicket(chat, asked(draft));
    setBusy(false);
    if ('number' in answer) {
      kept.keepTicketDraft(chat, null);
      return onDone(answer.number);
    }
    setErrors(refusal(t, answer.code, answer.field));
  }

  return (
    <form ref={form} onSubmit={submit} noValidate>
      <p>{t.ticket.lead(record.visitor?.name || t.visitor.nameless)}</p>
      <Labelled label={t.ticket.subject} error={errors.subject}>
        {(marks) => (
          <input
            ref={subject}
            type="text"
            // biome-ignore lint/a11y/noAutofocus: a dialog begins at its first field
            autoFocus
            required
            value={draft.subject}
            onInput={(event) => write({ subject: event.currentTarget.value })}
            {...marks}
          />
        )}
      </Labelled>
      <Labelled label={t.ticket.department} error={errors.department}>
        {(marks) => (
          <select
            required
            value={draft.department}
            onChange={(event) => write({ department: event.currentTarget.value })}
            {...marks}
          >
            {departments.map(({ id }) => (
              <option key={id} value={id}>
                {departmentName(state.site, id)}
              </option>
            ))}
          </select>
        )}
      </Labelled>
      <div class="field">
        <span aria-hidden="true">{t.ticket.priority}</span>
        <Segments<TicketPriority>
          label={t.ticket.priority}
          value={draft.priority}
          choices={ticketPriorities.map((value) => ({ value, label: t.ticket.priorities[value] }))}
          onChange={(priority) => write({ priority })}
        />
      </div>
      <div class="field-pair">
        <Labelled label={t.ticket.email} error={errors.email}>
          {(marks) => (
            <input
              type="text"
              inputMode="email"
              autoComplete="off"
              autoCapitalize="none"
              spellcheck={false}
              value={draft.email}
              onInput={(event) => write({ email: event.currentTarget.value })}
              {...marks}
            />
          )}
        </Labelled>
        <Labelled label={t.ticket.rfc} error={errors.rfc}>
          {(marks) => (
            <input
              type="text"
              autoComplete="off"
              autoCapitalize="characters"
              spellcheck={false}
              value={draft.rfc}
              onInput={(event) => write({ rfc: event.currentTarget.value })}
              {...marks}
            />
          )}
        </Labelled>
      </div>
      <Labelled label={t.ticket.comments} error={errors.comments}>
        {(marks) => (
          <textarea
            rows={3}
            placeholder={t.ticket.commentsPlaceholder}
            value={draft.comments}
            onInput={(event) => write({ comments: event.currentTarget.value })}
            {...marks}
          />
        )}
      </Labelled>
      <div role="alert" class={errors.form ? 'message bad' : 'sr-only'}>
        {errors.form}
      </div>
      <div class="dialog-foot">
        <button type="button" class="button" onClick={onClose}>
          {t.cancel}
        </button>
        <button type="submit" class="button primary" disabled={busy}>
          {busy ? t.ticket.busy : t.ticket.submit}
        </button>
      </div>
    </form>
  );
}

function refusal(t: Texts, code: string, field: string): Errors {
  if (code === 'bad_field' && fieldsWithErrors.includes(field)) return { [field]: t.ticket.wrong[field as Field] };
  const words = (t.ticket.refused as Record<string, string>)[code];
  return { form: words ?? errorText(t, code) };
}

function Done({ record, number, onClose }: { record: ChatRecord; number: string; onClose(): void }) {
  const { desk, t, go } = useApp();
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => first.current?.focus(), []);
  const open = record.hold === 'mine' && record.chat.status !== 'closed';

  async function end() {
    setBusy(true);
    const done = await desk.close(record.chat.id, 'ticket');
    setBusy(false);
    if (!done) return;
    desk.say((texts) => texts.close.done);
    onClose();
  }

  return (
    <>
      <div class="ticket-done" role="status">
        <p>
          {t.ticket.done} <strong class="mono">{number}</strong>
        </p>
        <p class="muted">{t.ticket.doneHint}</p>
      </div>
      <div class="dialog-foot">
        <button
          type="button"
          class="button quiet"
          onClick={() => {
            onClose();
            go({ page: 'tickets', number, query: defaultQuery });
          }}
        >
          {t.tickets.call.openIt}
        </button>
        {open && (
          <button type="button" class="button" disabled={busy} onClick={() => void end()}>
            {t.ticket.closeChat}
          </button>
        )}
        <button ref={first} type="button" class="button primary" onClick={onClose}>
          {open ? t.ticket.goOn : t.closeDialog}
        </button>
      </div>
    </>
  );
}
