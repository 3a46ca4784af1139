import { useI18n } from 'vue-i18n';
import type { MessageKey } from './keys.ts';

export type Named = Record<string, string | number>;

/** The messages by keys that the compiler knows: a key that isn't there doesn't compile. */
export function useWords() {
  const { t, te, locale } = useI18n({ useScope: 'global' });
  return {
    /** @param count chooses the form, and is `{count}` in the message. */
    t: (key: MessageKey, named: Named = {}, count?: number): string =>
      count === undefined ? t(key, named) : t(key, named, count),
    /** For what a server says: whether there are words for it. */
    has: (key: string): key is MessageKey => te(key),
    locale,
  };
}
