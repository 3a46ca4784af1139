import type { StoredInvite } from './invite-store.ts';

/** What an invite says of itself; whether it is paused depends on its maker. */
export type StoredStatus = 'open' | 'revoked' | 'used-up' | 'expired';

/** @param now milliseconds since 1970, by Redis's clock. */
export function statusOf(
  { revokedAt, maxUses, uses, expiresAt }: StoredInvite,
  now: number,
): StoredStatus {
  if (revokedAt !== null) return 'revoked';
  if (maxUses !== null && uses >= maxUses) return 'used-up';
  if (expiresAt !== null && now >= expiresAt) return 'expired';
  return 'open';
}
