import type { InviteSort } from '@portal/shared';
import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import type { Show, Wish } from './invite-queries.ts';

const isShow = (value: unknown): value is Show => value === 'ended' || value === 'everyone';
const isSort = (value: unknown): value is InviteSort => value === 'ending' || value === 'joined';

/** What is wanted of the list, as the address bar has it: a reload or a way back changes nothing. */
export function useListWish() {
  const route = useRoute();
  const router = useRouter();

  const wish = computed<Wish>(() => {
    const { show, sort, q } = route.query;
    const shown = isShow(show) ? show : 'open';
    // Only one's own links can be searched and sorted.
    if (shown === 'everyone') return { show: shown, q: '', sort: 'newest' };
    return {
      show: shown,
      q: typeof q === 'string' ? q.trim() : '',
      sort: isSort(sort) ? sort : 'newest',
    };
  });

  function change(part: Partial<Wish>) {
    const { show, q, sort } = { ...wish.value, ...part };
    return router.replace({
      query: {
        ...(show !== 'open' && { show }),
        ...(q !== '' && { q }),
        ...(sort !== 'newest' && { sort }),
      },
    });
  }

  const part = <Name extends keyof Wish>(name: Name) =>
    computed<Wish[Name]>({
      get: () => wish.value[name],
      set: (value) => void change({ [name]: value }),
    });

  return {
    ...{ wish, show: part('show'), q: part('q'), sort: part('sort') },
    /** The list as it is where nothing is wanted of it. */
    reset: () => change({ show: 'open', q: '', sort: 'newest' }),
  };
}
