import { reactive, watch } from 'vue';
import { inTab, recall } from '../browser/shelf.ts';

const STORED = 'portal.join.draft';

/** What was typed so far, kept for a reload; the password is not among it. */
export function useSignUpDraft() {
  const values = reactive<Record<string, string[]>>(recall(inTab, STORED, isDraft) ?? {});
  watch(values, () => inTab.set(STORED, JSON.stringify(values)));
  return { values, forget: () => inTab.remove(STORED) };
}

function isDraft(value: unknown): value is Record<string, string[]> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every(
      (each) => Array.isArray(each) && each.every((text) => typeof text === 'string'),
    )
  );
}
