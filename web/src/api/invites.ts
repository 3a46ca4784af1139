import type {
  Invite,
  InviteChange,
  InviteLookup,
  InviteRegistration,
  InviteScope,
  InviteStatusFilter,
  NewInvite,
  Page,
} from '@portal/shared';
import type { Send } from './transport.ts';

export interface InviteFilter {
  scope: InviteScope;
  status: InviteStatusFilter;
}

const PAGE = '20';

/** Ids come from the server; they are still never let into a path unescaped. */
const one = (id: string) => `invites/${encodeURIComponent(id)}`;

/** One line a route. */
export const invitesApi = (asMember: Send, asAnyone: Send) => ({
  lookup: (token: string) => asAnyone<InviteLookup>('POST', 'invites/lookup', { body: { token } }),
  list: (filter: InviteFilter, cursor: string | null, signal?: AbortSignal) =>
    asMember<Page<Invite>>('GET', 'invites', {
      query: { ...filter, limit: PAGE, cursor: cursor ?? undefined },
      ...(signal && { signal }),
    }),
  make: (invite: NewInvite) => asMember<Invite>('POST', 'invites', { body: invite }),
  change: (id: string, change: InviteChange) =>
    asMember<Invite>('PATCH', one(id), { body: change }),
  revoke: (id: string) => asMember<void>('DELETE', one(id)),
  registrations: (id: string, cursor: string | null, signal?: AbortSignal) =>
    asMember<Page<InviteRegistration>>('GET', `${one(id)}/registrations`, {
      query: { limit: PAGE, cursor: cursor ?? undefined },
      ...(signal && { signal }),
    }),
});
