import { createI18n } from 'vue-i18n';
import { type BuiltMessages, type Messages, withMessages } from './built-messages.ts';

/** Messages are in two parts: what everybody's pages say, and what only members' pages do. */
export type Side = 'public' | 'member';
type LoadMessages = (side: Side, language: string) => Promise<Messages>;

const FILES = import.meta.glob<BuiltMessages>('./{public,member}/*.json', { import: 'default' });

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

const loadFile: LoadMessages = async (side, language) => {
  const load = FILES[`./${side}/${language}.json`];
  if (!load) throw new Error(`No messages in ${language}.`);
  return withMessages(await load());
};

/**
 * The messages of one language, and no other's: tests see to it that none is missing. Those for members
 * come later, by `addMessages`; another language by `changeLanguage`.
 */
export async function createWords(language: string, load: LoadMessages = loadFile) {
  const i18n = createI18n({
    legacy: false,
    locale: language,
    fallbackLocale: false,
    messages: { [language]: await load('public', language) },
    pluralRules: Object.fromEntries(
      [language, ...LANGUAGES].map((each) => [each, (count: number) => pluralForm(each, count)]),
    ),
  });
  return Object.assign(i18n, { sides: new Set<Side>(['public']) });
}

export type Words = Awaited<ReturnType<typeof createWords>>;

/** Adds another side's messages in the language that the words are in. */
export async function addMessages(words: Words, side: Side, load = loadFile): Promise<void> {
  const language = words.global.locale.value;
  words.sides.add(side);
  words.global.mergeLocaleMessage(language, await load(side, language));
}

/**
 * Says everything in another language: at once, when all of it is there.
 *
 * @param whenLoaded called before anything is said in it.
 * @throws where its messages can't be loaded; then the old language stays.
 */
export async function changeLanguage(
  words: Words,
  language: string,
  whenLoaded: () => void = () => undefined,
  load = loadFile,
) {
  let loaded: Messages[] = [];
  // A side may be added meanwhile.
  while (loaded.length < words.sides.size)
    loaded = await Promise.all([...words.sides].map((side) => load(side, language)));
  words.global.setLocaleMessage(language, Object.assign({}, ...loaded));
  // Whatever is asked anew on account of it is asked for in the new language.
  whenLoaded();
  words.global.locale.value = language;
}

export function directionOf(language: string): 'ltr' | 'rtl' {
  return /^(?:ar|ckb|dv|fa|he|ps|sd|ug|ur|yi)\b/.test(language) ? 'rtl' : 'ltr';
}
