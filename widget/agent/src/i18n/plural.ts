/** "1 mensaje", "2 mensajes", "1,234 mensajes": the number as the language writes it, with the word in its right form. */
export function counted(locale: string): (count: number, one: string, other: string) => string {
  const rules = new Intl.PluralRules(locale);
  const digits = new Intl.NumberFormat(locale);
  return (count, one, other) => `${digits.format(count)} ${rules.select(count) === 'one' ? one : other}`;
}
