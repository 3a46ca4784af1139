import {
  type UseInfiniteQueryData,
  useInfiniteQuery,
  useMutation,
  useQueryCache,
} from '@pinia/colada';
import type { Invite, InviteChange, NewInvite, Page } from '@portal/shared';
import { computed, type Ref } from 'vue';
import { useApi } from '../api/api.ts';
import type { InviteFilter } from '../api/invites.ts';
import type { ApiError } from '../api/problem.ts';

/** The three lists of the page. */
export type Show = 'open' | 'ended' | 'everyone';

const FILTERS: Record<Show, InviteFilter> = {
  open: { scope: 'mine', status: 'open' },
  ended: { scope: 'mine', status: 'ended' },
  everyone: { scope: 'all', status: 'any' },
};

type Pages = UseInfiniteQueryData<Page<Invite>, string | null>;

/** One of the lists, a page at a time. */
export function useInviteList(show: Ref<Show>) {
  const api = useApi().invites;
  const query = useInfiniteQuery<Page<Invite>, ApiError, string | null>({
    key: () => ['invites', show.value],
    query: ({ pageParam, signal }) => api.list(FILTERS[show.value], pageParam, signal),
    initialPageParam: null,
    getNextPageParam: (page) => page.nextCursor,
  });
  const invites = computed(() => query.data.value?.pages.flatMap(({ items }) => items) ?? []);
  return { ...query, invites };
}

/** The ways to change an invite. What is on the screen stays where it is until it is fetched again. */
export function useInviteChanges() {
  const api = useApi().invites;
  const cache = useQueryCache();

  /** A list that is on its way may be from before the change: it is asked for again. */
  function staleLists() {
    const key = ['invites'];
    const onTheirWay = cache.getEntries({ key, predicate: ({ pending }) => pending !== null });
    void cache.invalidateQueries({ key }, false);
    for (const list of onTheirWay) void cache.fetch(list).catch(() => undefined);
  }

  function put(invite: Invite) {
    cache.setQueriesData<Pages>({ key: ['invites'] }, (lists) => inAll(lists, invite));
    staleLists();
  }

  function putFirst(invite: Invite) {
    const key = ['invites', 'open'];
    const lists = cache.getQueryData<Pages>(key);
    const [first, ...rest] = lists?.pages ?? [];
    if (lists && first)
      cache.setQueryData<Pages>(key, {
        ...lists,
        pages: [{ ...first, items: [invite, ...first.items] }, ...rest],
      });
    staleLists();
  }

  const make = useMutation({
    mutation: (invite: NewInvite) => api.make(invite),
    onSuccess: putFirst,
  });
  const change = useMutation({
    mutation: ({ id, change }: { id: string; change: InviteChange }) => api.change(id, change),
    onSuccess: put,
  });
  const revoke = useMutation({
    mutation: (invite: Invite) => api.revoke(invite.id),
    onSuccess: (_nothing, invite) =>
      put({ ...invite, status: 'revoked', revokedAt: new Date().toISOString() }),
  });

  return {
    make: make.mutateAsync,
    making: make.isLoading,
    change: change.mutateAsync,
    revoke: revoke.mutateAsync,
    revoking: revoke.isLoading,
  };
}

function inAll(lists: Pages | undefined, invite: Invite): Pages {
  return {
    pageParams: lists?.pageParams ?? [],
    pages: (lists?.pages ?? []).map((page) => ({
      ...page,
      items: page.items.map((each) => (each.id === invite.id ? keepUrl(each, invite) : each)),
    })),
  };
}

/** The link doesn't change, and an answer may leave it out. */
function keepUrl(before: Invite, after: Invite): Invite {
  const url = after.url ?? before.url;
  return url === undefined ? after : { ...after, url };
}

/** Who joined by an invite. */
export function useJoiners(id: () => string) {
  const api = useApi().invites;
  const query = useInfiniteQuery({
    key: () => ['invites-joiners', id()],
    query: ({ pageParam, signal }) => api.registrations(id(), pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
  const joiners = computed(() => query.data.value?.pages.flatMap(({ items }) => items) ?? []);
  return { ...query, joiners };
}
