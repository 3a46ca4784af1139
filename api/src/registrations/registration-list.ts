import type { InviteRegistration, Page } from '@portal/shared';
import type { Gateway } from '../keycloak/gateway.ts';
import { fromCursor, toCursor } from '../redis/page.ts';
import type { RegistrationStore, StoredRegistration } from './registration-store.ts';

export type RegistrationList = ReturnType<typeof createRegistrationList>;

/** Who joined by an invite. */
export function createRegistrationList(gateway: Gateway, store: RegistrationStore) {
  /** Asks Keycloak, in one call, whether some of those who wait have verified meanwhile, and notes it. */
  async function newlyVerified(invite: string, waiting: Set<string>): Promise<Set<string>> {
    if (waiting.size === 0) return new Set();
    // The list is as good as what was seen before, where Keycloak is away.
    const verified = await gateway.verifiedOfInvite(invite).catch(() => []);
    const news = verified.filter((user) => waiting.has(user));
    await Promise.all(news.map((user) => store.seen(user)));
    return new Set(news);
  }

  return {
    /** Newest first. Three round trips to Redis and, where anybody is waiting, one call to Keycloak. */
    async page(
      invite: string,
      limit: number,
      cursor: string | undefined,
    ): Promise<Page<InviteRegistration>> {
      const { registrations, last } = await store.ofInvite(invite, limit, fromCursor(cursor));
      const unverified = await store.areUnverified(registrations.map(({ user }) => user));
      const waiting = new Set(
        registrations.map(({ user }) => user).filter((_, i) => unverified[i]),
      );
      const news = await newlyVerified(invite, waiting);
      return {
        items: registrations.map((registration) =>
          toItem(registration, waiting.has(registration.user) && !news.has(registration.user)),
        ),
        nextCursor: last ? toCursor(last) : null,
      };
    },
  };
}

function toItem(
  { user, username, name, joinedAt }: StoredRegistration,
  waiting: boolean,
): InviteRegistration {
  return {
    id: user,
    username,
    name,
    joinedAt: new Date(joinedAt).toISOString(),
    state: waiting ? 'waiting' : 'joined',
  };
}
