/** The launchers and the windows: what the shadow root shows. */

import type { Desk } from './desk.ts';
import { Fragment, h } from './dom.ts';
import { Icon } from './icons.tsx';
import { Offline, TicketLink } from './offline.tsx';
import { Start, Starting } from './start.tsx';
import { Log, Talk } from './talk.tsx';

export function App(desks: Desk[], muted: boolean, mute: () => void) {
  return desks.map((desk) => (
    <div key={desk.channel.id} class={`desk ${desk.channel.side}`}>
      {desk.open && Window(desk, muted, mute)}
      {Launcher(desk)}
    </div>
  ));
}

function Launcher(desk: Desk) {
  const { channel, unread, open } = desk;
  const { speech } = desk.host;
  return (
    <button class={`launch launch-${channel.side}`} aria-expanded={open} onClick={() => desk.setOpen(!open)}>
      {Icon(open ? 'down' : 'chat')}
      <span>{channel.title}</span>
      {unread > 0 && (
        <b class="badge">
          {unread}
          <span class="hidden"> {speech.words.unread}</span>
        </b>
      )}
    </button>
  );
}

function Window(desk: Desk, muted: boolean, mute: () => void) {
  const { words } = desk;
  const { title, id } = desk.channel;
  const chatting = desk.phase === 'talk';
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.isComposing) return;
    event.stopPropagation();
    if (desk.ending) desk.ask(false);
    else desk.setOpen(false);
  };
  const drop = (event: Event) => desk.drop(event);
  return (
    <section
      class="window"
      role="dialog"
      aria-labelledby={`title-${id}`}
      onKeyDown={onKeyDown}
      onDragOver={drop}
      onDrop={drop}
      onPaste={drop}
    >
      <div class="head">
        <div>
          <h2 id={`title-${id}`} tabIndex={-1}>
            {title}
          </h2>
          {Subtitle(desk)}
        </div>
        {muted ? Tool('silent', words.unmute, mute) : Tool('sound', words.mute, mute)}
        {Tool('down', words.minimise, () => desk.setOpen(false))}
        {chatting && Tool('end', words.end, () => desk.ask(true))}
      </div>
      {Bars(desk)}
      {Body(desk)}
    </section>
  );
}

function Tool(name: 'silent' | 'sound' | 'down' | 'end', label: string, onClick: () => void) {
  return (
    <button class="tool" aria-label={label} title={label} onClick={onClick}>
      {Icon(name)}
    </button>
  );
}

/** Who is there: the agent, or whether and how fast somebody will be. */
function Subtitle(desk: Desk) {
  const { speech } = desk.host;
  const { words } = speech;
  const { view, phase } = desk;
  const agent = phase === 'talk' && view?.chat?.agent;
  if (desk.stopped) return <p>○ {words.isOffline}</p>;
  if (agent) {
    return <p>● {agent.name}</p>;
  }
  if (!view?.channel) return <p>{words.connecting}</p>;
  const { state, departments } = view.channel;
  if (state !== 'open') {
    return <p>○ {state === 'busy' ? words.isBusy : words.isOffline}</p>;
  }
  const waits = departments.flatMap((d) => (d.state === 'open' && typeof d.wait_s === 'number' ? d.wait_s : []));
  return (
    <p>
      ● {words.online}
      {phase === 'start' &&
        waits.length > 0 &&
        ` · ${words.answersIn}${Math.max(1, Math.ceil(Math.min(...waits) / 60))} min`}
    </p>
  );
}

/** What is said in one line above everything: no connection, something that failed, a question. */
function Bars(desk: Desk) {
  const { words } = desk;
  const { view, notice, ending } = desk;
  const cut = view?.connection === 'waiting' || view?.code;
  return (
    <>
      <div role="status">
        {desk.stopped
          ? view?.chat && (
              <p class="bar bad">
                {words.over} {TicketLink(desk, 'link')}
              </p>
            )
          : cut && <p class="bar">{words.reconnecting}</p>}
        {notice && <p class="bar bad">{notice}</p>}
      </div>
      {ending && (
        <div class="bar" role="group" aria-label={words.endSure}>
          <p>{words.endSure}</p>
          <button class="link yes" onClick={() => desk.close()}>
            {words.yesEnd}
          </button>
          <button class="link" onClick={() => desk.ask(false)}>
            {words.no}
          </button>
        </div>
      )}
    </>
  );
}

function Body(desk: Desk) {
  const form = desk.draft.ticketing && desk.part('ticket');
  if (form) return form.draw();
  switch (desk.phase) {
    case 'start':
      return Start(desk);
    case 'starting':
      return Starting(desk);
    case 'talk':
      return Talk(desk);
    case 'ended':
      return (
        <>
          {Log(desk)}
          <div class="foot">
            {desk.part('ended')?.draw()}
            <button class="link" onClick={() => desk.again()}>
              {desk.words.again}
            </button>
          </div>
        </>
      );
    case 'offline':
      return Offline(desk);
  }
}
