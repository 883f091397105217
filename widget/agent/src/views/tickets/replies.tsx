/** Saved replies: read, added, changed and deleted. */
import { newClientId } from '@ventanilla/client';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Texts } from '../../i18n/index.ts';
import { HttpError } from '../../io/http.ts';
import { placeholderNames } from '../../state/placeholders.ts';
import type { Me, SavedReply } from '../../state/wire.ts';
import { Dialog, Failed, IconButton, Skeleton, useDepartmentName } from '../bits.tsx';
import { useApp, useDesk, useStore } from '../context.ts';
import { httpErrorText } from '../errors.ts';
import { Labelled } from '../field.tsx';
import { Icon } from '../icons.tsx';
import { fittingReplies } from '../reply_picker.tsx';

const most = { title: 80, text: 4000 } as const;
/** How a department's select names "all". */
const general = '';

/** Those of one's departments may be changed by all, those for everybody by who supervises, all by admins. */
function mayWrite(me: Me | null, department: string | null): boolean {
  if (me?.role === 'admin') return true;
  if (department === null) return me?.role === 'supervisor';
  return me?.departments.includes(department) ?? false;
}

export function RepliesDialog({ onClose }: { onClose(): void }) {
  const { desk, t } = useApp();
  const [edited, setEdited] = useState<SavedReply | 'new' | null>(null);
  const [failed, setFailed] = useState(false);
  const load = () => {
    setFailed(false);
    desk.tickets.loadReplies().catch(() => setFailed(true));
  };
  useEffect(load, []);
  const words = t.tickets.saved;
  const title = edited === 'new' ? words.add : edited ? words.edit(edited.title) : t.tickets.replies;
  return (
    <Dialog title={title} onClose={onClose} wide>
      {edited ? (
        <Form
          reply={edited === 'new' ? null : edited}
          onDone={() => {
            setEdited(null);
            load();
          }}
          onBack={() => setEdited(null)}
        />
      ) : (
        <List failed={failed} load={load} onEdit={setEdited} />
      )}
    </Dialog>
  );
}

interface ListProps {
  failed: boolean;
  load(): void;
  onEdit(reply: SavedReply | 'new'): void;
}

function List({ failed, load, onEdit }: ListProps) {
  const { desk, t } = useApp();
  const { me } = useDesk();
  const { replies } = useStore(desk.tickets.state);
  const [query, setQuery] = useState('');
  const words = t.tickets.saved;
  const found = fittingReplies(replies ?? [], 'any', query);
  const mayAdd = mayWrite(me, null) || (me?.departments.length ?? 0) > 0;
  return (
    <>
      <div class="replies-top">
        <input
          type="search"
          aria-label={words.filter}
          placeholder={words.filter}
          value={query}
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
        {mayAdd && (
          <button type="button" class="button primary" onClick={() => onEdit('new')}>
            <Icon name="plus" /> {words.add}
          </button>
        )}
      </div>
      <p class="sr-only" role="status">
        {replies && words.count(found.length)}
      </p>
      {failed && <Failed text={words.failed} again={load} />}
      {!replies && !failed && <Skeleton lines={5} />}
      {replies && found.length === 0 && <p class="empty">{query ? words.nothing : words.none}</p>}
      <ul class="replies">
        {found.map((reply) => (
          <ReplyLine key={reply.id} reply={reply} onEdit={() => onEdit(reply)} onDeleted={load} />
        ))}
      </ul>
      {me && !mayWrite(me, null) && <p class="muted">{words.onlySupervisors}</p>}
    </>
  );
}

function ReplyLine({ reply, onEdit, onDeleted }: { reply: SavedReply; onEdit(): void; onDeleted(): void }) {
  const { desk, t } = useApp();
  const { me, site } = useDesk();
  const departmentName = useDepartmentName();
  const [asking, setAsking] = useState(false);
  const no = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (asking) no.current?.focus();
  }, [asking]);
  const words = t.tickets.saved;
  async function remove() {
    try {
      await desk.http.tickets.deleteReply(reply.id);
      desk.say((texts) => texts.tickets.saved.deleted);
      onDeleted();
    } catch (error) {
      desk.say((texts) => httpErrorText(texts, error), true);
      setAsking(false);
    }
  }
  return (
    <li class="reply">
      <div class="reply-what">
        <p>
          <strong>{reply.title}</strong>{' '}
          <span class="badge">
            {reply.department === null ? words.general : departmentName(site, reply.department)}
          </span>
        </p>
        <p class="reply-text">{reply.text}</p>
      </div>
      {mayWrite(me, reply.department) &&
        (asking ? (
          <div class="reply-sure">
            <p>{words.deleteSure(reply.title)}</p>
            <button ref={no} type="button" class="button small" onClick={() => setAsking(false)}>
              {t.cancel}
            </button>
            <button type="button" class="button small danger" onClick={() => void remove()}>
              {words.delete}
            </button>
          </div>
        ) : (
          <div class="reply-do">
            <IconButton icon="edit" label={words.edit(reply.title)} onClick={onEdit} />
            <IconButton icon="trash" label={words.deleteOf(reply.title)} onClick={() => setAsking(true)} />
          </div>
        ))}
    </li>
  );
}

