/** Beside a due time of the page, how long it is until then: "en 3 horas". */

const MINUTE_MS = 60_000;

/** In the largest unit of which there is more than one. */
export function inWords(from_ms: number, locale: string): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const minutes = Math.round(from_ms / MINUTE_MS);
  if (Math.abs(minutes) < 120) return format.format(minutes, 'minute');
  const hours = Math.round(minutes / 60);
  if (Math.abs(hours) < 48) return format.format(hours, 'hour');
  return format.format(Math.round(hours / 24), 'day');
}

/** Elements `time[data-due]` hold a time in milliseconds. */
export function tellDue(page: Document, now = Date.now()): void {
  for (const time of page.querySelectorAll<HTMLElement>('time[data-due]')) {
    let beside = time.nextElementSibling;
    if (!beside?.matches('.due-in')) {
      beside = page.createElement('span');
      beside.className = 'due-in quiet';
      time.after(beside);
    }
    const text = ` (${inWords(Number(time.dataset['due']) - now, page.documentElement.lang)})`;
    if (beside.textContent !== text) beside.textContent = text;
  }
}
