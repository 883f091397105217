/** After the chat: a rating in words, and the transcript. */

import type { Desk } from '../desk.ts';
import { type Child, Fragment, h } from '../dom.ts';
import { type EndedWords, endedWords } from './words.ts';

export class Ended {
  private chat_ = '';
  private score_ = 0;
  private mailed_ = false;

  constructor(readonly desk: Desk) {}

  get words(): EndedWords {
    return endedWords(this.desk.host.speech.locale);
  }

  /** What was chosen and asked for in this chat, not in one before. */
  get state(): { score: number; mailed: boolean } {
    const { id = '' } = this.desk.view?.chat ?? {};
    if (id !== this.chat_) Object.assign(this, { chat_: id, score_: 0, mailed_: false });
    return { score: this.score_, mailed: this.mailed_ };
  }

  scored(score: number): void {
    this.score_ = score;
    this.desk.host.render();
  }

  async rate(comment: string): Promise<void> {
    await this.desk.attempt({ do: 'rate', score: this.score_, comment });
  }

  async transcript(): Promise<void> {
    this.mailed_ = await this.desk.attempt({ do: 'transcript' });
    this.desk.host.render();
  }
}

export function View(ended: Ended): Child {
  const { words, desk } = ended;
  const rated = desk.view?.entries.some((entry) => entry.kind === 'rated');
  return (
    <>
      {rated ? <p role="status">{words.rated}</p> : Rating(ended)}
      {ended.state.mailed ? (
        <p role="status">{words.mailed}</p>
      ) : (
        <button key="mail" class="link" onClick={() => ended.transcript()}>
          {words.transcript}
        </button>
      )}
    </>
  );
}

function Rating(ended: Ended): Child {
  const { words, state, desk } = ended;
  const submit = (event: Event) => {
    event.preventDefault();
    void ended.rate((event.target as HTMLFormElement).querySelector('textarea')?.value.trim() ?? '');
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
                checked={state.score === i + 1}
                onChange={() => ended.scored(i + 1)}
              />
              <span>
                <b>{i + 1}</b> {word}
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      {state.score > 0 && (
        <>
          <textarea rows={2} maxLength={1000} aria-label={words.comment} placeholder={words.comment} />
          <button class="main">{words.sendRating}</button>
        </>
      )}
    </form>
  );
}
