/** Tells that somebody types and what so far: now and then while the hands move, and once when they rest. */

const EVERY_MS = 1_000;
const ENDS_MS = 5_000;
/** A draft is a hint for the agent; its beginning is enough. */
const MOST_LETTERS = 2_000;

export class Typing {
  private toldAt_ = 0;
  private timer_: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly tell_: (on: boolean, draft: string) => void) {}

  /** This stands in the box now. */
  typed(text: string): void {
    const now = Date.now();
    if (text && now - this.toldAt_ >= EVERY_MS) {
      this.toldAt_ = now;
      this.tell_(true, text.slice(0, MOST_LETTERS));
    }
    clearTimeout(this.timer_);
    if (text) this.timer_ = setTimeout(() => this.stop(text), ENDS_MS);
    else this.stop();
  }

  /** The hands rest. What was typed so far stays visible to the agent. */
  stop(draft = ''): void {
    clearTimeout(this.timer_);
    if (!this.toldAt_) return;
    this.toldAt_ = 0;
    this.tell_(false, draft.slice(0, MOST_LETTERS));
  }
}
