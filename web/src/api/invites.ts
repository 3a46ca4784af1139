import type {
  Invite,
  InviteChange,
  InviteLookup,
  InviteMail,
  InvitePage,
  InviteRegistration,
  InviteScope,
  InviteSort,
  InviteStatusFilter,
  NewInvite,
  Page,
} from '@portal/shared';
import type { Send } from './transport.ts';

export interface InviteFilter {
  scope: InviteScope;
  status: InviteStatusFilter;
  /** Words to look for; only in one's own. */
  q?: string;
  sort?: InviteSort;
}

const PAGE = '20';

/** Ids come from the server; they are still never let into a path unescaped. */
const one = (id: string) => `invites/${encodeURIComponent(id)}`;

/** One line a route. */
export const invitesApi = (asMember: Send, asAnyone: Send) => ({
  lookup: (token: string) => asAnyone<InviteLookup>('POST', 'invites/lookup', { body: { token } }),
  list: (filter: InviteFilter, cursor: string | null, signal?: AbortSignal) =>
    asMember<InvitePage>('GET', 'invites', {
      query: { ...filter, limit: PAGE, cursor: cursor ?? undefined },
      ...(signal && { signal }),
    }),
  /** @param key the same again under the same key makes one link. */
  make: (invite: NewInvite, key?: string) =>
    asMember<Invite>('POST', 'invites', {
      body: invite,
      ...(key !== undefined && { headers: { 'idempotency-key': key } }),
    }),
  mail: (id: string, mail: InviteMail) => asMember<void>('POST', `${one(id)}/mail`, { body: mail }),
  change: (id: string, change: InviteChange) =>
    asMember<Invite>('PATCH', one(id), { body: change }),
  revoke: (id: string) => asMember<void>('DELETE', one(id)),
  registrations: (id: string, cursor: string | null, signal?: AbortSignal) =>
    asMember<Page<InviteRegistration>>('GET', `${one(id)}/registrations`, {
      query: { limit: PAGE, cursor: cursor ?? undefined },
      ...(signal && { signal }),
    }),
});
