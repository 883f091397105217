/** The fields of a form as the server has drawn it: `#NAME`, with `#NAME-error` above it, and `#error-summary`. */
import { parseRfc } from '../../../client/src/rfc.ts';
import type { PageWords } from './words.ts';

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export class Fields {
  /** Fields whose mistakes the server or this page has told, in the order of the form. */
  private readonly errors_ = new Map<string, string>();

  constructor(
    readonly form: HTMLFormElement,
    private readonly words_: PageWords,
    private readonly names_: readonly string[],
  ) {
    for (const name of names_) {
      const control = this.control(name);
      control?.addEventListener('blur', () => this.left_(name));
      control?.addEventListener('input', () => this.tell(name, ''));
    }
  }

  control(name: string): Control | null {
    return this.form.querySelector<Control>(`[name="${name}"]`);
  }

  value(name: string): string {
    return this.control(name)?.value ?? '';
  }

  /** Says what is wrong with a field, or that nothing is. */
  tell(name: string, error: string): void {
    const place = this.form.querySelector<HTMLElement>(`#${name}-error`);
    if (error) this.errors_.set(name, error);
    else this.errors_.delete(name);
    if (!place) return;
    place.textContent = error;
    place.hidden = !error;
    place.closest('.field')?.classList.toggle('wrong', !!error);
    const control = this.control(name) ?? this.control(`${name}_answer`);
    if (error) control?.setAttribute('aria-invalid', 'true');
    else control?.removeAttribute('aria-invalid');
  }

  /** What was typed is judged when it is left; an empty field not before the form is sent. */
  private left_(name: string): void {
    if (this.value(name).trim()) this.tell(name, this.wrong(name));
    if (name === 'rfc') this.warn_();
  }

  /** A check digit that does not fit is no mistake: it stands where the hint was. */
  private warn_(): void {
    const hint = this.form.querySelector<HTMLElement>('#rfc-hint');
    if (!hint) return;
    hint.dataset['hint'] ??= hint.textContent ?? '';
    const odd = parseRfc(this.value('rfc'))?.checkDigitGood === false;
    hint.textContent = odd ? this.words_.oddRfc : hint.dataset['hint'];
  }

  /** What is wrong with a field by itself, or nothing. */
  wrong(name: string): string {
    const value = this.value(name).trim();
    const { words_: words } = this;
    if (!value) return this.control(name)?.required ? words.needed : '';
    if (name === 'email' && !/^[^\s@"<>(),;:]+@[^\s@.]+(\.[^\s@.]+)+$/.test(value)) return words.badEmail;
    return name === 'rfc' && !parseRfc(value) ? words.badRfc : '';
  }

  check(): void {
    for (const name of this.names_) this.tell(name, this.wrong(name));
  }

  /** Shows a summary of all that is wrong, puts the keyboard at the first of it; whether there was anything. */
  refuse(notice = ''): boolean {
    const summary = this.form.querySelector<HTMLElement>('#error-summary');
    const wrong = this.names_.filter((name) => this.errors_.has(name));
    if (summary) {
      summary.replaceChildren();
      summary.hidden = !notice && !wrong.length;
      if (notice) summary.append(element('p', {}, notice));
      if (wrong.length) summary.append(element('h2', {}, this.words_.wrong), this.list_(wrong));
    }
    const first = wrong[0];
    if (first) (this.control(first) ?? this.control(`${first}_answer`))?.focus();
    else if (notice) summary?.focus();
    return wrong.length > 0;
  }

  private list_(names: string[]): HTMLElement {
    const items = names.map((name) => {
      const anchor = this.control(name)?.id ?? this.control(`${name}_answer`)?.id ?? name;
      return element('li', {}, element('a', { href: `#${anchor}` }, `${this.title_(name)}${this.errors_.get(name)}`));
    });
    return element('ul', {}, ...items);
  }

  /** What a field is called: far from it, "this is needed" says too little. */
  private title_(name: string): string {
    const field = this.form.querySelector(`#${name}-error`)?.closest('.field');
    const title = field?.querySelector('label:not(.kept), legend')?.firstChild?.textContent?.trim();
    return title ? `${title}: ` : '';
  }
}

/** An element with attributes and content; text stays text. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...content: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}
