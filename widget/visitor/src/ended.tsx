/** After the chat: a rating in words, the transcript, and the way to a new one. */

import type { Desk } from './desk.ts';
import { Fragment, h } from './dom.ts';
import { Log } from './talk.tsx';

export function Ended(desk: Desk) {
  const { words } = desk;
  const rated = desk.view?.entries.some((entry) => entry.kind === 'rated');
  return (
    <>
      {Log(desk)}
      <div class="foot">
        {rated ? <p role="status">{words.rated}</p> : Rating(desk)}
        {desk.mailed ? (
          <p role="status">{words.mailed}</p>
        ) : (
          <button class="link" onClick={() => desk.transcript()}>
            {words.transcript}
          </button>
        )}
        <button class="link" onClick={() => desk.again()}>
          {words.again}
        </button>
      </div>
    </>
  );
}

function Rating(desk: Desk) {
  const { words } = desk;
  const submit = (event: Event) => {
    event.preventDefault();
    void desk.rate((event.target as HTMLFormElement).querySelector('textarea')?.value.trim() ?? '');
  };
  return (
    <form onSubmit={submit}>
      <fieldset>
        <legend>{words.rate}</legend>
        <div class="scores">
          {words.scores.split('|').map((word, i) => (
            <label key={word}>
              <input
                type="radio"
                name={`score-${desk.channel.id}`}
                checked={desk.score === i + 1}
                onChange={() => desk.scored(i + 1)}
              />
              <span>
                <b>{i + 1}</b> {word}
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      {desk.score > 0 && (
        <>
          <textarea rows={2} maxLength={1000} aria-label={words.comment} placeholder={words.comment} />
          <button class="main">{words.sendRating}</button>
        </>
      )}
    </form>
  );
}
