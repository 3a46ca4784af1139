import { readFileSync } from 'node:fs';
import type { Result } from 'ioredis';
import { ProblemError } from '../errors.ts';
import type { RedisClock } from '../redis/clock.ts';
import type { RedisConnection } from '../redis/connection.ts';
import type { RedisKeys } from '../redis/keys.ts';

const script = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

/** More than that nobody is named; the lists of who joined have all. */
export const REMEMBERED = 100;
/** Who comes right after is in the same mail. */
const WAIT_FOR_MORE_MS = 60_000;
/** However many join: a link on a poster fills no letter box. */
const BETWEEN_MAILS_MS = 600_000;

/** Somebody who joined by a link. */
export interface StoredJoin {
  invite: string;
  registration: string;
  name: string;
}

export interface JoinState {
  /** How many weren't looked at. */
  count: number;
  mails: boolean;
  /** Of the mails; empty: none was chosen. */
  language: string;
  /** Those up to then, in Redis's milliseconds, were told by mail. */
  mailedTo: number;
  /** Newest first. */
  latest: (StoredJoin & { joinedAt: number })[];
}

export type JoinStore = ReturnType<typeof createJoinStore>;

/**
 * Who joined by a member's links since they last looked, and how they want to be told. Bounded: the newest hundred of a
 * member, for as long as links are kept.
 */
export function createJoinStore(
  redis: RedisConnection,
  keys: RedisKeys,
  clock: RedisClock,
  keptMs: number,
) {
  redis.defineCommand('noteJoin', { numberOfKeys: 2, lua: script('note-join.lua') });
  redis.defineCommand('readJoins', { numberOfKeys: 2, lua: script('read-joins.lua') });
  redis.defineCommand('seeJoins', { numberOfKeys: 1, lua: script('see-joins.lua') });
  redis.defineCommand('chooseMails', { numberOfKeys: 1, lua: script('choose-mails.lua') });
  redis.defineCommand('claimDue', {
    numberOfKeys: 1,
    lua: script('../registrations/claim-due.lua'),
  });

  return {
    /** One round trip, and one more for whoever is told by mail. Doing it again is harmless. */
    async note(member: string, { invite, registration, name }: StoredJoin): Promise<void> {
      const due = await redis.noteJoin(
        ...[keys.joins(member), keys.settings(member)],
        JSON.stringify([invite, registration, name]),
        ...[REMEMBERED, keptMs, WAIT_FOR_MORE_MS, BETWEEN_MAILS_MS],
      );
      if (due > 0) await redis.zadd(keys.joinMails, 'NX', due, member);
    },

    /** One round trip. */
    async read(member: string, most: number): Promise<JoinState> {
      const [count, mails, language, mailedTo, flat] = await redis.readJoins(
        ...[keys.joins(member), keys.settings(member), most],
      );
      return {
        count,
        mails: mails === '1',
        language,
        mailedTo: Number(mailedTo),
        latest: flat.flatMap((text, i) =>
          i % 2 === 0 ? [{ ...decode(text), joinedAt: Number(flat[i + 1]) }] : [],
        ),
      };
    },

    /** Those up to then were looked at. @throws ProblemError `redis-away` where it came too late. */
    async seen(member: string, until: number): Promise<void> {
      const done = await clock.inTime((deadline) =>
        redis.seeJoins(keys.joins(member), deadline, until),
      );
      if (!done) throw new ProblemError('redis-away');
    },

    /** @throws ProblemError `redis-away` where it came too late. */
    async setMails(member: string, wanted: boolean, language: string): Promise<void> {
      const done = await clock.inTime((deadline) =>
        redis.chooseMails(keys.settings(member), deadline, wanted ? '1' : '', language),
      );
      if (!done) throw new ProblemError('redis-away');
    },

    /** Members to whom a mail is due, for one process for a while. */
    claimMails: (count: number, whileMs: number): Promise<string[]> =>
      redis.claimDue(keys.joinMails, count, whileMs),

    async retryMail(member: string, inMs: number): Promise<void> {
      await redis.zadd(keys.joinMails, clock.now() + inMs, member);
    },

    /** Nothing is due to them. Whoever joins from here on is due anew. */
    async dropMail(member: string): Promise<void> {
      await redis.zrem(keys.joinMails, member);
    },

    /** Those up to then are told; who joined meanwhile is in the next mail. */
    async mailed(member: string, upTo: number): Promise<void> {
      await redis.hset(keys.settings(member), 'mailedTo', upTo);
      await redis.zrem(keys.joinMails, member);
      const newer = await redis.zcount(keys.joins(member), `(${upTo}`, '+inf');
      if (newer > 0) await redis.zadd(keys.joinMails, 'NX', upTo + BETWEEN_MAILS_MS, member);
    },
  };
}

function decode(text: string): StoredJoin {
  const [invite = '', registration = '', name = '']: string[] = JSON.parse(text);
  return { invite, registration, name };
}

declare module 'ioredis' {
  interface RedisCommander<Context> {
    noteJoin(
      joins: string,
      settings: string,
      who: string,
      most: number,
      keptMs: number,
      waitMs: number,
      betweenMs: number,
    ): Result<number, Context>;
    seeJoins(joins: string, deadline: number, until: number): Result<number, Context>;
    chooseMails(
      settings: string,
      deadline: number,
      wanted: '1' | '',
      language: string,
    ): Result<number, Context>;
    readJoins(
      joins: string,
      settings: string,
      most: number,
    ): Result<[number, string, string, string, string[]], Context>;
  }
}
