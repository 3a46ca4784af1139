import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  fill,
  MAIL_LANGUAGES,
  mailLanguage,
  mailTime,
  mailWords,
} from '../../src/mails/mail-words.ts';

const flat = (words: object): [string, string][] =>
  Object.entries(words).flatMap(([name, text]) =>
    typeof text === 'string' ? [[name, text] as [string, string]] : flat(text),
  );
const places = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();

test.each(MAIL_LANGUAGES)('%s has every text of English, with the same places', (language) => {
  const english = flat(mailWords('en'));
  const own = flat(mailWords(language));
  expect(own.map(([name, text]) => [name, places(text)])).toEqual(
    english.map(([name, text]) => [name, places(text)]),
  );
});

test('the languages are those of the pages', () => {
  const ofPages = readdirSync(new URL('../../../web/src/i18n/public', import.meta.url));
  expect(MAIL_LANGUAGES.map((name) => `${name}.json`).sort()).toEqual(ofPages.sort());
  expect(mailLanguage('pt-BR')).toBe('pt');
  expect(mailLanguage('tlh')).toBe('en');
});

test('what is put into a place is no place', () => {
  expect(fill('{a} and {b}', { a: '{b}', b: '$&' })).toBe('{b} and $&');
});

test('times are said in every language', () => {
  for (const language of MAIL_LANGUAGES) expect(mailTime(language, 0)).toContain('UTC');
});
