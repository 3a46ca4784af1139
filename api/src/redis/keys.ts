export type RedisKeys = ReturnType<typeof createRedisKeys>;

/** An index of invites: whose, and which of them. */
export interface InviteIndex {
  /** Subject of the maker; undefined: everybody's. */
  creator: string | undefined;
  status: 'any' | 'open' | 'ended';
}

/**
 * Every key that the portal writes. All keys of one invite share a hash tag, so that each script touches one slot of a
 * Redis Cluster.
 */
export function createRedisKeys(prefix: string) {
  const invite = (id: string) => `${prefix}{invite:${id}}`;
  return {
    /** Hash: the invite, with its counts. */
    invite,
    /** Sorted set: registration ids by the time they joined. */
    registrations: (id: string) => `${invite(id)}:registrations`,
    /** Hash: one registration. */
    registration: (id: string, registration: string) =>
      `${invite(id)}:registration:${registration}`,
    /** Sorted set: invite ids by the time they were made. */
    invites({ creator, status }: InviteIndex): string {
      const whose = creator === undefined ? '' : `:by:${creator}`;
      return `${prefix}invites${whose}${status === 'any' ? '' : `:${status}`}`;
    },
    /** Sorted set: invite ids by the time they end, for those that are listed as open. */
    expiring: `${prefix}invites:expiring`,
    /** Sorted set: ids of ended invites by when they go. */
    leaving: `${prefix}invites:leaving`,
    /** Sorted set: sign-ups under way, by the end of their lease. */
    reservations: `${prefix}reservations`,
    /** Sorted set: registrations given up whose account may yet appear, by when to stop looking. */
    released: `${prefix}released`,
    /** Sorted set: subjects of accounts that were never seen verified or signed in, by the time they were made. */
    unverified: `${prefix}unverified`,
    /** Sorted set: verification mails to send, by when to try. */
    mails: `${prefix}mails`,
    /** String: who does a piece of background work. */
    claim: (job: string) => `${prefix}claims:${job}`,
    rateLimit: `${prefix}limits:`,
  };
}
