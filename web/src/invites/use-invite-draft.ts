import { reactive, watch } from 'vue';
import { inTab } from '../browser/shelf.ts';
import type { InviteDraft } from './invite-form.ts';

/**
 * Options as they are typed, kept until they are sent or given up: a session that ends, a reload or a
 * press beside the dialog loses nothing.
 */
export function useInviteDraft(key: string, start: InviteDraft) {
  const stored = `portal.invite-draft.${key}`;
  const draft = reactive<InviteDraft>({ ...start, ...kept(stored, start) });
  watch(draft, () => inTab.set(stored, JSON.stringify(draft)));
  return { draft, forget: () => inTab.remove(stored) };
}

/** Of what was kept, the members that still are of the kind they were. */
function kept(stored: string, start: InviteDraft): Partial<InviteDraft> {
  const text = inTab.get(stored);
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return {};
    const same = Object.entries(start).every(
      ([name, first]) => typeof Reflect.get(value, name) === typeof first,
    );
    return same ? value : {};
  } catch {
    return {};
  }
}