interface FormProps {
  reply: SavedReply | null;
  onDone(): void;
  onBack(): void;
}

type Errors = Partial<Record<'title' | 'text' | 'department' | 'form', string>>;

function Form({ reply, onDone, onBack }: FormProps) {
  const { desk, t, settings } = useApp();
  const { me, site } = useDesk();
  const departmentName = useDepartmentName();
  const ids = (site?.departments ?? []).map((one) => one.id).filter((id) => mayWrite(me, id));
  const first = mayWrite(me, null) ? general : (ids[0] ?? general);
  const [title, setTitle] = useState(reply?.title ?? '');
  const [text, setText] = useState(reply?.text ?? '');
  const [department, setDepartment] = useState(reply ? (reply.department ?? general) : first);
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const key = useRef({ key: newClientId(), body: '' });
  const words = t.tickets.saved;
  useLayoutEffect(() => form.current?.querySelector('input')?.focus(), []);
  useLayoutEffect(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), [errors]);

  async function submit(event: Event) {
    event.preventDefault();
    const wrong = check(t, title, text);
    setErrors(wrong);
    if (busy || Object.keys(wrong).length > 0) return;
    const fields = { title: title.trim(), text: text.trim(), department: department || null };
    const body = JSON.stringify(fields);
    // The same again after a cut is the same reply; anything else is another request.
    if (key.current.body !== body) key.current = { key: newClientId(), body };
    setBusy(true);
    try {
      if (reply) await desk.http.tickets.changeReply(reply.id, fields);
      else await desk.http.tickets.addReply(fields, key.current.key);
      desk.say((texts) => texts.tickets.saved.kept);
      onDone();
    } catch (error) {
      const said: Errors = error instanceof HttpError ? { ...error.fields } : {};
      const known = (['title', 'text', 'department'] as const).some((field) => said[field]);
      setErrors(known ? said : { form: httpErrorText(t, error) });
      setBusy(false);
    }
  }

  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Labelled label={words.name} error={errors.title}>
        {(marks) => (
          <input
            type="text"
            required
            value={title}
            onInput={(event) => setTitle(event.currentTarget.value)}
            {...marks}
          />
        )}
      </Labelled>
      <Labelled label={words.text} error={errors.text} hint={words.textHint(placeholderNames(settings.lang).join(' '))}>
        {(marks) => (
          <textarea rows={7} required value={text} onInput={(event) => setText(event.currentTarget.value)} {...marks} />
        )}
      </Labelled>
      <Labelled label={words.forWhom} error={errors.department}>
        {(marks) => (
          <select value={department} onChange={(event) => setDepartment(event.currentTarget.value)} {...marks}>
            {mayWrite(me, null) && <option value={general}>{words.general}</option>}
            {ids.map((id) => (
              <option key={id} value={id}>
                {departmentName(site, id)}
              </option>
            ))}
          </select>
        )}
      </Labelled>
      <div role="alert" class={errors.form ? 'message bad' : 'sr-only'}>
        {errors.form}
      </div>
      <div class="dialog-foot">
        <button type="button" class="button" onClick={onBack}>
          {words.back}
        </button>
        <button type="submit" class="button primary" disabled={busy}>
          {busy ? words.saving : words.save}
        </button>
      </div>
    </form>
  );
}

function check(t: Texts, title: string, text: string): Errors {
  const words = t.tickets.saved.wrong;
  const errors: Errors = {};
  if (!title.trim()) errors.title = words.title;
  if (!text.trim()) errors.text = words.text;
  for (const [field, value] of [
    ['title', title],
    ['text', text],
  ] as const) {
    const over = [...value].length - most[field];
    if (over > 0) errors[field] = t.tickets.call.tooLong(over);
  }
  return errors;
}
