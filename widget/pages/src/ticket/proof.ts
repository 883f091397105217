/** The code of the page, renewed without loading it anew; or work that is done while the form is filled in. */
import {
  CHALLENGE_MS,
  type Challenge,
  type CodeChallenge,
  freshChallenge,
  type PowChallenge,
} from '../../../client/src/forms/captcha.ts';
import { solvePow } from '../../../client/src/pow.ts';
import type { PageWords } from './words.ts';

export class Proof {
  private kind_: Challenge['kind'];
  private timer_: ReturnType<typeof setTimeout> | undefined;
  private done_: Promise<boolean> = Promise.resolve(true);

  /** `renewed` is called when a challenge has come, the first or another one. */
  constructor(
    private readonly form_: HTMLFormElement,
    private readonly words_: PageWords,
    private readonly renewed_: () => void,
  ) {
    this.kind_ = form_.dataset['captcha'] === 'code' ? 'code' : 'pow';
    form_.querySelector('#captcha-new')?.addEventListener('click', (event) => {
      event.preventDefault();
      void this.another().then(() => this.input('captcha_answer')?.focus());
    });
    if (this.kind_ === 'pow') this.begin_();
    else this.lapse_();
  }

  input(name: string): HTMLInputElement | null {
    return this.form_.querySelector(`[name=${name}]`);
  }

  get id(): string {
    return this.input('captcha_id')?.value ?? '';
  }

  get answer(): string {
    return this.input('captcha_answer')?.value ?? '';
  }

  /** A code must be typed; work does itself. */
  get typed(): boolean {
    return this.kind_ === 'code';
  }

  private begin_(): void {
    this.show_(false);
    void this.another();
  }

  /** Where work cannot be done, a code that the page has is as good. */
  private show_(code: boolean): void {
    const place = this.form_.querySelector<HTMLElement>('#captcha-code');
    if (place) place.hidden = !code;
    const answer = this.input('captcha_answer');
    if (answer) answer.required = code;
  }

  private say_(text: string): void {
    const status = this.form_.querySelector<HTMLElement>('#captcha-status');
    if (!status) return;
    status.textContent = text;
    status.hidden = !text;
  }

  /** A fresh challenge; whether it could be had. */
  async another(): Promise<boolean> {
    clearTimeout(this.timer_);
    if (!this.typed) this.say_(this.words_.proving);
    try {
      const challenge = await freshChallenge('', document.documentElement.lang, this.kind_);
      const id = this.input('captcha_id');
      const answer = this.input('captcha_answer');
      if (id) id.value = challenge.id;
      if (answer) answer.value = '';
      if (challenge.kind === 'code') this.draw_(challenge);
      else this.done_ = this.work_(challenge);
      this.lapse_();
      // The first one, too: files may wait for it.
      this.renewed_();
      return true;
    } catch {
      this.say_(this.typed ? this.words_.noCode : this.words_.unproved);
      return false;
    }
  }

  /** One that has lapsed is replaced before anybody types what it says. */
  private lapse_(): void {
    this.timer_ = setTimeout(() => this.another(), CHALLENGE_MS);
  }

  private draw_({ image, audio }: CodeChallenge): void {
    this.form_.querySelector('#captcha-image')?.setAttribute('src', image);
    this.form_.querySelector('#captcha-audio')?.setAttribute('src', audio ?? '');
    this.say_(this.words_.newCode);
  }

  private async work_(challenge: PowChallenge): Promise<boolean> {
    try {
      const answer = await solvePow(challenge);
      if (this.id !== challenge.id) return false;
      const input = this.input('captcha_answer');
      if (input) input.value = answer;
      this.say_(this.words_.proved);
      return true;
    } catch {
      return this.unable_();
    }
  }

  private unable_(): boolean {
    if (this.form_.dataset['captcha'] !== 'both') {
      this.say_(this.words_.unproved);
      return false;
    }
    this.kind_ = 'code';
    this.show_(true);
    void this.another();
    return false;
  }

  /** When there is an answer to send; whether there is one. */
  async ready(): Promise<boolean> {
    if (this.typed) return true;
    if (await this.done_) return true;
    if (!this.typed && (await this.another())) return this.done_;
    return false;
  }
}
