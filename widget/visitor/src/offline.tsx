/** Nobody can take a chat: when somebody will, and every other way to be helped, with what was typed kept. */

import type { Desk } from './desk.ts';
import { h } from './dom.ts';

/** To the form in this window; opened elsewhere (middle button, another tab) to the page of it. */
export function TicketLink(desk: Desk, look: string) {
  return (
    <a class={look} href={desk.ticketUrl()} target="_blank" rel="noopener" onClick={(event) => desk.ticketing(event)}>
      {desk.words.leave}
    </a>
  );
}

export function Offline(desk: Desk) {
  const { speech, site } = desk.host;
  const { words, locale } = speech;
  const { view, draft } = desk;
  const channel = view?.channel;
  const opens = channel?.opens_at;
  const why = desk.stopped ? words.cut : channel?.state === 'busy' ? words.busy : words.offline;
  return (
    <div class="body">
      <p role="status">
        <b>{why}</b>
      </p>
      {opens != null && (
        <p>
          {words.opens} {speech.opening(opens, Date.now() + (view?.skew ?? 0))}
        </p>
      )}
      {draft.message && (
        <div class="quote mine">
          <p>{words.kept}</p>
          <p class="bubble">{draft.message}</p>
        </div>
      )}
      {TicketLink(desk, 'main')}
      {site.phones.length > 0 && (
        <ul aria-label={words.call}>
          {site.phones.map(({ label, number, hours }) => (
            <li key={number}>
              <a href={`tel:${number.replace(/[^\d+]/g, '')}`}>
                {label} <b>{number}</b>
              </a>
              {hours && <small>{locale === 'en' ? hours.en : hours.es}</small>}
            </li>
          ))}
        </ul>
      )}
      {site.email && (
        <p>
          <a href={`mailto:${site.email}`}>{site.email}</a>
        </p>
      )}
    </div>
  );
}
