/** Nobody can take a chat: when somebody will, and every other way to be helped, with what was typed kept. */
import { h } from './dom.ts';
import type { Desk } from './desk.ts';
import { Icon } from './icons.tsx';

export function Offline({ desk }: { desk: Desk }) {
  const { speech, site } = desk.host;
  const { words, locale } = speech;
  const { view, draft } = desk;
  const channel = view?.channel;
  const opens = channel?.opens_at;
  const why = view?.connection === 'stopped' ? words.cut : channel?.state === 'busy' ? words.busy : words.offline;
  return (
    <div class="body">
      <p role="status">
        <strong>{why}</strong>
      </p>
      {opens != null && (
        <p>
          {words.opens} {speech.opening(opens, Date.now() + (view?.skew ?? 0))}.
        </p>
      )}
      {draft.message && (
        <div class="quote">
          <p>{words.kept}</p>
          <p class="bubble mine">{draft.message}</p>
        </div>
      )}
      <a class="main" href={desk.ticketUrl()} target="_blank" rel="noopener">
        {words.leave}
      </a>
      {site.phones.length > 0 && (
        <ul class="phones" aria-label={words.call}>
          {site.phones.map(({ label, number, hours }) => (
            <li key={number}>
              <a href={`tel:${number.replace(/[^\d+]/g, '')}`}>
                <Icon name="phone" />
                <span>
                  {label}
                  <b>{number}</b>
                </span>
              </a>
              {hours && <small>{locale === 'en' ? hours.en : hours.es}</small>}
            </li>
          ))}
        </ul>
      )}
      {site.email && (
        <p>
          {words.write} <a href={`mailto:${site.email}`}>{site.email}</a>
        </p>
      )}
    </div>
  );
}
