import type { CommunityPage } from '@portal/shared';
import { ref, shallowRef, watch } from 'vue';
import { useApi } from '../api/api.ts';
import type { Problem } from '../api/problem.ts';
import { problemOf } from '../api/problem.ts';
import { useLatest } from '../browser/latest.ts';
import { useWords } from '../i18n/words.ts';

/** A page of the community's, asked for anew for each name; an answer to an earlier one is dropped. */
export function usePage(slug: () => string) {
  const api = useApi().pages;
  const { locale } = useWords();
  const begin = useLatest();
  const page = shallowRef<CommunityPage>();
  const refusal = shallowRef<Problem>();
  const asking = ref(false);

  async function ask() {
    const stillNewest = begin();
    asking.value = true;
    const answer = await api.get(slug()).catch(problemOf);
    if (!stillNewest()) return;
    asking.value = false;
    page.value = 'code' in answer ? undefined : answer;
    refusal.value = 'code' in answer ? answer : undefined;
  }

  /** What is shown stays until it is there in the other language, or where it doesn't come. */
  async function askInOtherWords() {
    if (!page.value) return;
    const stillNewest = begin();
    const answer = await api.get(slug()).catch(() => undefined);
    if (stillNewest() && answer) page.value = answer;
  }

  watch(slug, ask, { immediate: true });
  watch(locale, askInOtherWords);
  return { page, refusal, asking, ask };
}
