import { readFileSync } from 'node:fs';
import type { Result } from 'ioredis';
import type { RedisConnection } from '../redis/connection.ts';
import type { RedisKeys } from '../redis/keys.ts';
import { createPager, type Position } from '../redis/page.ts';

const script = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

/** Who somebody is, and who invited them. Empty names are of accounts that are gone. */
export interface Edge {
  name: string;
  /** Subject of the one who made the link. */
  inviter: string;
  inviterName: string;
}

export interface StoredPerson extends Edge {
  /** Subject of the account. */
  user: string;
  joinedAt: number;
}

export type TreeStore = ReturnType<typeof createTreeStore>;

/**
 * Everybody who joined by a link, with who invited them: one entry an account, kept for good, since links go and the
 * tree stays. An account is in it once however often it is noted, so what is counted from it is counted once. Keycloak's
 * attributes have all of it as well, and `portal repair` writes it anew from there.
 */
export function createTreeStore(redis: RedisConnection, keys: RedisKeys) {
  redis.defineCommand('noteJoined', { numberOfKeys: 2, lua: script('note-joined.lua') });
  redis.defineCommand('countJoined', { numberOfKeys: 1, lua: script('count-joined.lua') });
  const pageOf = createPager(redis);

  /** Newest first. Two round trips. */
  async function page(
    limit: number,
    after: Position | undefined,
  ): Promise<{ people: StoredPerson[]; last: Position | undefined }> {
    const entries = await pageOf(keys.joined, limit, after);
    const ids = entries.map(({ id }) => id);
    const texts = ids.length > 0 ? await redis.hmget(keys.invitedBy, ...ids) : [];
    return {
      people: entries.map(({ id, time }, i) => ({
        ...{ user: id, joinedAt: time },
        ...decode(texts[i] ?? null),
      })),
      last: entries.length < limit ? undefined : entries.at(-1),
    };
  }

  return {
    page,

    /**
     * One round trip. Doing it again is harmless, and brings the names up to date.
     *
     * @param joinedAt undefined: now.
     */
    async note(user: string, { name, inviter, inviterName }: Edge, joinedAt?: number) {
      const who = JSON.stringify([name, inviter, inviterName]);
      await redis.noteJoined(keys.joined, keys.invitedBy, user, who, joinedAt ?? '');
    },

    /** Everybody, a hundred at a time. */
    async *all(): AsyncGenerator<StoredPerson> {
      let after: Position | undefined;
      do {
        const { people, last } = await page(100, after);
        yield* people;
        after = last;
      } while (after);
    },

    /**
     * How many joined, in all and in each period. One round trip.
     *
     * @param beginnings of the periods, oldest first.
     */
    async count(beginnings: number[]): Promise<{ total: number; counts: number[] }> {
      const [total = 0, ...counts] = await redis.countJoined(keys.joined, ...beginnings);
      return { total, counts };
    },
  };
}

function decode(text: string | null): Edge {
  const [name = '', inviter = '', inviterName = '']: string[] =
    text === null ? [] : JSON.parse(text);
  return { name, inviter, inviterName };
}

declare module 'ioredis' {
  interface RedisCommander<Context> {
    noteJoined(
      joined: string,
      invitedBy: string,
      user: string,
      who: string,
      joinedAt: number | '',
    ): Result<number, Context>;
    countJoined(joined: string, ...beginnings: number[]): Result<number[], Context>;
  }
}
