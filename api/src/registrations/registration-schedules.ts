import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Result } from 'ioredis';
import type { RedisClock } from '../redis/clock.ts';
import type { RedisConnection } from '../redis/connection.ts';
import type { RedisKeys } from '../redis/keys.ts';
import type { RedisWrites } from '../redis/writes.ts';

/** Keycloak's transactions may take 300 s; an account that was given up may appear until then. */
const LATE_MS = 600_000;

/** Which sign-up: by which invite, under which id. */
export interface RegistrationKey {
  invite: string;
  registration: string;
}

/** One try at a sign-up, with the lease that it holds. */
export interface Attempt extends RegistrationKey {
  /** End of the lease, in Redis's milliseconds. */
  lease: number;
  /** The lease's entry among the reservations. */
  entry: string;
}

/** What is still to be done for sign-ups, and by when: leases to end, accounts that may be late, mails to send. */
export function createSchedules(
  redis: RedisConnection,
  keys: RedisKeys,
  clock: RedisClock,
  writes: RedisWrites,
) {
  const lua = readFileSync(new URL('claim-due.lua', import.meta.url), 'utf8');
  redis.defineCommand('claimDue', { numberOfKeys: 1, lua });

  return {
    /** Puts the lease on record before anything is reserved under it, so that whatever happens is found again. */
    async lease(key: RegistrationKey, milliseconds: number): Promise<Attempt> {
      const lease = clock.now() + milliseconds;
      const nonce = randomBytes(6).toString('hex');
      const entry = `${toEntry(key)}:${nonce}`;
      await writes.zadd(keys.reservations, String(lease), entry);
      return { ...key, lease, entry };
    },

    isOver: ({ lease }: Attempt): boolean => clock.now() >= lease,

    /** The attempt has ended, one way or another. */
    async forget({ entry }: Pick<Attempt, 'entry'>): Promise<void> {
      await redis.zrem(keys.reservations, entry);
    },

    /** Goes on looking for an account that was given up and may yet appear. */
    async watch(key: RegistrationKey): Promise<void> {
      await redis.zadd(keys.released, String(clock.now() + LATE_MS), toEntry(key));
    },

    /** Those whose account may yet appear; entries past their time go. */
    async watched(): Promise<RegistrationKey[]> {
      await redis.zremrangebyscore(keys.released, '-inf', String(clock.now()));
      return (await redis.zrange(keys.released, '0', '99')).map(toKey);
    },

    async unwatch(key: RegistrationKey): Promise<void> {
      await redis.zrem(keys.released, toEntry(key));
    },

    /** Attempts whose lease is over, for one process for a while. */
    async claimOverdue(count: number, whileMs: number): Promise<Attempt[]> {
      const entries = await redis.claimDue(keys.reservations, count, whileMs);
      return entries.map((entry) => ({ ...toKey(entry), entry, lease: 0 }));
    },

    /** An attempt that could not be ended now is due again. */
    async again({ entry }: Pick<Attempt, 'entry'>, inMs: number): Promise<void> {
      await redis.zadd(keys.reservations, 'XX', String(clock.now() + inMs), entry);
    },

    /** What follows a sign-up: its account is unverified, and its mail is ours to send for a while. */
    async follow(key: RegistrationKey, user: string, whileMs: number): Promise<void> {
      const now = clock.now();
      await Promise.all([
        writes.zadd(keys.unverified, 'NX', String(now), user),
        writes.zadd(keys.mails, 'NX', String(now + whileMs), toEntry(key)),
      ]);
    },

    async isUnverified(user: string): Promise<boolean> {
      return (await redis.zscore(keys.unverified, user)) !== null;
    },

    async areUnverified(users: string[]): Promise<boolean[]> {
      if (users.length === 0) return [];
      return (await redis.zmscore(keys.unverified, ...users)).map((score) => score !== null);
    },

    /** Once seen verified or signed in, never again unverified. Gives whether this was the first time. */
    async seen(user: string): Promise<boolean> {
      return (await redis.zrem(keys.unverified, user)) === 1;
    },

    /** Mails that are due, for one process for a while. */
    async claimMails(count: number, whileMs: number): Promise<RegistrationKey[]> {
      return (await redis.claimDue(keys.mails, count, whileMs)).map(toKey);
    },

    async dropMail(key: RegistrationKey): Promise<void> {
      await redis.zrem(keys.mails, toEntry(key));
    },

    async retryMail(key: RegistrationKey, inMs: number): Promise<void> {
      await redis.zadd(keys.mails, String(Math.ceil(clock.now() + inMs)), toEntry(key));
    },

    /** Schedules a mail and takes it for a while; one that is on its way already is left to whoever has it. */
    async scheduleMail(key: RegistrationKey, whileMs: number): Promise<boolean> {
      return (
        (await redis.zadd(keys.mails, 'NX', String(clock.now() + whileMs), toEntry(key))) === 1
      );
    },

    /** One process at a time, and another after the while where that one is gone. */
    async claimJob(job: string, whileMs: number): Promise<boolean> {
      return (await redis.set(keys.claim(job), '1', 'PX', whileMs, 'NX')) === 'OK';
    },

    now: () => clock.now(),
  };
}

const toEntry = ({ invite, registration }: RegistrationKey): string => `${invite}:${registration}`;

function toKey(entry: string): RegistrationKey {
  const [invite = '', registration = ''] = entry.split(':');
  return { invite, registration };
}

declare module 'ioredis' {
  interface RedisCommander<Context> {
    claimDue(schedule: string, count: number, whileMs: number): Result<string[], Context>;
  }
}
