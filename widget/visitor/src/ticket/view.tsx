/** What the ticket form shows: fields with their errors, files on their way, the code, and the ticket that was made. */
import { paintUrl, play } from '../../../client/src/forms/captcha.ts';
import { sizeIn } from '../../../client/src/forms/size.ts';
import type { UploadItem } from '../../../client/src/forms/uploads.ts';
import { type Child, Fragment, h } from '../dom.ts';
import type { Field, Form, Sent, TextField } from './form.ts';

export function View(form: Form): Child {
  const { desk, words, notice, sent } = form;
  return (
    <form
      key="ticket"
      class="body ticket"
      noValidate
      aria-label={desk.words.leave}
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit();
      }}
    >
      {Back(form)}
      {sent ? Receipt(form, sent) : Fields(form)}
      <p class="bad" role="alert">
        {notice}
      </p>
      {!sent && (
        <button class="main" aria-disabled={form.busy}>
          {form.busy ? words.sending : words.send}
        </button>
      )}
    </form>
  );
}

/** The way back to the chat, and whether somebody has taken it meanwhile. */
function Back(form: Form): Child {
  const { desk, words } = form;
  const agent = desk.phase === 'talk' && desk.view?.chat?.agent;
  return (
    <div role="status">
      {agent && (
        <p>
          {agent.name} {words.taken}
        </p>
      )}
      <button type="button" class="link" onClick={() => desk.ticketed(!!form.sent)}>
        ‹ {words.back}
      </button>
    </div>
  );
}

