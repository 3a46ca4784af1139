import { useMutation, useQuery, useQueryCache } from '@pinia/colada';
import type { JoinMails, Joins } from '@portal/shared';
import { onScopeDispose, watch } from 'vue';
import { useApi } from '../api/api.ts';
import type { ApiError } from '../api/problem.ts';
import { onOtherTabs, tellOtherTabs } from '../browser/other-tabs.ts';

const KEY = ['joins'];
/** How often a page that is looked at asks who has joined: one command of Redis each. */
const EVERY_MS = 60_000;

/** Who joined by one's links since one last looked. */
export function useJoins() {
  const api = useApi().joins;
  const cache = useQueryCache();
  const query = useQuery<Joins, ApiError>({ key: KEY, query: () => api.get() });

  function changed(change: Partial<Joins>) {
    const known = cache.getQueryData<Joins>(KEY);
    if (known) cache.setQueryData<Joins>(KEY, { ...known, ...change });
    tellOtherTabs('joins');
  }

  const seen = useMutation({
    mutation: (until: string) => api.seen(until),
    onSuccess: () => {
      changed({ count: 0, latest: [], atLeast: false });
      // Somebody may have joined after those that were seen.
      void cache.invalidateQueries({ key: KEY });
    },
  });
  const setMails = useMutation({
    mutation: (mails: JoinMails) => api.setMails(mails),
    onSuccess: (_nothing, { wanted }) => changed({ mails: wanted }),
  });

  return {
    ...{ joins: query.data, refetch: query.refetch },
    seen: seen.mutateAsync,
    setMails: setMails.mutateAsync,
    settingMails: setMails.isLoading,
  };
}

/** Asks again from time to time, and when another tab has looked; for one component of a page. */
export function useJoinWatch({ joins, refetch }: ReturnType<typeof useJoins>) {
  const cache = useQueryCache();
  const timer = setInterval(() => {
    if (document.visibilityState === 'visible') void refetch().catch(() => undefined);
  }, EVERY_MS);
  onScopeDispose(() => clearInterval(timer));
  onOtherTabs('joins', () => void cache.invalidateQueries({ key: KEY }));

  // Who has joined since the page was there is in the lists as well.
  watch(joins, (now, before) => {
    const newest = now?.latest[0]?.joinedAt;
    if (!before || newest === undefined || newest === before.latest[0]?.joinedAt) return;
    void cache.invalidateQueries({ key: ['invites'] });
    void cache.invalidateQueries({ key: ['invites-joiners'] });
  });
}
