import { reactive, watch } from 'vue';
import { inTab, recall } from '../browser/shelf.ts';
import type { MailMemory } from './use-making-many.ts';

const KEY = 'portal.many-links';

interface ListDraft {
  text: string;
  /** A name of this list's own. */
  batch: string;
  /** Rows whose mail went. */
  mailed: string[];
}

const empty = (): ListDraft => ({ text: '', batch: crypto.randomUUID(), mailed: [] });

/** A list as it is typed, kept until it is given up: a session that ends or a reload loses nothing and makes nothing twice. */
export function useListDraft() {
  const draft = reactive<ListDraft>(recall(inTab, KEY, isDraft) ?? empty());
  watch(draft, () => inTab.set(KEY, JSON.stringify(draft)), { deep: true });

  const mails: MailMemory = {
    has: (key) => draft.mailed.includes(key),
    add: (key) => {
      draft.mailed.push(key);
    },
  };
  return { draft, mails, renew: () => Object.assign(draft, empty()) };
}

function isDraft(value: unknown): value is ListDraft {
  return (
    typeof value === 'object' &&
    value !== null &&
    'text' in value &&
    typeof value.text === 'string' &&
    'batch' in value &&
    typeof value.batch === 'string' &&
    'mailed' in value &&
    Array.isArray(value.mailed) &&
    value.mailed.every((key) => typeof key === 'string')
  );
}