function Fields(form: Form): Child {
  const { desk, words, site, kept } = form;
  const said = desk.words;
  const warning = form.oddRfc ? words.oddRfc : words.rfcHint;
  return (
    <>
      <p>{words.hint}</p>
      {Labelled(form, 'email', said.email, <input {...control(form, 'email')} type="email" autocomplete="email" />)}
      {Labelled(
        form,
        'rfc',
        'RFC',
        <input {...control(form, 'rfc')} maxLength={40} autocapitalize="characters" />,
        warning,
      )}
      {Labelled(
        form,
        'department',
        said.department,
        <select {...control(form, 'department')}>
          <option value="">{said.choose}</option>
          {(site?.departments ?? []).map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>,
      )}
      {Labelled(form, 'subject', words.subject, <input {...control(form, 'subject')} maxLength={200} />)}
      {Labelled(
        form,
        'priority',
        words.priority,
        <select {...control(form, 'priority')}>
          {words.priorities.split('|').map((name, i) => (
            <option key={name} value={['low', 'normal', 'high', 'urgent'][i]}>
              {name}
            </option>
          ))}
        </select>,
      )}
      {Labelled(
        form,
        'comments',
        words.comments,
        <textarea {...control(form, 'comments')} rows={kept.typed.comments.length > 200 ? 8 : 4} maxLength={8000} />,
      )}
      {Files(form)}
      {form.proof.kind === 'code' ? Code(form) : Work(form)}
    </>
  );
}

const idOf = (form: Form, field: Field): string => `ticket-${field}-${form.desk.channel.id}`;

/** A control with its label above; below it what is wrong, or else a hint. */
function Labelled(form: Form, field: Field, label: string, child: Child, hint = ''): Child {
  return (
    <div key={field}>
      <label for={idOf(form, field)}>{label}</label>
      {child}
      {Note(form, field, form.errors[field], hint)}
    </div>
  );
}

function Note(form: Form, field: Field, error: string | undefined, hint: string): Child {
  return (
    <p id={`${idOf(form, field)}-note`} class={error ? 'error' : 'hint'} role={error ? 'alert' : undefined}>
      {error || hint}
    </p>
  );
}

const described = (form: Form, field: Field) => ({
  id: idOf(form, field),
  'aria-invalid': !!form.errors[field],
  'aria-describedby': `${idOf(form, field)}-note`,
});

const control = (form: Form, field: TextField) => ({
  ...described(form, field),
  class: field,
  name: field,
  value: form.kept.typed[field],
  required: field !== 'comments',
  onInput: (event: Event) => form.input(field, (event.target as HTMLInputElement).value),
  onBlur: () => form.left(field),
});

function Files(form: Form): Child {
  const { words, uploads, desk, site } = form;
  const { locale } = desk.host.speech;
  const pick = (event: Event) => {
    const input = event.target as HTMLInputElement;
    uploads.add([...(input.files ?? [])]);
    // The same file may be chosen again after it was removed.
    input.value = '';
  };
  const most = sizeIn(locale, (site?.files.max_mib ?? 10) * 1_048_576);
  const error = uploads.error || form.errors.files;
  return (
    <div key="files">
      <b>{words.files}</b>
      <label class="pick">
        <input
          {...described(form, 'files')}
          class="hidden files"
          type="file"
          multiple
          accept={site?.files.types.join()}
          onChange={pick}
        />
        <span>{words.addFiles}</span>
      </label>
      {Note(form, 'files', error, words.filesHint.replace('%', most))}
      <ul aria-label={words.files}>{uploads.items.map((item) => File(form, item))}</ul>
    </div>
  );
}

function File({ words, uploads, desk }: Form, item: UploadItem): Child {
  const { name, size, ref, error, share, key } = item;
  return (
    <li key={key} class="file">
      <div>
        <p class="name">{name}</p>
        {error ? (
          <p class="error" role="alert">
            {error}
          </p>
        ) : (
          <small role="status">
            {sizeIn(desk.host.speech.locale, size)} ·{' '}
            {ref ? words.ready : `${words.uploading} ${Math.round(share * 100)} %`}
          </small>
        )}
        {!ref && !error && <progress aria-label={`${words.uploading} ${name}`} value={share} />}
      </div>
      <button type="button" class="link" aria-label={`${words.remove}: ${name}`} onClick={() => uploads.remove(item)}>
        {words.remove}
      </button>
    </li>
  );
}

function Code(form: Form): Child {
  const { words, proof, desk } = form;
  const { challenge } = proof;
  const image = challenge?.kind === 'code' ? challenge.image : '';
  const paint = (element: HTMLElement) => {
    if (!image || element.dataset['of'] === proof.id) return;
    element.dataset['of'] = proof.id;
    paintUrl(element as HTMLCanvasElement, image).catch(() => proof.fail());
  };
  const listen = async () => {
    // After a reload the sound is gone, and so another challenge is asked for.
    if (proof.challenge?.kind === 'code' && !proof.challenge.audio) await proof.another();
    const audio = proof.challenge?.kind === 'code' && proof.challenge.audio;
    if (audio) await play(audio).catch(() => proof.fail());
  };
  const another = async () => {
    await proof.another();
    form.input('captcha', '');
    desk.focus = '.captcha';
    desk.host.render();
  };
  const input = (
    <input
      {...described(form, 'captcha')}
      class="captcha"
      inputmode="numeric"
      autocomplete="off"
      required
      value={form.answer}
      onInput={(event) => form.input('captcha', (event.target as HTMLInputElement).value)}
    />
  );
  return (
    <div key="code" class="code">
      <canvas width={240} height={80} role="img" aria-label={words.picture} aria-busy={!image} ref={paint} />
      <div>
        <button type="button" class="link" onClick={listen}>
          {words.listen}
        </button>
        <button type="button" class="link" onClick={another}>
          {words.another}
        </button>
      </div>
      {Labelled(form, 'captcha', words.code, input, proof.failed ? words.noCode : '')}
    </div>
  );
}

function Work({ words, proof, errors }: Form): Child {
  return (
    <p key="work" role="status" class={errors.captcha ? 'error' : 'hint'}>
      {proof.failed ? words.unproved : proof.solved ? words.proved : words.proving}
    </p>
  );
}

function Receipt({ words, desk }: Form, sent: Sent): Child {
  const { speech } = desk.host;
  const due = (label: string, at: number | null) =>
    at !== null && (
      <p>
        {label} <b title={speech.date(at)}>{speech.opening(at, Date.now() + (desk.view?.skew ?? 0))}</b>
      </p>
    );
  return (
    <>
      <h3 class="sent" tabIndex={-1}>
        {words.sent} {sent.number}
      </h3>
      <p>
        {words.mailed} {sent.email}.
      </p>
      {due(words.first, sent.first)}
      {due(words.solved, sent.solved)}
      {sent.warnings.map((warning) => (
        <p key={warning} class="hint">
          {warning}
        </p>
      ))}
      <a class="main" href={sent.url} target="_blank" rel="noopener">
        {words.look}
      </a>
      <p class="hint">{words.keep}</p>
    </>
  );
}
