import { readdirSync, readFileSync } from 'node:fs';
import { nearestLanguage } from '../languages.ts';

const FOLDER = new URL('words/', import.meta.url);

/** What the portal's mails say, in one language: a file of `words`. */
export interface MailWords {
  invite: {
    subject: string;
    title: string;
    writes: string;
    button: string;
    until: string;
    only: string;
    foot: string;
  };
  joins: { subject: string; subjectMany: string; title: string; button: string; foot: string };
}

/** The languages that there are: each is a file, and nothing else. */
export const MAIL_LANGUAGES: readonly string[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length));

const known = new Map<string, MailWords>();

/** The nearest of the languages; English where none is near. */
export function mailLanguage(asked: string): string {
  return nearestLanguage(asked, MAIL_LANGUAGES) ?? 'en';
}

/** @param language one of `MAIL_LANGUAGES`. */
export function mailWords(language: string): MailWords {
  let words = known.get(language);
  if (!words) {
    words = JSON.parse(readFileSync(new URL(`${language}.json`, FOLDER), 'utf8')) as MailWords;
    known.set(language, words);
  }
  return words;
}

/** Puts values into a text's places, once: what a value holds is no place. */
export function fill(text: string, values: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
}

/** "Friday, 25 December 2026 at 18:00 UTC": the server doesn't know where the reader is. */
export function mailTime(language: string, milliseconds: number): string {
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    ...{ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', timeZone: 'UTC', timeZoneName: 'short' },
  }).format(milliseconds);
}
