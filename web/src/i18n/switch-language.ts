import type { InjectionKey } from 'vue';
import { useConfigStore } from '../shell/config-store.ts';
import { changeLanguage, type Words } from './i18n.ts';
import { keepLanguage, showLanguage } from './language.ts';

export type SwitchLanguage = (language: string) => Promise<void>;
export const switchLanguageKey: InjectionKey<SwitchLanguage> = Symbol('switch language');

/**
 * The page as it is, in another language, which this browser remembers. Nothing typed is touched.
 *
 * @throws where its messages can't be loaded.
 */
export async function switchLanguage(words: Words, language: string): Promise<void> {
  await changeLanguage(words, language, () => showLanguage(language));
  keepLanguage(language);
  // The community's pages have titles in each language.
  const configs = useConfigStore();
  if (configs.config) await configs.reload().catch(() => undefined);
}
