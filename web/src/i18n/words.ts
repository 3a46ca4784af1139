import { useI18n } from 'vue-i18n';
import { directionOf } from './i18n.ts';
import type { MessageKey } from './keys.ts';
import { regionOf } from './region.ts';

export type Named = Record<string, string | number>;

/** The messages by keys that the compiler knows: a key that isn't there doesn't compile. */
export function useWords() {
  const { t, te, locale } = useI18n({ useScope: 'global' });
  const said = (named: Named) => inPlace(named, locale.value);
  return {
    /** @param count chooses the form, and is `{count}` in the message. */
    t: (key: MessageKey, named: Named = {}, count?: number): string =>
      count === undefined ? t(key, said(named)) : t(key, said({ count, ...named }), count),
    /** For what a server says: whether there are words for it. */
    has: (key: string): key is MessageKey => te(key),
    locale,
  };
}

/** Figures as the language writes them; names so that their direction stays their own. */
function inPlace(named: Named, language: string): Record<string, string> {
  const figures = new Intl.NumberFormat(regionOf(language, navigator.languages));
  return Object.fromEntries(
    Object.entries(named).map(([name, value]) => [
      name,
      typeof value === 'number' ? figures.format(value) : isolated(value, language),
    ]),
  );
}

/** Letters that are written from the right: of Hebrew, Arabic and their kin. */
const FROM_THE_RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;

/** Where the text around it runs the other way, the signs beside a name would go to its wrong side (Unicode, annex 9). */
export function isolated(text: string, language: string): string {
  const other = directionOf(language) === 'rtl' ? text !== '' : FROM_THE_RIGHT.test(text);
  return other ? `\u2068${text}\u2069` : text;
}
