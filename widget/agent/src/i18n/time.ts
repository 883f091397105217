/** Times as people read them, in the site's zone. Pure: "now" is an argument. */
import type { Texts } from './es.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Intl objects are slow to make and are asked for at every line of a log. */
const formats = new Map<string, Intl.DateTimeFormat>();

function format(locale: string, zone: string, key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = `${locale} ${zone} ${key}`;
  let found = formats.get(name);
  if (!found) {
    found = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
    formats.set(name, found);
  }
  return found;
}

export class Clock {
  constructor(
    private readonly t: Texts,
    private readonly zone: string,
  ) {}

  /** `2026-11-23`, for telling days apart. */
  day(at: number): string {
    return format('en-CA', this.zone, 'day', { year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);
  }

  /** "16:05" */
  time(at: number): string {
    return format(this.t.lang, this.zone, 'time', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
  }

  /** "23 de noviembre de 2026, 16:05:09 GMT-6": what the tooltip says. */
  exact(at: number): string {
    return format(this.t.lang, this.zone, 'exact', {
      dateStyle: 'long',
      timeStyle: 'long',
      hourCycle: 'h23',
    }).format(at);
  }

  /** "Hoy", "Ayer", "lunes, 16 de noviembre" */
  dayName(at: number, now: number): string {
    const name = this.day(at);
    if (name === this.day(now)) return this.t.log.today;
    if (name === this.day(now - day)) return this.t.log.yesterday;
    const sameYear = name.slice(0, 4) === this.day(now).slice(0, 4);
    return format(this.t.lang, this.zone, `long${sameYear}`, {
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      ...(sameYear ? {} : { year: 'numeric' }),
    }).format(at);
  }

  /** "lun, 23 nov, 16:05": a moment that may lie ahead. */
  moment(at: number): string {
    return format(this.t.lang, this.zone, 'moment', {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }).format(at);
  }

  /** Relative while fresh: "ahora", "hace 5 min", then "hoy 09:12", "ayer 18:40", "12 nov 2026". */
  ago(at: number, now: number): string {
    const age = now - at;
    if (age < minute) return this.t.time.now;
    if (age < hour) return relative(this.t.lang).format(-Math.floor(age / minute), 'minute');
    const name = this.day(at);
    if (name === this.day(now)) return this.t.time.todayAt(this.time(at));
    if (name === this.day(now - day)) return this.t.time.yesterdayAt(this.time(at));
    return format(this.t.lang, this.zone, 'date', { day: 'numeric', month: 'short', year: 'numeric' }).format(at);
  }
}

function relative(lang: string): Intl.RelativeTimeFormat {
  return new Intl.RelativeTimeFormat(lang, { numeric: 'always', style: 'short' });
}

/** "45 s", "3 min", "1 h 20 min": how long something has lasted. The same in both languages. */
export function duration(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return `${s} s`;
  const min = Math.floor(s / 60);
  if (min < 60) return `${min} min`;
  const rest = min % 60;
  return rest ? `${Math.floor(min / 60)} h ${rest} min` : `${Math.floor(min / 60)} h`;
}

/** "50 min", "3 h 20 min", "2 d 3 h": a time that is far off needs no minutes. The same in both languages. */
export function span(ms: number): string {
  const hours = Math.floor(ms / hour);
  if (hours < 24) return duration(Math.max(ms, minute));
  const rest = hours % 24;
  return rest ? `${Math.floor(hours / 24)} d ${rest} h` : `${Math.floor(hours / 24)} d`;
}
