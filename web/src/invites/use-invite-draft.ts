import { reactive, watch } from 'vue';
import { inTab, recall } from '../browser/shelf.ts';
import type { InviteDraft } from './invite-form.ts';

/**
 * Options as they are typed, kept until they are sent or given up: a session that ends, a reload or a
 * press beside the dialog loses nothing.
 */
export function useInviteDraft(key: string, start: InviteDraft) {
  const stored = `portal.invite-draft.${key}`;
  const kept = recall(inTab, stored, (value) => isLike(start, value));
  const draft = reactive<InviteDraft>({ ...start, ...kept });
  watch(draft, () => inTab.set(stored, JSON.stringify(draft)));
  return { draft, forget: () => inTab.remove(stored) };
}

/** Whether all members still are of the kind that they are in `start`. */
function isLike<T extends object>(start: T, value: unknown): value is T {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(start).every(([name, first]) => {
    const kept: unknown = Reflect.get(value, name);
    return typeof kept === typeof first && Array.isArray(kept) === Array.isArray(first);
  });
}
