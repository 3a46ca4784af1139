import { useProblemWords } from '../i18n/problem-words.ts';
import { useWords } from '../i18n/words.ts';
import type { DraftError } from './invite-form.ts';

/** What is wrong with the options, in words. */
export function useDraftWords() {
  const { t } = useWords();
  const { fieldWords } = useProblemWords();

  return function draftWords(error: DraftError | undefined): string | undefined {
    if (!error) return undefined;
    const { code, bound = 1 } = error;
    switch (code) {
      case 'whole-number':
        return t('options.wholeNumber');
      case 'at-most':
        return t('options.atMost', {}, bound);
      case 'choose-date':
        return t('options.chooseDate');
      default:
        return fieldWords({ code, params: { min: bound, max: bound } });
    }
  };
}
