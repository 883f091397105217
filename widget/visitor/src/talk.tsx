/** The conversation: the log, the place in the line, and the box to write in. */

import type { Entry, OutboxItem } from '@ventanilla/client';
import type { Desk } from './desk.ts';
import { Fragment, h } from './dom.ts';
import { Icon } from './icons.tsx';
import { TicketLink } from './offline.tsx';
import type { Speech } from './words.ts';

export function Talk(desk: Desk) {
  return (
    <>
      {Log(desk)}
      {Composer(desk)}
    </>
  );
}

export function Log(desk: Desk) {
  const { words } = desk;
  const { view } = desk;
  const pending = view?.pending.filter((item) => item.type === 'message.send') ?? [];
  return (
    <>
      {/* Its style keeps the newest in sight unless somebody has scrolled up. Keyboards must reach what scrolls. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: as said. */}
      <div class="scroll" tabIndex={0} role="group" aria-label={words.log}>
        <div role="log">
          {view?.entries.map((entry, i) => Line(desk, entry, view.entries[i - 1]))}
          {pending.map((item) => Pending(desk, item))}
          {view?.chat?.status === 'queued' && Waiting(desk)}
        </div>
      </div>
      {view?.typing != null && (
        <p class="typing">
          {view.typing || words.agent} {words.typing}
        </p>
      )}
    </>
  );
}

function Waiting(desk: Desk) {
  const { speech } = desk.host;
  const chat = desk.view?.chat;
  return (
    <div class="waiting" role="status">
      <p>{speech.place(chat?.position ?? null, chat?.wait_s ?? null)}</p>
      <p>{speech.words.meanwhile}</p>
      {TicketLink(desk, 'link')}
    </div>
  );
}

const initials = (name: string): string =>
  name
    .trim()
    .split(/\s+/)
    .slice(0, 2)
    .map((part) => [...part][0] ?? '')
    .join('')
    .toUpperCase();

function Line(desk: Desk, entry: Entry, before: Entry | undefined) {
  const { speech } = desk.host;
  if (entry.kind !== 'message') {
    const said = say(entry, speech);
    return (
      said && (
        <p key={entry.seq} class="event">
          {said}
        </p>
      )
    );
  }
  const mine = entry.from.role === 'visitor';
  const name = mine ? speech.words.you : entry.from.name || speech.words.agent;
  // One head for what the same person says in a row.
  const goesOn = before?.kind === 'message' && before.from.role === entry.from.role && before.from.id === entry.from.id;
  const read = (desk.view?.chat?.read.agent ?? 0) >= entry.seq;
  const { file } = entry;
  const said = file ? (desk.part('files')?.draw(file) ?? file.name) : entry.text;
  return (
    <div key={entry.seq} class={`line ${mine ? 'mine' : 'theirs'}${goesOn ? ' more' : ''}`}>
      {!mine && <i aria-hidden="true">{goesOn ? '' : initials(name)}</i>}
      <div>
        {!goesOn && <span class={mine ? 'hidden' : 'who'}>{name}</span>}
        <p class="bubble">{said}</p>
        <span class="meta">
          <time dateTime={new Date(entry.at).toISOString()} title={speech.date(entry.at)}>
            {speech.ago(entry.at, Date.now() + (desk.view?.skew ?? 0))}
          </time>
          {mine && (read ? Mark(speech.words.read, '✓✓') : Mark(speech.words.delivered, '✓'))}
        </span>
      </div>
    </div>
  );
}

function Mark(label: string, sign: string) {
  return (
    <span role="img" aria-label={label} title={label}>
      {sign}
    </span>
  );
}

function Pending(desk: Desk, item: OutboxItem) {
  const { words, stopped } = desk;
  return (
    <div key={item.client_id} class="line mine pending">
      <div>
        <p class="bubble">{(item.fields as { text?: string }).text ?? words.file}</p>
        <span class="meta">{stopped ? Mark(words.unsent, '✕') : Mark(words.pending, '◷')}</span>
      </div>
    </div>
  );
}

/** An entry that is no message, in words. Nothing for what the visitor need not know. */
function say(entry: Entry, { words }: Speech): string | undefined {
  switch (entry.kind) {
    case 'queued':
      return entry.reason === 'agent_lost' ? words.lost : undefined;
    case 'assigned':
      return `${entry.agent.name} ${words.withYou}`;
    case 'transferred':
      return words.passed;
    case 'ticket':
      return `${words.ticket} ${entry.ticket.number}.`;
    case 'closed':
      return words.closed;
  }
  return undefined;
}

function Composer(desk: Desk) {
  const { words } = desk;
  const send = (event: Event) => {
    event.preventDefault();
    desk.submit();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) send(event);
  };
  const pick = (event: Event) => {
    const input = event.target as HTMLInputElement;
    // A list of its own: the input's is emptied below, before the part has come.
    void desk.take([...(input.files ?? [])]);
    // The same file may be chosen again.
    input.value = '';
  };
  return (
    <form class="composer" onSubmit={send}>
      {desk.uploading()}
      <label class="tool" title={words.file}>
        <input class="hidden" type="file" multiple aria-label={words.file} onChange={pick} />
        {Icon('clip')}
      </label>
      <textarea
        class="text"
        rows={2}
        maxLength={4000}
        aria-label={words.message}
        placeholder={words.first}
        value={desk.draft.text}
        onInput={(event) => desk.typed((event.target as HTMLTextAreaElement).value)}
        onKeyDown={onKeyDown}
      />
      <button class="send" aria-label={words.send} title={words.send}>
        {Icon('send')}
      </button>
    </form>
  );
}
