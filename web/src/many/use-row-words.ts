import type { MessageKey } from '../i18n/keys.ts';
import { useProblemWords } from '../i18n/problem-words.ts';
import { useTimes } from '../i18n/times.ts';
import { useWords } from '../i18n/words.ts';
import type { Row, RowFault } from './rows.ts';
import type { Result } from './use-making-many.ts';

type Tone = 'plain' | 'ok' | 'wait' | 'bad';

/** Rows and what became of them, in words. */
export function useRowWords() {
  const { t } = useWords();
  const { number } = useTimes();
  const { problemWords, fieldWords } = useProblemWords();

  function fault({ email }: Row, { field, code, bound = 1 }: RowFault): string {
    switch (code) {
      case 'email':
        return t('many.faultEmail', { text: email });
      case 'twice':
        return t('many.faultTwice', { line: number(bound) });
      case 'line-break':
        return t('many.faultLineBreak');
      default:
        return t(field === 'label' ? 'many.faultLabel' : 'many.faultMessage', {}, bound);
    }
  }

  function state({ state, mail }: Result): { tone: Tone; words: string } {
    const [tone, key] = stateOf(state, mail);
    return { tone, words: t(key) };
  }

  /** Why it failed, with the field's own reason where there is one. */
  function why({ problem }: Result): string {
    if (!problem) return '';
    if (problem.code === 'too-many-requests') return t('hand.mailedEnough');
    const [error] = problem.errors ?? [];
    return error ? fieldWords(error) : problemWords(problem);
  }

  return { fault, state, why };
}

function stateOf(state: Result['state'], mail: Result['mail']): [Tone, MessageKey] {
  if (state === 'failed') return ['bad', 'many.state.failed'];
  if (state === 'making') return ['wait', 'many.state.making'];
  if (state === 'waiting') return ['plain', 'many.state.waiting'];
  switch (mail) {
    case 'sending':
      return ['wait', 'many.state.mailing'];
    case 'sent':
      return ['ok', 'many.state.mailed'];
    case 'failed':
    case 'wanted':
      return ['bad', 'many.state.notMailed'];
    default:
      return ['ok', 'many.state.made'];
  }
}
