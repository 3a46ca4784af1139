import { regionOf } from './region.ts';
import { isolated, useWords } from './words.ts';

const DAY_MS = 86_400_000;

/** Times as people say them, in the reader's zone and their region's order. */
export function useTimes() {
  const { t, locale } = useWords();
  const apart = (items: string[]) => items.map((item) => isolated(item, locale.value));
  const region = () => regionOf(locale.value, navigator.languages);
  const format = (date: Date, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(region(), options).format(date);
  const relative = (amount: number, unit: Intl.RelativeTimeFormatUnit) =>
    new Intl.RelativeTimeFormat(region(), { numeric: 'auto' }).format(amount, unit);

  return {
    /** "Friday 25 December", or "today at 18:00" where the day is near. */
    day(iso: string, now = new Date()): string {
      const date = new Date(iso);
      const time = format(date, { timeStyle: 'short' });
      const days = daysBetween(now, date);
      if (days === 0) return t('times.todayAt', { time });
      if (days === 1) return t('times.tomorrowAt', { time });
      if (days === -1) return t('times.yesterdayAt', { time });
      const sameYear = date.getFullYear() === now.getFullYear();
      const named = format(date, {
        weekday: 'long',
        day: 'numeric',
        month: 'long',
        ...(!sameYear && { year: 'numeric' }),
      });
      return t('times.onDay', { date: named });
    },
    /** "Friday 25 December 2026 at 18:00", for what is read some other day. */
    longDay: (iso: string) => format(new Date(iso), { dateStyle: 'full', timeStyle: 'short' }),
    /** "3 November", for a day that a sentence names. */
    shortDay(iso: string, now = new Date()): string {
      const date = new Date(iso);
      const sameYear = date.getFullYear() === now.getFullYear();
      return format(date, {
        day: 'numeric',
        month: 'long',
        ...(!sameYear && { year: 'numeric' }),
      });
    },
    /** "in 30 days", "2 hours ago". */
    relative(iso: string, now = new Date()): string {
      const date = new Date(iso);
      const minutes = Math.round((date.getTime() - now.getTime()) / 60_000);
      if (minutes === 0) return date > now ? relative(1, 'minute') : t('times.justNow');
      if (Math.abs(minutes) < 60) return relative(minutes, 'minute');
      const days = daysBetween(now, date);
      if (Math.abs(minutes) < 24 * 60 && Math.abs(days) < 2)
        return relative(Math.round(minutes / 60), 'hour');
      return relative(days, 'day');
    },
    /** To the minute, with the name of the zone: for titles. */
    exact: (iso: string) =>
      format(new Date(iso), {
        dateStyle: 'full',
        timeStyle: 'short',
      }).concat(` (${zoneName(region())})`),
    number: (value: number) => new Intl.NumberFormat(region()).format(value),
    list: (items: string[]) => new Intl.ListFormat(region()).format(apart(items)),
    /** "Ada, Grace", where the sentence goes on with more. */
    row: (items: string[]) => new Intl.ListFormat(region(), { type: 'unit' }).format(apart(items)),
    /** "1:05" of 65 seconds. */
    clock: (seconds: number) =>
      [
        new Intl.NumberFormat(region()).format(Math.floor(seconds / 60)),
        new Intl.NumberFormat(region(), { minimumIntegerDigits: 2 }).format(seconds % 60),
      ].join(':'),
    zone: () => zoneName(region()),
  };
}

/** Nights between two instants, where the reader is. */
export function daysBetween(from: Date, to: Date): number {
  const midnight = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return (midnight(to) - midnight(from)) / DAY_MS;
}

function zoneName(region: string): string {
  const parts = new Intl.DateTimeFormat(region, { timeZoneName: 'short' }).formatToParts();
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? 'UTC';
}
