import type { InviteLookup } from '@portal/shared';
import { ref, shallowRef, watch } from 'vue';
import { useApi } from '../api/api.ts';
import type { Problem } from '../api/problem.ts';
import { problem, problemOf } from '../api/problem.ts';
import { useLatest } from '../browser/latest.ts';
import { useWords } from '../i18n/words.ts';
import { tokenIn } from './invite-token.ts';

/** What a link says, asked anew for each link; an answer to an earlier one is dropped. */
export function useLookup(token: () => string | undefined) {
  const api = useApi().invites;
  const { locale } = useWords();
  const begin = useLatest();
  const lookup = shallowRef<InviteLookup>();
  const refusal = shallowRef<Problem>();
  const asking = ref(false);

  async function ask() {
    const stillNewest = begin();
    const given = token();
    lookup.value = undefined;
    if (given === undefined) {
      refusal.value = undefined;
      return;
    }
    asking.value = true;
    const answer = await find(given).catch(problemOf);
    if (!stillNewest()) return;
    asking.value = false;
    if ('code' in answer) refusal.value = answer;
    else {
      lookup.value = answer;
      refusal.value = undefined;
    }
  }

  /** What can be no link isn't sent; the server's word for it is the same. */
  async function find(given: string): Promise<InviteLookup> {
    const code = tokenIn(given);
    if (code === undefined) throw problem('invite-unknown', 'This is no link.', 404);
    return api.lookup(code);
  }

  /** The same in another language: what is shown stays until that is there, or where it doesn't come. */
  async function askInOtherWords() {
    const given = token();
    if (given === undefined || !lookup.value) return;
    const stillNewest = begin();
    const answer = await find(given).catch(() => undefined);
    if (stillNewest() && answer) lookup.value = answer;
  }

  watch(token, ask, { immediate: true });
  watch(locale, askInOtherWords);
  return { lookup, refusal, asking, ask };
}
