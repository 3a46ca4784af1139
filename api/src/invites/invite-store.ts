import { readFileSync } from 'node:fs';
import type { Result } from 'ioredis';
import { ProblemError } from '../errors.ts';
import type { Group } from '../keycloak/gateway.ts';
import type { RedisClock } from '../redis/clock.ts';
import type { RedisConnection } from '../redis/connection.ts';
import type { InviteIndex, RedisKeys } from '../redis/keys.ts';
import { createPager, type Position } from '../redis/page.ts';
import type { RedisWrites } from '../redis/writes.ts';
import { endOf, type StoredStatus, statusOf } from './invite-status.ts';

const script = (name: string) => readFileSync(new URL(`${name}.lua`, import.meta.url), 'utf8');

/** An entry without its invite is one that was never finished; a minute is longer than any request. */
const UNFINISHED_MS = 60_000;
/** How many pages of entries that are out of date are read for one page that is shown. */
const ROUNDS = 10;
const SWEEP = 500;

/** An invite as it is kept. Times are in milliseconds since 1970. */
export interface StoredInvite {
  id: string;
  creator: string;
  creatorName: string;
  label: string;
  message: string;
  createdAt: number;
  expiresAt: number | null;
  revokedAt: number | null;
  maxUses: number | null;
  uses: number;
  reserved: number;
  groups: Group[];
  email: string | null;
  /** When somebody last joined. */
  usedAt: number | null;
}

/** What lists know of an invite. */
type Listed = Pick<StoredInvite, 'id' | 'createdAt' | 'expiresAt'> & {
  creator: string | undefined;
};

export type InviteFields = Pick<
  StoredInvite,
  'label' | 'message' | 'expiresAt' | 'revokedAt' | 'maxUses' | 'groups' | 'email'
>;

export type InviteStore = ReturnType<typeof createInviteStore>;

/**
 * The invites in Redis. Callers see invites; keys, scripts and encoding stay here.
 *
 * @param retentionMs how long an invite that has ended is kept.
 */
export function createInviteStore(
  redis: RedisConnection,
  keys: RedisKeys,
  clock: RedisClock,
  writes: RedisWrites,
  retentionMs: number,
) {
  const filing = script('file-invite');
  const ownFiling = { numberOfKeys: 3, lua: filing };
  const commonFiling = { numberOfKeys: 5, lua: filing };
  const creation = { numberOfKeys: 1, lua: script('create-invite') };
  const changing = { numberOfKeys: 1, lua: script('change-invite') };
  redis.defineCommand('fileOwn', ownFiling);
  redis.defineCommand('fileCommon', commonFiling);
  redis.defineCommand('createInvite', creation);
  redis.defineCommand('changeInvite', changing);
  const createInvite = writes.script(redis.createInvite.bind(redis), creation);
  const changeInvite = writes.script(redis.changeInvite.bind(redis), changing);
  const plain = {
    own: redis.fileOwn.bind(redis),
    common: redis.fileCommon.bind(redis),
  };
  const confirmed = {
    own: writes.script(plain.own, ownFiling),
    common: writes.script(plain.common, commonFiling),
  };
  redis.defineCommand('removeInvite', { numberOfKeys: 2, lua: script('remove-invite') });
  const pageOf = createPager(redis);

  async function read(id: string): Promise<StoredInvite | undefined> {
    return decode(id, await redis.hmget(keys.invite(id), 'data', ...OWN_FIELDS));
  }

  /** Lists an invite among its maker's, where that is known, and among everybody's: two scripts at once. */
  async function list(
    { id, creator, createdAt, expiresAt }: Listed,
    status: 'open' | 'ended' | 'gone',
    leavesAt = 0,
    by = plain,
  ): Promise<void> {
    const words = [id, status, createdAt, expiresAt ?? '', leavesAt] as const;
    await Promise.all([
      ...(creator === undefined ? [] : [by.own(...keys.lists(creator), ...words)]),
      by.common(...keys.lists(undefined), keys.expiring, keys.leaving, ...words),
    ]);
  }

  /** Sees to it that an invite is listed by what it is now. Doing it twice, or from two processes, is harmless. */
  function file(invite: StoredInvite, now: number): Promise<void> {
    const end = endOf(invite, now);
    return end === null ? list(invite, 'open') : list(invite, 'ended', end + retentionMs);
  }

  const drop = (id: string, creator: string | undefined): Promise<void> =>
    list({ id, creator, createdAt: 0, expiresAt: null }, 'gone');

  /** Everything of one that is due goes, its index entries last; one that was opened again meanwhile stays. */
  async function removeOne(id: string): Promise<void> {
    const invite = await read(id);
    if (invite) {
      const before = clock.now() - retentionMs;
      const removed = await clock.inTime((deadline) =>
        redis.removeInvite(
          keys.invite(id),
          keys.registrations(id),
          deadline,
          before,
          keys.registration(id, ''),
        ),
      );
      if (!removed) return file(invite, clock.now());
    }
    await drop(id, invite?.creator);
  }

  return {
    /** One round trip. */
    read,

    /**
     * Two round trips: indexes first, the invite last, so that a half-made one is an entry that a reader drops.
     *
     * @throws ProblemError `redis-away` where it came too late to be written.
     */
    async create(invite: StoredInvite): Promise<void> {
      const written = await clock.inTime(async (deadline) => {
        await list(invite, 'open', 0, confirmed);
        return createInvite(keys.invite(invite.id), deadline, ...encode(invite));
      });
      if (!written) throw new ProblemError('redis-away');
    },

    /** Gives the invite as it is then. */
    async change(
      id: string,
      fields: Partial<InviteFields>,
    ): Promise<StoredInvite | 'unknown' | 'below-uses'> {
      const code = await clock.inTime((deadline) =>
        changeInvite(keys.invite(id), deadline, ...encode(fields)),
      );
      if (code === 0) throw new ProblemError('redis-away');
      if (code === -2) return 'below-uses';
      const invite = code === 1 ? await read(id) : undefined;
      if (!invite) return 'unknown';
      await file(invite, clock.now());
      return invite;
    },

    /**
     * One page, newest first. Two round trips, and two more for each page of entries that were out of date; these are
     * put right on the way.
     */
    async list(
      index: InviteIndex,
      limit: number,
      after: Position | undefined,
    ): Promise<{ invites: StoredInvite[]; last: Position | undefined }> {
      const invites: StoredInvite[] = [];
      let last = after;
      for (let round = 0; round < ROUNDS && invites.length < limit; round++) {
        const wanted = limit - invites.length;
        const entries = await pageOf(keys.invites(index), wanted, last);
        const found = await Promise.all(entries.map(({ id }) => read(id)));
        const now = clock.now();
        const astray: Promise<void>[] = [];
        for (const [i, entry] of entries.entries()) {
          const invite = found[i];
          if (!invite) {
            if (now - entry.time > UNFINISHED_MS) astray.push(drop(entry.id, index.creator));
          } else if (belongs(statusOf(invite, now), index.status)) invites.push(invite);
          else astray.push(file(invite, now));
        }
        await Promise.all(astray);
        last = entries.at(-1) ?? last;
        if (entries.length < wanted) return { invites, last: undefined };
      }
      return { invites, last };
    },

    /** The newest of an index, as many as that at the most; out-of-date entries too. Two round trips. */
    async newest(
      index: InviteIndex,
      most: number,
    ): Promise<{ invites: StoredInvite[]; all: boolean }> {
      const entries = await pageOf(keys.invites(index), most, undefined);
      const found = await Promise.all(entries.map(({ id }) => read(id)));
      return {
        invites: found.filter((invite) => invite !== undefined),
        all: entries.length < most,
      };
    },

    file: (invite: StoredInvite) => file(invite, clock.now()),

    /** Moves those that have ended by themselves to where ended ones are listed; gives how many. */
    async fileExpired(): Promise<number> {
      const ids = await redis.zrangebyscore(keys.expiring, '-inf', clock.now(), 'LIMIT', 0, SWEEP);
      await Promise.all(
        ids.map(async (id) => {
          const invite = await read(id);
          await (invite ? file(invite, clock.now()) : drop(id, undefined));
        }),
      );
      return ids.length;
    },

    /** Removes those that ended longer ago than they are kept; gives how many were due. */
    async removeOld(): Promise<number> {
      const ids = await redis.zrangebyscore(keys.leaving, '-inf', clock.now(), 'LIMIT', 0, SWEEP);
      await Promise.all(ids.map(removeOne));
      return ids.length;
    },

    now: () => clock.now(),
  };
}

