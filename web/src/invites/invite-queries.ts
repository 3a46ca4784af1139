import {
  type UseInfiniteQueryData,
  useInfiniteQuery,
  useMutation,
  useQueryCache,
} from '@pinia/colada';
import type { Invite, InviteChange, InvitePage, InviteSort, NewInvite } from '@portal/shared';
import { computed, type Ref } from 'vue';
import { useApi } from '../api/api.ts';
import type { InviteFilter } from '../api/invites.ts';
import type { ApiError } from '../api/problem.ts';
import { onOtherTabs, tellOtherTabs } from '../browser/other-tabs.ts';

/** The three lists of the page. */
export type Show = 'open' | 'ended' | 'everyone';

const FILTERS: Record<Show, InviteFilter> = {
  open: { scope: 'mine', status: 'open' },
  ended: { scope: 'mine', status: 'ended' },
  everyone: { scope: 'all', status: 'any' },
};

/** What is wanted of a list; words and order only of one's own. */
export interface Wish {
  show: Show;
  q: string;
  sort: InviteSort;
}

type Pages = UseInfiniteQueryData<InvitePage, string | null>;

/** Under which name of its own a list is kept: those of links first, so that all are found by that. */
const LISTS = 'invites';
const keyOf = ({ show, q, sort }: Wish) => [LISTS, show, sort, q];

/** One of the lists, a page at a time. */
export function useInviteList(wish: Ref<Wish>) {
  const api = useApi().invites;
  const cache = useQueryCache();
  const query = useInfiniteQuery<InvitePage, ApiError, string | null>({
    key: () => keyOf(wish.value),
    query: ({ pageParam, signal }) => api.list(filterOf(wish.value), pageParam, signal),
    initialPageParam: null,
    getNextPageParam: (page) => page.nextCursor,
    // While somebody types, the list stays until the next is there.
    placeholderData: (previous) => previous,
  });
  onOtherTabs(LISTS, () => void cache.invalidateQueries({ key: [LISTS] }));
  const pages = computed(() => query.data.value?.pages ?? []);
  const invites = computed(() => pages.value.flatMap(({ items }) => items));
  const searched = computed(() => pages.value[0]?.searched);
  return { ...query, invites, searched };
}

function filterOf({ show, q, sort }: Wish): InviteFilter {
  return {
    ...FILTERS[show],
    ...(q !== '' && { q }),
    ...(sort !== 'newest' && { sort }),
  };
}

/** The lists, for what changes what is in them. */
export function useInviteLists() {
  const cache = useQueryCache();

  /** A list that is on its way may be from before the change: it is asked for again. */
  function changed() {
    const key = [LISTS];
    tellOtherTabs(LISTS);
    const onTheirWay = cache.getEntries({ key, predicate: ({ pending }) => pending !== null });
    void cache.invalidateQueries({ key }, false);
    for (const list of onTheirWay) void cache.fetch(list).catch(() => undefined);
  }

  return { changed };
}

/** The ways to change an invite. What is on the screen stays where it is until it is fetched again. */
export function useInviteChanges() {
  const api = useApi().invites;
  const cache = useQueryCache();
  const { changed: staleLists } = useInviteLists();

  function put(invite: Invite) {
    cache.setQueriesData<Pages>({ key: [LISTS] }, (lists) => inAll(lists, invite));
    staleLists();
  }

  function putFirst(invite: Invite) {
    const key = keyOf({ show: 'open', q: '', sort: 'newest' });
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
