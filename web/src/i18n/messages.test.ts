import type { FieldErrorCode, ProblemCode } from '@portal/shared';
import { expect, test } from 'vitest';
import { createI18n } from 'vue-i18n';
import { compileMessages } from '../../compile-messages.ts';
import { withMessages } from './built-messages.ts';
import { addMessages, chooseLanguage, createWords, LANGUAGES, pluralForm } from './i18n.ts';

type Messages = { [key: string]: string | Messages };
const sides = ['public', 'member'] as const;
const files = import.meta.glob<string>('./*/*.json', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const fileOf = (side: string, language: string) => files[`./${side}/${language}.json`] ?? '';
const read = (side: string, language: string): Messages => JSON.parse(fileOf(side, language));

const flat = (messages: Messages, path = ''): [string, string][] =>
  Object.entries(messages).flatMap(([key, message]) =>
    typeof message === 'string' ? [[path + key, message]] : flat(message, `${path}${key}.`),
  );
const placesOf = (message: string) => [...new Set(message.match(/\{\w+\}/g) ?? [])].sort();

/** In CLDR's order, in which the forms of a message stand. */
const categoriesOf = (language: string) => {
  const there = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  return (['zero', 'one', 'two', 'few', 'many', 'other'] as const).filter((each) =>
    there.includes(each),
  );
};

test('every language has one file a side, and no other is there', () => {
  expect(Object.keys(files).sort()).toEqual(
    sides.flatMap((side) => LANGUAGES.map((language) => `./${side}/${language}.json`)).sort(),
  );
});

test.each(sides.flatMap((side) => LANGUAGES.map((language) => [side, language] as const)))(
  '%s/%s has every key of English, with the same places, and as many forms as its plurals need',
  (side, language) => {
    const english = new Map(flat(read(side, 'en')));
    const own = new Map(flat(read(side, language)));
    expect([...own.keys()].sort()).toEqual([...english.keys()].sort());
    const categories = categoriesOf(language);
    for (const [key, message] of own) {
      const model = english.get(key) ?? '';
      const plural = model.includes(' | ');
      // A form for one may say it in a word.
      const places = (text: string) =>
        placesOf(text).filter((place) => !plural || place !== '{count}');
      expect(places(message), key).toEqual(places(model));
      if (!plural) continue;
      const forms = message.split(' | ');
      expect(forms, key).toHaveLength(categories.length);
      // Zero, one and two may be words; any other number has to be said.
      if (model.split(' | ').at(-1)?.includes('{count}'))
        for (const [index, category] of categories.entries())
          if (!['zero', 'one', 'two'].includes(category))
            expect(forms[index], key).toContain('{count}');
    }
  },
);

test('what the build makes of every message says the same as the message', () => {
  for (const side of sides)
    for (const language of LANGUAGES) {
      const text = fileOf(side, language);
      const pluralRules = { [language]: (count: number) => pluralForm(language, count) };
      const say = (messages: ReturnType<typeof withMessages>) =>
        createI18n({
          legacy: false,
          locale: language,
          pluralRules,
          messages: { [language]: messages },
        }).global;
      const plain = say(JSON.parse(text));
      const built = say(withMessages(JSON.parse(compileMessages(text))));
      const named = { name: 'Ada', date: 'today', clock: '0:42', min: '1', max: '9' };
      for (const [key, message] of flat(JSON.parse(text)))
        for (const count of message.includes(' | ') ? [0, 1, 2, 3, 11, 100, 1_000_000] : [1]) {
          const [expected, actual] = [plain.t(key, named, count), built.t(key, named, count)];
          expect(actual, key).toBe(expected);
          expect(actual, key).not.toBe(key);
          if (message.includes("{'@'}")) expect(actual).toContain('@');
        }
    }
});

test('a message that doesn’t compile stops the build', () => {
  expect(() => compileMessages('{"broken": "mail {name"}')).toThrow();
  expect(() => compileMessages('{"broken": "a @ b"}')).toThrow();
});

/** Spelt out, so that a code added to the contract doesn't compile here until it has words. */
const PROBLEMS: Record<ProblemCode | 'unreachable', true> = {
  'invalid-input': true,
  'not-signed-in': true,
  'not-a-member': true,
  'not-yours': true,
  'not-found': true,
  'unsupported-media-type': true,
  'too-large': true,
  'too-many-requests': true,
  'invite-unknown': true,
  'invite-expired': true,
  'invite-revoked': true,
  'invite-used-up': true,
  'invite-paused': true,
  'invite-busy': true,
  'idempotency-mismatch': true,
  'outcome-unknown': true,
  'registration-unknown': true,
  'registration-complete': true,
  'mail-too-soon': true,
  'too-many-changes': true,
  'foreign-origin': true,
  'realm-not-ready': true,
  'keycloak-away': true,
  'redis-away': true,
  'mail-away': true,
  failed: true,
  unreachable: true,
};

const FIELD_ERRORS: Record<FieldErrorCode, true> = {
  required: true,
  'unknown-field': true,
  'wrong-type': true,
  'too-short': true,
  'too-long': true,
  'too-small': true,
  'too-large': true,
  'too-few': true,
  'too-many': true,
  malformed: true,
  'line-break': true,
  characters: true,
  'at-sign': true,
  email: true,
  'email-bound': true,
  'email-domain': true,
  domain: true,
  undeliverable: true,
  'not-an-option': true,
  number: true,
  date: true,
  uri: true,
  taken: true,
  'in-the-past': true,
  'too-late': true,
  both: true,
  'below-uses': true,
  'group-not-yours': true,
  'read-only': true,
  'terms-changed': true,
  'password-too-short': true,
  'password-too-long': true,
  'password-digits': true,
  'password-lower-case': true,
  'password-upper-case': true,
  'password-special': true,
  'password-is-username': true,
  'password-is-email': true,
  'password-has-username': true,
  'password-pattern': true,
  'password-common': true,
  'password-refused': true,
  refused: true,
};

test('every code of the contract has words, and no words are for a code that isn’t', () => {
  const { problems = {}, wrong = {} } = read('public', 'en');
  const { title: _, ...codes } = Object(problems);
  expect(Object.keys(codes).sort()).toEqual(Object.keys(PROBLEMS).sort());
  expect(Object.keys(Object(wrong)).sort()).toEqual(Object.keys(FIELD_ERRORS).sort());
});

test.each([
  ['en', 0, 1],
  ['en', 1, 0],
  ['en', 2, 1],
  ['fr', 0, 0],
  ['ar', 0, 0],
  ['ar', 3, 3],
  ['ar', 100, 5],
])('in %s, %i takes form %i', (language, count, form) => {
  expect(pluralForm(language, count)).toBe(form);
});

test.each([...LANGUAGES])(
  'each form of %s is that of some number, and of the right ones',
  (language) => {
    const rules = new Intl.PluralRules(language);
    const numbers = [0, 1, 2, 3, 11, 100, 1_000_000];
    const forms = numbers.map((number) => pluralForm(language, number));
    expect(forms.map((form) => categoriesOf(language)[form])).toEqual(
      numbers.map((number) => rules.select(number)),
    );
    expect(new Set(forms).size).toBe(categoriesOf(language).length);
  },
);

test.each([...LANGUAGES])('%s is what the pages say where it is chosen', async (language) => {
  const words = await createWords(language);
  await addMessages(words, 'member');
  expect(words.global.availableLocales).toEqual([language]);
  for (const side of sides)
    for (const [key] of flat(read(side, language))) expect(words.global.te(key), key).toBe(true);
  expect(words.global.getLocaleMessage(language)).toEqual({
    ...read('public', language),
    ...read('member', language),
  });
});

test('a language is its files: nothing of another is asked for, or shown', async () => {
  const asked: string[] = [];
  const sides: Record<string, Record<string, Record<string, string>>> = {
    public: { app: { signIn: 'Aanmelden' } },
    member: { ticket: { joined: 'één | {count}' } },
  };
  const toy = async (side: string, language: string) => {
    asked.push(`${side}/${language}`);
    return sides[side] ?? {};
  };
  const words = await createWords('nl', toy);
  await addMessages(words, 'member', toy);
  expect(words.global.t('app.signIn')).toBe('Aanmelden');
  expect(words.global.t('ticket.joined', 1)).toBe('één');
  expect(words.global.t('ticket.joined', 3)).toBe('3');
  expect(asked).toEqual(['public/nl', 'member/nl']);
});

test('the browser’s first language that the portal speaks, English where none is', () => {
  expect(chooseLanguage(['xx-YY', 'en-US'])).toBe('en');
  expect(chooseLanguage(['xx', 'nl-BE', 'en'], ['en', 'nl'])).toBe('nl');
  expect(chooseLanguage([])).toBe('en');
});
