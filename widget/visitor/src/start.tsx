/** Before the chat: the message first, then who is asking, in one small form. */

import type { Desk, Field } from './desk.ts';
import { type Child, Fragment, h } from './dom.ts';

export function Start(desk: Desk) {
  const { ask, greeting } = desk.channel;
  const first = ask[0] === 'message' && !desk.draft.details;
  const submit = (event: Event) => {
    event.preventDefault();
    if (first) desk.next();
    else desk.start();
  };
  return (
    <form class="body" noValidate onSubmit={submit}>
      {greeting && (first || ask[0] !== 'message') && <p>{greeting}</p>}
      {first ? FirstMessage(desk) : Details(desk)}
    </form>
  );
}

function FirstMessage(desk: Desk) {
  const { words } = desk;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    desk.next();
  };
  return (
    <>
      <Labelled desk={desk} field="message" label={words.first}>
        <textarea {...control(desk, 'message')} rows={5} maxLength={4000} onKeyDown={onKeyDown} />
      </Labelled>
      <button class="main">{words.next}</button>
    </>
  );
}

function Details(desk: Desk) {
  const { words } = desk;
  const { ask } = desk.channel;
  return (
    <>
      {ask[0] === 'message' ? (
        <div class="quote mine">
          <p class="bubble">{desk.draft.message}</p>
          <button type="button" class="link" aria-label={`${words.edit}: ${words.message}`} onClick={() => desk.edit()}>
            {words.edit}
          </button>
        </div>
      ) : (
        <p>{words.who}</p>
      )}
      {ask.includes('name') && (
        <Labelled desk={desk} field="name" label={words.name}>
          <input {...control(desk, 'name')} autocomplete="name" maxLength={80} />
        </Labelled>
      )}
      {ask.includes('email') && (
        <Labelled desk={desk} field="email" label={words.email}>
          <input {...control(desk, 'email')} type="email" autocomplete="email" maxLength={254} />
        </Labelled>
      )}
      {ask.includes('department') && Department(desk)}
      {ask.includes('message') && ask[0] !== 'message' && (
        <Labelled desk={desk} field="message" label={words.message}>
          <textarea {...control(desk, 'message')} rows={3} maxLength={4000} />
        </Labelled>
      )}
      <button class="main">{words.start}</button>
    </>
  );
}

function Department(desk: Desk) {
  const { words } = desk;
  const { any, departments } = desk.channel;
  const live = desk.view?.channel?.departments;
  return (
    <Labelled desk={desk} field="department" label={words.department}>
      <select {...control(desk, 'department')}>
        <option value="">{words.choose}</option>
        {any && <option value="any">{words.any}</option>}
        {(live ?? departments).map(({ id, name }) => {
          const state = live?.find((one) => one.id === id)?.state ?? 'open';
          return (
            <option key={id} value={id} disabled={state !== 'open'}>
              {name}
              {state !== 'open' && ` (${state === 'busy' ? words.full : words.shut})`}
            </option>
          );
        })}
      </select>
    </Labelled>
  );
}

interface LabelledProps {
  desk: Desk;
  field: Field;
  label: string;
  children: Child;
}

/** A control with its label above and what is wrong with it below. */
function Labelled({ desk, field, label, children }: LabelledProps) {
  const error = desk.errors[field];
  return (
    <div>
      <label for={idOf(desk, field)}>{label}</label>
      {children}
      {error && (
        <p class="error" id={`${idOf(desk, field)}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

const idOf = (desk: Desk, field: Field): string => `${field}-${desk.channel.id}`;

function control(desk: Desk, field: Field) {
  const wrong = !!desk.errors[field];
  const onInput = (event: Event) => desk.input(field, (event.target as HTMLInputElement).value);
  return {
    id: idOf(desk, field),
    class: field,
    name: field,
    value: desk.draft[field],
    required: true,
    'aria-invalid': wrong,
    'aria-describedby': wrong ? `${idOf(desk, field)}-error` : undefined,
    onInput,
  };
}

/** Sent, not acknowledged: the message stands there as pending. */
export function Starting(desk: Desk) {
  const { words } = desk;
  return (
    <div class="body mine">
      {desk.draft.message && <p class="bubble">{desk.draft.message}</p>}
      <p role="status">{words.starting}</p>
    </div>
  );
}
