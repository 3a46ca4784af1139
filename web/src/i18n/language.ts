import { inBrowser } from '../browser/shelf.ts';
import { directionOf } from './i18n.ts';
import { regionOf } from './region.ts';

const KEPT = 'portal.language';

export const keepLanguage = (language: string) => inBrowser.set(KEPT, language);

/** BCP 47 tags: the language that was chosen here, where one was, then those of the browser. */
export function readersLanguages(): string[] {
  const kept = inBrowser.get(KEPT);
  const own = navigator.languages;
  return kept ? [regionOf(kept, own), kept, ...own] : [...own];
}

/** Tells the browser, and so screen readers, hyphenation and layout, which language the page is in. */
export function showLanguage(language: string): void {
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
}

/** The language that the page is in, with the reader's region of it. */
export const pageLanguage = () => regionOf(document.documentElement.lang, navigator.languages);

/** "Français": what a language calls itself, as a name of its own. */
export function nameOfLanguage(language: string): string {
  const name = new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language;
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1);
}
