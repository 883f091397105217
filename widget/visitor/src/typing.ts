/** Tells that somebody types and what so far: at once, then once a second while it changes, and when the hands rest. */

const EVERY_MS = 1_000;
const ENDS_MS = 5_000;
/** A draft is a hint for the agent; its beginning is enough. */
const MOST_LETTERS = 2_000;

export class Typing {
  private text_ = '';
  private told_: string | undefined;
  private next_: ReturnType<typeof setTimeout> | undefined;
  private rest_: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly tell_: (on: boolean, draft: string) => void) {}

  /** This stands in the box now. */
  typed(text: string): void {
    if (!text) return this.stop();
    this.text_ = text;
    if (this.next_ === undefined) this.follow_();
    clearTimeout(this.rest_);
    this.rest_ = setTimeout(() => this.stop(text), ENDS_MS);
  }

  /** Says what is new, and looks again after a while. */
  private follow_(): void {
    this.next_ = undefined;
    if (this.told_ === this.text_) return;
    this.tell_(true, (this.told_ = this.text_).slice(0, MOST_LETTERS));
    this.next_ = setTimeout(() => this.follow_(), EVERY_MS);
  }

  /** The hands rest. What was typed so far stays visible to the agent. */
  stop(draft = ''): void {
    clearTimeout(this.rest_);
    clearTimeout(this.next_);
    this.next_ = undefined;
    if (this.told_ === undefined) return;
    this.told_ = undefined;
    this.tell_(false, draft.slice(0, MOST_LETTERS));
  }
}
