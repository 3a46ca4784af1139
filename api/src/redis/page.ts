import { readFileSync } from 'node:fs';
import type { Result } from 'ioredis';
import { fieldProblem } from '../errors.ts';
import type { RedisConnection } from './connection.ts';

/** An entry of a list by time, and where a page of it ended. */
export interface Position {
  id: string;
  /** Milliseconds since 1970. */
  time: number;
}

/** Pages through a sorted set by time, newest first: one round trip, whatever its size. */
export function createPager(redis: RedisConnection) {
  const lua = readFileSync(new URL('page.lua', import.meta.url), 'utf8');
  redis.defineCommand('pageOf', { numberOfKeys: 1, lua });

  return async (key: string, count: number, after: Position | undefined): Promise<Position[]> => {
    const flat = await redis.pageOf(key, count, after?.id ?? '', after?.time ?? 0);
    const entries: Position[] = [];
    for (let i = 0; i + 1 < flat.length; i += 2)
      entries.push({ id: flat[i] ?? '', time: Number(flat[i + 1]) });
    return entries;
  };
}

export const toCursor = ({ id, time }: Position): string =>
  Buffer.from(`${time}:${id}`).toString('base64url');

/** @throws ProblemError `invalid-input` where it is not one of ours. */
export function fromCursor(cursor: string | undefined): Position | undefined {
  if (cursor === undefined) return undefined;
  const match = /^(\d{1,16}):([0-9a-f-]{32,36})$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (!match?.[1] || !match[2]) throw fieldProblem('cursor', 'malformed');
  return { time: Number(match[1]), id: match[2] };
}

declare module 'ioredis' {
  interface RedisCommander<Context> {
    pageOf(key: string, count: number, last: string, lastTime: number): Result<string[], Context>;
  }
}
