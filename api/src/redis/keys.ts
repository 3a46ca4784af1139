export type RedisKeys = ReturnType<typeof createRedisKeys>;

/** An index of invites: whose, and which of them. */
export interface InviteIndex {
  /** Subject of the maker; undefined: everybody's. */
  creator: string | undefined;
  status: 'any' | 'open' | 'ended';
}

/**
 * Every key that the portal writes. All keys of one invite share a hash tag, and so do all lists of one maker's invites
 * and all of everybody's: each script touches one slot of a Redis Cluster.
 */
export function createRedisKeys(prefix: string) {
  const invite = (id: string) => `${prefix}{invite:${id}}`;
  const invites = (creator: string | undefined) =>
    `${prefix}{invites${creator === undefined ? '' : `:by:${creator}`}}`;
  const member = (sub: string) => `${prefix}{member:${sub}}`;
  return {
    /** Hash: the invite, with its counts. */
    invite,
    /** Sorted set: registration ids by the time they joined. */
    registrations: (id: string) => `${invite(id)}:registrations`,
    /** Hash: one registration. */
    registration: (id: string, registration: string) =>
      `${invite(id)}:registration:${registration}`,
    /** Sorted set: invite ids by the time they were made. */
    invites: ({ creator, status }: InviteIndex): string =>
      `${invites(creator)}${status === 'any' ? '' : `:${status}`}`,
    /** The three of them: any, open, ended. */
    lists: (creator: string | undefined): [string, string, string] => {
      const any = invites(creator);
      return [any, `${any}:open`, `${any}:ended`];
    },
    /** Sorted set: invite ids by the time they end, for those that are listed as open. */
    expiring: `${invites(undefined)}:expiring`,
    /** Sorted set: ids of ended invites by when they go. */
    leaving: `${invites(undefined)}:leaving`,
    /** Sorted set: sign-ups under way, by the end of their lease. */
    reservations: `${prefix}reservations`,
    /** Sorted set: registrations given up whose account may yet appear, by when to stop looking. */
    released: `${prefix}released`,
    /** Sorted set: subjects of accounts that were never seen verified or signed in, by the time they were made. */
    unverified: `${prefix}unverified`,
    /** Sorted set: verification mails to send, by when to try. */
    mails: `${prefix}mails`,
    /** Sorted set: who joined by a member's links since they last looked, by time. */
    joins: (sub: string) => `${member(sub)}:joins`,
    /** Hash: how a member wants to be told. */
    settings: (sub: string) => `${member(sub)}:settings`,
    /** Sorted set: members to be told by mail who joined, by when. */
    joinMails: `${prefix}join-mails`,
    /** Sorted set: accounts that joined by a link, by when; for good. */
    joined: `${prefix}{tree}:joined`,
    /** Hash, in the same slot: who they are and who invited them, by account. */
    invitedBy: `${prefix}{tree}:invited-by`,
    /** String: who does a piece of background work. */
    claim: (job: string) => `${prefix}claims:${job}`,
    rateLimit: `${prefix}limits:`,
  };
}
