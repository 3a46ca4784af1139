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

/** When an invite ended in one way, in milliseconds since 1970. */
export function endBy(
  { revokedAt, usedAt, expiresAt }: StoredInvite,
  status: Exclude<StoredStatus, 'open'>,
): number | null {
  return { revoked: revokedAt, 'used-up': usedAt, expired: expiresAt }[status];
}

/** When an invite ended, in milliseconds since 1970; null: it has not. */
export function endOf(invite: StoredInvite, now: number): number | null {
  const status = statusOf(invite, now);
  return status === 'open' ? null : endBy(invite, status);
}
