import { type ChainableCommander, Cluster, Command } from 'ioredis';
import { ProblemError } from '../errors.ts';
import { createRedis, type RedisConnection } from './connection.ts';

/** Of the time-out: what is left of it is for the way there and back, and for the writes before. */
const SHARE_OF_TIMEOUT = 0.25;

type Word = string | number;

export type RedisWrites = ReturnType<typeof createRedisWrites>;

interface Pending {
  add(pipeline: ChainableCommander): void;
  settle(error: Error | null, answer: unknown): void;
}

/**
 * Writes that must not be lost: none is answered before so many replicas have it, too, so that it is still there when
 * one of them takes over from its master. With none, a write is a command like any other, and costs no more.
 *
 * With some, writes go by a connection of their own, because WAIT keeps all that follows on its connection waiting, and
 * only knows of the writes of that connection. So it is sent right behind them, in one pipeline; those that come while
 * one is under way share the next, and its WAIT. Scripts are sent whole: one that Redis didn't know by its hash would
 * be sent again behind the WAIT.
 *
 * A write that too few replicas confirmed in time is `redis-away`, and may be there all the same.
 *
 * @param timeoutMs longest that a command may take.
 */
export function createRedisWrites(
  redis: RedisConnection,
  { url, timeoutMs, waitReplicas }: { url: string; timeoutMs: number; waitReplicas: number },
) {
  const writer = waitReplicas > 0 ? beside(redis, createRedis({ url, timeoutMs })) : undefined;
  /** What waits for the server that it is for; there is a list while something is under way there. */
  const lanes = new Map<string, Pending[]>();
  const waitMs = Math.ceil(timeoutMs * SHARE_OF_TIMEOUT);

  function enqueue(to: RedisConnection, key: string, pending: Pending): void {
    const lane = laneOf(to, key);
    const waiting = lanes.get(lane);
    if (waiting) return void waiting.push(pending);
    const mine = [pending];
    lanes.set(lane, mine);
    void drain(to, lane, mine);
  }

  async function drain(to: RedisConnection, lane: string, waiting: Pending[]): Promise<void> {
    // What is asked for in one go, goes in one go.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting.splice(0);
      await send(to, batch).catch((error) => {
        for (const { settle } of batch) settle(error, undefined);
      });
    }
    // In the turn in which nothing waits: whatever comes after it begins anew.
    lanes.delete(lane);
  }

  async function send(to: RedisConnection, batch: Pending[]): Promise<void> {
    // A Cluster would have it wait until it is there.
    if (to.status !== 'ready') throw new ProblemError('redis-away');
    const pipeline = to.pipeline();
    for (const { add } of batch) add(pipeline);
    const results = (await pipeline.wait(waitReplicas, waitMs).exec()) ?? [];
    const unconfirmed = doubt(results.at(-1));
    if (to instanceof Cluster && results.some(([error]) => error)) to.refreshSlotsCache();
    for (const [i, { settle }] of batch.entries()) {
      const [error, answer] = results[i] ?? [unconfirmed];
      settle(error ?? unconfirmed, answer);
    }
  }

  /** Null where enough replicas have all that was written before. */
  function doubt([error, confirmed]: [Error | null, unknown] = [null, 0]): Error | null {
    if (!error && Number(confirmed) >= waitReplicas) return null;
    const cause = error ?? new Error(`${confirmed} of ${waitReplicas} replicas have a write`);
    return new ProblemError('redis-away', { cause });
  }

  function write<Answer>(key: string, plain: () => Promise<Answer>, add: Pending['add']) {
    if (!writer) return plain();
    return new Promise<Answer>((resolve, reject) => {
      // Redis gives no types: what a command answers is what its documentation says.
      const settle: Pending['settle'] = (error, answer) =>
        error ? reject(error) : resolve(answer as Answer);
      enqueue(writer, key, { add, settle });
    });
  }

  return {
    /**
     * A script that writes, and whose first word is its first key.
     *
     * @param plain calls it where no replica is waited for.
     * @returns calls it. Rejects with a ProblemError `redis-away` where too few replicas have it in time.
     */
    script:
      <Words extends [key: string, ...Word[]], Answer>(
        plain: (...words: Words) => Promise<Answer>,
        { numberOfKeys, lua }: { numberOfKeys: number; lua: string },
      ) =>
      (...words: Words): Promise<Answer> =>
        write(
          words[0],
          () => plain(...words),
          (pipeline) => pipeline.eval(lua, numberOfKeys, ...words),
        ),

    /** @param words as ZADD has them behind its key. */
    zadd: (key: string, ...words: Word[]): Promise<number> =>
      write<number>(
        key,
        () => redis.zadd(key, ...words),
        (pipeline) => pipeline.zadd(key, ...words),
      ),
  };
}

/** A connection that comes with another, and goes with it. */
function beside(redis: RedisConnection, writer: RedisConnection): RedisConnection {
  // Whatever is wrong with Redis is said once, by the other.
  writer.on('error', () => {});
  redis.once('connecting', () => void writer.connect().catch(() => undefined));
  redis.once('end', () => writer.disconnect());
  return writer;
}

/** Which server a key is at, as far as is known. */
function laneOf(redis: RedisConnection, key: string): string {
  if (!(redis instanceof Cluster)) return '';
  return redis.slots[new Command('get', [key]).getSlot()]?.join() ?? '';
}
