import { createI18n } from 'vue-i18n';
import en from './public/en.json';

/** Languages whose messages are complete: one file a side for each. */
export const LANGUAGES = ['en'] as const;
export type Language = (typeof LANGUAGES)[number];

/**
 * Which form of a message a number takes: forms stand in the order of CLDR's categories that the language
 * has (zero, one, two, few, many, other), divided by `|`.
 */
export function pluralForm(language: string, count: number): number {
  const rules = new Intl.PluralRules(language);
  return rules.resolvedOptions().pluralCategories.toSorted(byOrder).indexOf(rules.select(count));
}

const ORDER = ['zero', 'one', 'two', 'few', 'many', 'other'];
const byOrder = (a: string, b: string) => ORDER.indexOf(a) - ORDER.indexOf(b);

/** The first of the wanted languages that the portal speaks. */
export function chooseLanguage(wanted: readonly string[]): Language {
  const short = wanted.map((tag) => tag.toLowerCase().split('-')[0]);
  return LANGUAGES.find((language) => short.includes(language)) ?? 'en';
}

export function createWords(language: Language) {
  return createI18n({
    legacy: false,
    locale: language,
    fallbackLocale: 'en',
    messages: { en },
    pluralRules: Object.fromEntries(
      LANGUAGES.map((each) => [each, (count: number) => pluralForm(each, count)]),
    ),
  });
}

export type Words = ReturnType<typeof createWords>;

export function directionOf(language: string): 'ltr' | 'rtl' {
  return /^(?:ar|fa|he|ur)\b/.test(language) ? 'rtl' : 'ltr';
}