/** Whether a list of these has an invite of that status. */
export function belongs(status: StoredStatus, wanted: InviteIndex['status']): boolean {
  return wanted === 'any' || (wanted === 'open') === (status === 'open');
}

/**
 * What scripts look at or count has a field of its own; all else is one text, which costs a fifth to read of what a
 * dozen fields do.
 */
const OWN_FIELDS = ['expiresAt', 'revokedAt', 'maxUses', 'uses', 'reserved', 'usedAt'] as const;

type OwnField = (typeof OWN_FIELDS)[number];

const isOwnField = (name: string): name is OwnField => OWN_FIELDS.some((field) => field === name);

/** The text, and then fields and values. Null is an empty string: Redis has no other word for it. */
function encode({ id: _id, ...invite }: Partial<StoredInvite>): [data: string, ...string[]] {
  const entries = Object.entries(invite);
  const data = Object.fromEntries(entries.filter(([name]) => !isOwnField(name)));
  const own = entries.filter(([name]) => isOwnField(name));
  return [JSON.stringify(data), ...own.flatMap(([name, value]) => [name, String(value ?? '')])];
}

function decode(id: string, [data, ...own]: (string | null)[]): StoredInvite | undefined {
  if (!data) return undefined;
  const kept: Pick<StoredInvite, Exclude<keyof StoredInvite, OwnField | 'id'>> = JSON.parse(data);
  const [expiresAt = null, revokedAt = null, maxUses = null, uses, reserved, usedAt = null] =
    own.map((value) => (value ? Number(value) : null));
  return {
    ...kept,
    id,
    // A script that merges an empty list writes an empty object.
    groups: Array.isArray(kept.groups) ? kept.groups : [],
    ...{ expiresAt, revokedAt, maxUses, usedAt },
    uses: uses ?? 0,
    reserved: reserved ?? 0,
  };
}

/** Invite, status, when it was made, when it expires, when it goes. */
type FilingWords = readonly [string, string, number, number | string, number];

declare module 'ioredis' {
  interface RedisCommander<Context> {
    fileOwn(
      ...words: [any: string, open: string, ended: string, ...FilingWords]
    ): Result<number, Context>;
    fileCommon(
      ...words: [
        any: string,
        open: string,
        ended: string,
        expiring: string,
        leaving: string,
        ...FilingWords,
      ]
    ): Result<number, Context>;
    createInvite(
      invite: string,
      deadline: number,
      data: string,
      ...fields: string[]
    ): Result<number, Context>;
    changeInvite(
      invite: string,
      deadline: number,
      data: string,
      ...fields: string[]
    ): Result<number, Context>;
    removeInvite(
      invite: string,
      registrations: string,
      deadline: number,
      endedBefore: number,
      registrationPrefix: string,
    ): Result<number, Context>;
  }
}
