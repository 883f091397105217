/** A ticket that somebody dictates over the phone. */
import { parseRfc } from '@ventanilla/client';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Texts } from '../../i18n/index.ts';
import { HttpError } from '../../io/http.ts';
import * as kept from '../../io/kept.ts';
import type { NewTicket } from '../../io/ticket_http.ts';
import type { State } from '../../state/model.ts';
import { defaultQuery } from '../../state/ticket_list.ts';
import { type TicketPriority, ticketPriorities } from '../../state/wire.ts';
import { Dialog, Segments, useDepartmentName } from '../bits.tsx';
import { useApp, useDesk } from '../context.ts';
import { httpErrorText } from '../errors.ts';
import { type FieldMarks, Labelled } from '../field.tsx';
import { AttachButton, FileChips } from '../files.tsx';
import { Icon } from '../icons.tsx';
import { useFileDrop, useUploads } from '../use_uploads.ts';

const most = { email: 254, name: 80, rfc: 40, subject: 200, comments: 8000 } as const;
const mostFiles = 5;
type Text = keyof typeof most;
type Errors = Partial<Record<string, string>>;

function begin({ me, site }: State): kept.PhoneDraft {
  const ids = (site?.departments ?? []).map((one) => one.id);
  return {
    email: '',
    name: '',
    rfc: '',
    department: me?.departments.find((id) => ids.includes(id)) ?? '',
    subject: '',
    priority: 'normal',
    comments: '',
    files: [],
  };
}

/** What can be told without asking. An address is looked at by the server alone: it knows the rules. */
function check(draft: kept.PhoneDraft, t: Texts): Errors {
  const words = t.tickets.call;
  const errors: Errors = {};
  if (!/^\s*\S+@\S+\s*$/u.test(draft.email)) errors['email'] = words.wrong['email'];
  if (draft.rfc.trim() && !parseRfc(draft.rfc)) errors['rfc'] = words.wrong['rfc'];
  if (!draft.department) errors['department'] = words.wrong['department'];
  if (!draft.subject.trim()) errors['subject'] = words.wrong['subject'];
  for (const [field, limit] of Object.entries(most)) {
    const over = [...draft[field as Text]].length - limit;
    if (over > 0) errors[field] = words.tooLong(over);
  }
  return errors;
}

function asked(draft: kept.PhoneDraft): NewTicket {
  const [name, rfc, comments] = [draft.name.trim(), draft.rfc.trim(), draft.comments.trim()];
  return {
    email: draft.email.trim(),
    department: draft.department,
    subject: draft.subject.trim(),
    priority: draft.priority,
    ...(name ? { name } : {}),
    ...(rfc ? { rfc } : {}),
    ...(comments ? { comments } : {}),
    ...(draft.files.length ? { files: draft.files.map((file) => file.id) } : {}),
  };
}

