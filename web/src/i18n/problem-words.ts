import type { FieldError } from '@portal/shared';
import type { Problem } from '../api/problem.ts';
import { useTimes } from './times.ts';
import { useWords } from './words.ts';

const UPPER = /too-(?:long|large|many)$/;
const BOUNDED = /too-(?:short|small|few|long|large|many)$/;

/** Words for what the API refuses. A code newer than this page is still told, in general words. */
export function useProblemWords() {
  const { t, has } = useWords();
  const { number } = useTimes();

  function problemWords(problem: Problem): string {
    const key = `problems.${problem.code}` as const;
    return t(has(key) ? key : 'problems.failed');
  }

  function fieldWords(error: Omit<FieldError, 'field'> & { field?: string }): string {
    const { min, max, message } = error.params ?? {};
    if (message && (error.code === 'refused' || error.code === 'password-refused')) return message;
    const taken = `fields.${error.field}Taken` as const;
    if (error.code === 'taken' && has(taken)) return t(taken);
    const key = `wrong.${error.code}` as const;
    if (!has(key)) return message ?? t('wrong.refused');
    const bound = UPPER.test(error.code) ? max : min;
    if (bound === undefined && BOUNDED.test(error.code)) return t('wrong.malformed');
    const named = {
      ...(min !== undefined && { min: number(min) }),
      ...(max !== undefined && { max: number(max) }),
    };
    return t(key, named, bound);
  }

  return { problemWords, fieldWords };
}
