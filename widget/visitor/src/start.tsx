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
      {Control(desk, 'message', words.first, 'textarea', { rows: 5, maxLength: 4000, onKeyDown })}
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
      {ask.includes('name') && Control(desk, 'name', words.name, 'input', { autocomplete: 'name', maxLength: 80 })}
      {ask.includes('email') &&
        Control(desk, 'email', words.email, 'input', { type: 'email', autocomplete: 'email', maxLength: 254 })}
      {ask.includes('department') && Department(desk)}
      {ask.includes('message') &&
        ask[0] !== 'message' &&
        Control(desk, 'message', words.message, 'textarea', { rows: 3, maxLength: 4000 })}
      <button class="main">{words.start}</button>
    </>
  );
}

function Department(desk: Desk) {
  const { words } = desk;
  const { any, departments } = desk.channel;
  const live = desk.view?.channel?.departments;
  return Control(
    desk,
    'department',
    words.department,
    'select',
    {},
    <>
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
    </>,
  );
}

/** A control with its label above and what is wrong with it below. */
function Control(desk: Desk, field: Field, label: string, tag: string, more: h.JSX.Attributes, children?: Child) {
  const error = desk.errors[field];
  const id = `${field}-${desk.channel.id}`;
  const note = `${id}-error`;
  return (
    <div>
      <label for={id}>{label}</label>
      {h(
        tag,
        {
          ...more,
          id,
          class: field,
          name: field,
          value: desk.draft[field],
          required: true,
          'aria-invalid': !!error,
          'aria-describedby': error && note,
          onInput: (event: Event) => desk.input(field, (event.target as HTMLInputElement).value),
        },
        children,
      )}
      {error && (
        <p class="error" id={note} role="alert">
          {error}
        </p>
      )}
    </div>
  );
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
