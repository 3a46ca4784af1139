import { useQuery } from '@pinia/colada';
import type { SignUpCounts, SignUpPeriod, TreePerson } from '@portal/shared';
import { computed, markRaw, type Ref } from 'vue';
import { useApi } from '../api/api.ts';
import type { ApiError } from '../api/problem.ts';
import { growTree } from './people-tree.ts';

/** Of larger communities the newest are shown, and those who invited them. */
export const MOST_PEOPLE = 20_000;
const STALE_MS = 60_000;
/** How far back a chart goes, in its own periods. */
const PERIODS: Record<SignUpPeriod, number> = { day: 30, week: 26, month: 24 };

/** Who invited whom: all of it, page by page. */
export function usePeopleTree() {
  const api = useApi().tree;

  async function everybody(signal: AbortSignal) {
    const people: TreePerson[] = [];
    let cursor: string | null = null;
    do {
      const page = await api.people(cursor, signal);
      people.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null && people.length < MOST_PEOPLE);
    return { people: markRaw(people), all: cursor === null };
  }

  const query = useQuery<{ people: TreePerson[]; all: boolean }, ApiError>({
    key: ['tree'],
    query: ({ signal }) => everybody(signal),
    staleTime: STALE_MS,
  });
  const tree = computed(() => query.data.value && markRaw(growTree(query.data.value.people)));
  return { ...query, tree };
}

/** How many joined, over time. */
export function useSignUps(by: Ref<SignUpPeriod>) {
  const api = useApi().tree;
  return useQuery<SignUpCounts, ApiError>({
    key: () => ['sign-ups', by.value],
    query: () => api.signUps(by.value, PERIODS[by.value]),
    staleTime: STALE_MS,
    placeholderData: (previous) => previous,
  });
}
