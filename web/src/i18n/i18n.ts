import { createI18n } from 'vue-i18n';

/** Messages are in two parts: what everybody's pages say, and what only members' pages do. */
export type Side = 'public' | 'member';
type Messages = { [key: string]: string | Messages };
type LoadMessages = (side: Side, language: string) => Promise<Messages>;

const FILES = import.meta.glob<Messages>('./{public,member}/*.json', { import: 'default' });

/** The languages that there are: each is a file in `public` and one in `member`, and nothing else. */
export const LANGUAGES: readonly string[] = Object.keys(FILES)
  .map((path) => /^\.\/public\/(.+)\.json$/.exec(path)?.[1])
  .filter((language) => language !== undefined);

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

/** The first of the wanted languages that the portal speaks; English where it speaks none of them. */
export function chooseLanguage(wanted: readonly string[], spoken = LANGUAGES): string {
  const short = wanted.map((tag) => tag.toLowerCase().split('-')[0] ?? '');
  return short.find((language) => spoken.includes(language)) ?? 'en';
}

const loadFile: LoadMessages = (side, language) => {
  const load = FILES[`./${side}/${language}.json`];
  return load ? load() : Promise.reject(new Error(`No messages in ${language}.`));
};

/**
 * The messages of one language, and no other's: tests see to it that none is missing. Those for members
 * come later, by `addMessages`.
 */
export async function createWords(language: string, load: LoadMessages = loadFile) {
  return createI18n({
    legacy: false,
    locale: language,
    fallbackLocale: false,
    messages: { [language]: await load('public', language) },
    pluralRules: { [language]: (count: number) => pluralForm(language, count) },
  });
}

export type Words = Awaited<ReturnType<typeof createWords>>;

/** Adds another side's messages in the language that the words are in. */
export async function addMessages(words: Words, side: Side, load = loadFile): Promise<void> {
  const language = words.global.locale.value;
  words.global.mergeLocaleMessage(language, await load(side, language));
}

export function directionOf(language: string): 'ltr' | 'rtl' {
  return /^(?:ar|fa|he|ur)\b/.test(language) ? 'rtl' : 'ltr';
}
