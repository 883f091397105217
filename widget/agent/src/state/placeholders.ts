/** Saved replies: `{{nombre}}` and its like are filled in when a reply is put into a message. Pure. */

/** What the console may know; the Spanish and the English word mean the same. */
const words = {
  name: ['nombre', 'name'],
  agent: ['agente', 'agent'],
  number: ['folio', 'number'],
  department: ['departamento', 'department'],
  email: ['correo', 'email'],
} as const;

export type PlaceholderValues = Partial<Record<keyof typeof words, string>>;

/** The placeholders in one language, as they are written in a text. */
export function placeholderNames(lang: 'es-MX' | 'en'): string[] {
  return Object.values(words).map(([spanish, english]) => `{{${lang === 'en' ? english : spanish}}}`);
}

const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/gu;

/** Puts in what is known. What is not, misspelled names too, stays as it is written: a gap that nobody overlooks. */
export function fill(text: string, values: PlaceholderValues): string {
  return text.replace(placeholder, (gap, written: string) => {
    const word = written.toLowerCase();
    const known = Object.entries(words).find(([, names]) => (names as readonly string[]).includes(word));
    return (known && values[known[0] as keyof typeof words]?.trim()) || gap;
  });
}

export interface Gap {
  from: number;
  to: number;
  text: string;
}

/** The gaps that are left, in order. */
export function gaps(text: string): Gap[] {
  return [...text.matchAll(placeholder)].map((match) => ({
    from: match.index,
    to: match.index + match[0].length,
    text: match[0],
  }));
}

/** Whether a `/` typed there asks for the saved replies: at the start or after a blank, so that "y/o" stays "y/o". */
export function asksForReplies(text: string, caret: number): boolean {
  return text[caret - 1] === '/' && (caret === 1 || /\s/u.test(text[caret - 2] ?? ''));
}