/** Every field that the server refused, in its words or ours; what belongs to no field goes below. */
function refusal(t: Texts, error: unknown): Errors {
  const known = error instanceof HttpError ? error : null;
  if (known?.code === 'disconnected') return { form: t.tickets.call.unsure };
  const errors: Errors = {};
  for (const [field, said] of Object.entries(known?.fields ?? {})) {
    const name = field.replace(/\[.*$/, '');
    if (name in t.tickets.call.wrong) errors[name] = said || t.tickets.call.wrong[name];
  }
  return Object.keys(errors).length ? errors : { form: httpErrorText(t, error) };
}

export function PhoneDialog({ onClose }: { onClose(): void }) {
  const { desk, t, go } = useApp();
  const state = useDesk();
  const [draft, setDraft] = useState(() => kept.phoneDraft() ?? begin(state));
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const words = t.tickets.call;
  const uploads = useUploads(draft.files.length, mostFiles, (file) => write({ files: (files) => [...files, file] }));
  const drop = useFileDrop(uploads.add);
  useLayoutEffect(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), [errors]);

  type Part = Partial<Omit<kept.PhoneDraft, 'files'>> & {
    files?(now: kept.PhoneDraft['files']): kept.PhoneDraft['files'];
  };
  const write = ({ files, ...part }: Part) =>
    setDraft((now) => {
      const next = { ...now, ...part, files: files ? files(now.files) : now.files };
      kept.keepPhoneDraft(next);
      return next;
    });

  async function submit(event: Event) {
    event.preventDefault();
    if (busy) return;
    const wrong = check(draft, t);
    if (uploads.busy) wrong['files'] = t.tickets.compose.uploading;
    setErrors(wrong);
    if (Object.keys(wrong).length > 0) return;
    const ticket = asked(draft);
    const as = kept.askedAs(draft.asked, ticket);
    write({ asked: as });
    setBusy(true);
    try {
      const made = await desk.http.tickets.open(ticket, as.key);
      kept.keepPhoneDraft(null);
      desk.tickets.heard(made);
      desk.tickets.renew();
      desk.say((texts) => texts.tickets.call.done(made.number));
      onClose();
      go({ page: 'tickets', number: made.number, query: defaultQuery });
    } catch (error) {
      setErrors(refusal(t, error));
      setBusy(false);
    }
  }

  const field = (name: Text, input: (marks: FieldMarks) => preact.JSX.Element, hint?: preact.ComponentChildren) => (
    <Labelled label={words[name]} error={errors[name]} hint={hint}>
      {input}
    </Labelled>
  );
  const line = (name: Text, more: preact.JSX.InputHTMLAttributes<HTMLInputElement>) => (marks: FieldMarks) => (
    <input
      type="text"
      autoComplete="off"
      value={draft[name]}
      onInput={(event) => write({ [name]: event.currentTarget.value })}
      {...more}
      {...marks}
    />
  );
  const doubt = parseRfc(draft.rfc)?.checkDigitGood === false;
  return (
    <Dialog title={words.title} onClose={onClose} wide>
      <form ref={form} onSubmit={submit} noValidate class={drop.over ? 'dropping' : ''} {...drop.on}>
        <p class="muted">{words.lead}</p>
        <div class="field-pair">
          {field(
            'email',
            line('email', {
              inputMode: 'email',
              autoCapitalize: 'none',
              spellcheck: false,
              autoFocus: true,
              required: true,
            }),
          )}
          {field('name', line('name', {}))}
        </div>
        <div class="field-pair">
          {field(
            'rfc',
            line('rfc', { autoCapitalize: 'characters', spellcheck: false }),
            doubt ? (
              <span class="doubt">
                <Icon name="alert" /> {words.rfcDoubt}
              </span>
            ) : (
              words.rfcHint
            ),
          )}
          <DepartmentField draft={draft} error={errors['department']} write={write} />
        </div>
        {field('subject', line('subject', { required: true }))}
        <div class="field">
          <span aria-hidden="true">{t.tickets.priority}</span>
          <Segments<TicketPriority>
            label={t.tickets.priority}
            value={draft.priority}
            choices={ticketPriorities.map((value) => ({ value, label: t.tickets.priorities[value] }))}
            onChange={(priority) => write({ priority })}
          />
        </div>
        {field(
          'comments',
          (marks) => (
            <textarea
              rows={3}
              value={draft.comments}
              onInput={(event) => write({ comments: event.currentTarget.value })}
              {...marks}
            />
          ),
          words.commentsHint,
        )}
        <FileChips
          files={draft.files}
          uploads={uploads}
          onRemove={(file) => write({ files: (files) => files.filter((one) => one.id !== file.id) })}
        />
        <div role="alert" class={errors['files'] || errors['form'] ? 'message bad' : 'sr-only'}>
          {errors['files'] ?? errors['form']}
        </div>
        <div class="dialog-foot with-attach">
          <AttachButton add={uploads.add} />
          <button type="button" class="button" onClick={onClose}>
            {t.cancel}
          </button>
          <button type="submit" class="button primary" disabled={busy}>
            {busy ? words.busy : words.submit}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface DepartmentFieldProps {
  draft: kept.PhoneDraft;
  error: string | undefined;
  write(part: { department: string }): void;
}

function DepartmentField({ draft, error, write }: DepartmentFieldProps) {
  const { t } = useApp();
  const { site } = useDesk();
  const departmentName = useDepartmentName();
  return (
    <Labelled label={t.tickets.department} error={error}>
      {(marks) => (
        <select
          required
          value={draft.department}
          onChange={(event) => write({ department: event.currentTarget.value })}
          {...marks}
        >
          {!draft.department && <option value="">—</option>}
          {(site?.departments ?? []).map(({ id }) => (
            <option key={id} value={id}>
              {departmentName(site, id)}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}
