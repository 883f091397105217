/** That the visitor is no robot: a code to be typed, or work that is done while the form is filled in. */
import { CHALLENGE_MS, type Challenge, freshChallenge, type PowChallenge } from '../../../client/src/forms/captcha.ts';
import { solvePow } from '../../../client/src/pow.ts';

export interface ProofOptions {
  server: string;
  locale(): string;
  /** A challenge came: what belonged to the one before is worth nothing any more. */
  renewed(): void;
  changed(): void;
}

interface Kept {
  challenge: Challenge;
  until: number;
}

export class Proof {
  kind: Challenge['kind'] = 'code';
  failed = false;
  solved = false;
  private now_: Kept | undefined;
  private timer_: ReturnType<typeof setTimeout> | undefined;
  private either_ = false;
  private working_ = new AbortController();
  private done_ = Promise.resolve('');
  private coming_: Promise<void> | undefined;

  constructor(private readonly options_: ProofOptions) {}

  get id(): string {
    return this.now_?.challenge.id ?? '';
  }

  get challenge(): Challenge | undefined {
    return this.now_?.challenge;
  }

  /** For a reload of the page. A sound is large and can be had again. */
  get kept(): Kept | undefined {
    if (!this.now_) return undefined;
    const { challenge, until } = this.now_;
    return { until, challenge: challenge.kind === 'code' ? { ...challenge, audio: '' } : challenge };
  }

  restore(kept: Kept | undefined): void {
    if (kept && kept.until > Date.now()) this.now_ = kept;
  }

  /** With `both`, people are spared the code unless their browser cannot do the work. */
  async begin(mode: 'code' | 'pow' | 'both'): Promise<void> {
    const kind = mode === 'code' ? mode : 'pow';
    this.either_ = mode === 'both';
    this.kind = kind;
    if (this.now_?.challenge.kind === kind) this.use_(this.now_);
    else await this.another();
  }

  /** A fresh challenge in the place of what is there. */
  another(): Promise<void> {
    return (this.coming_ ??= this.fetch_().finally(() => {
      this.coming_ = undefined;
    }));
  }

  private async fetch_(): Promise<void> {
    const { options_: options } = this;
    this.stop();
    this.failed = false;
    this.now_ = undefined;
    this.solved = false;
    options.changed();
    try {
      const challenge = await freshChallenge(options.server, options.locale(), this.kind);
      this.use_({ challenge, until: Date.now() + CHALLENGE_MS });
      // The first one, too: files may wait for it, or belong to one that has lapsed.
      options.renewed();
    } catch {
      this.failed = true;
    }
    options.changed();
  }

  private use_(kept: Kept): void {
    this.now_ = kept;
    // One that has lapsed is replaced before anybody types what it says.
    this.timer_ = setTimeout(() => this.another(), kept.until - Date.now());
    const { challenge } = kept;
    this.working_ = new AbortController();
    if (challenge.kind === 'pow') this.done_ = this.work_(challenge);
    this.options_.changed();
  }

  private async work_(challenge: PowChallenge): Promise<string> {
    try {
      const solved = await solvePow(challenge, this.working_.signal);
      if (this.id === challenge.id) this.solved = true;
      return solved;
    } catch {
      if (this.id === challenge.id) {
        this.fail();
        if (this.either_) {
          await this.coming_;
          await this.begin('code');
        }
      }
      return '';
    } finally {
      this.options_.changed();
    }
  }

  /** What the desk is told: the code as typed, or the finished work; empty if there is none. */
  async answer(typed: string): Promise<string> {
    if (!this.id || (this.kind === 'pow' && this.failed)) await this.another();
    return this.kind === 'code' ? typed : this.done_;
  }

  /** It is here, and of no use: the browser cannot show or play it. */
  fail(): void {
    this.failed = true;
    this.options_.changed();
  }

  stop(): void {
    clearTimeout(this.timer_);
    this.working_.abort();
  }
}
