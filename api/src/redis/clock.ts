import { setTimeout as wait } from 'node:timers/promises';
import { ProblemError } from '../errors.ts';
import { mayStillRun } from './away.ts';
import type { RedisConnection } from './connection.ts';

const SYNC_EVERY_MS = 30_000;
/** An answer that took longer says too little: a process that has just started is busy, and so is its machine. */
const QUICK_MS = 10;
const SAMPLES = 5;
/** Of the time-out: how long a script may take to begin. What is left is for its answer's way back. */
const SHARE_OF_TIMEOUT = 0.9;

export type RedisClock = ReturnType<typeof createRedisClock>;

/**
 * Knows Redis's time from here, so that a script can be told until when it may still take effect. Counted on from the
 * last answer by the monotonic clock: a jump of this machine's clock moves nothing.
 */
export function createRedisClock(redis: RedisConnection, timeoutMs: number) {
  let offset: number | undefined;
  let pending: Promise<void> | undefined;

  /** As if an answer had taken no time on its way: where that is wrong, deadlines are earlier, never later. */
  async function sample(): Promise<{ offset: number; tookMs: number }> {
    const askedAt = performance.now();
    const [seconds, microseconds] = await redis.time();
    const answeredAt = performance.now();
    const time = Number(seconds) * 1000 + Number(microseconds) / 1000;
    return { offset: time - answeredAt, tookMs: answeredAt - askedAt };
  }

  /** Each answer alone is early by the time that it took: after a slow one Redis is asked again, and the latest counts. */
  async function measure(): Promise<void> {
    let best = await sample();
    let slow = best.tookMs > QUICK_MS;
    for (let more = SAMPLES - 1; slow && more > 0; more--) {
      const next = await sample().catch(() => undefined);
      if (next && next.offset > best.offset) best = next;
      slow = next === undefined || next.tookMs > QUICK_MS;
    }
    offset = best.offset;
  }

  function sync(): Promise<void> {
    pending ??= measure().finally(() => {
      pending = undefined;
    });
    return pending;
  }
  const syncQuietly = () => void sync().catch(() => undefined);

  redis.on('ready', () => {
    // It may be another server, with a clock of its own.
    offset = undefined;
    syncQuietly();
  });
  const timer = setInterval(syncQuietly, SYNC_EVERY_MS);
  timer.unref();

  /**
   * The moment, in Redis's milliseconds, after which a script started now must do nothing.
   *
   * @throws ProblemError `redis-away` where Redis was never heard.
   */
  async function deadlineFromNow(): Promise<number> {
    if (offset === undefined) await sync();
    if (offset === undefined) throw new ProblemError('redis-away');
    return Math.floor(performance.now() + offset + timeoutMs * SHARE_OF_TIMEOUT);
  }

  return {
    /** Redis's time as far as it is known, in milliseconds since 1970; this machine's until Redis was heard. */
    now: () => (offset === undefined ? Date.now() : Math.floor(performance.now() + offset)),

    /**
     * Has a script do something before a deadline. Where the connection was lost over it, nobody is told before that
     * has passed: Redis may still have it, and do it.
     *
     * @param work is given the deadline, in Redis's milliseconds.
     * @throws what the work threw; ProblemError `redis-away` where Redis was never heard.
     */
    async inTime<T>(work: (deadline: number) => Promise<T>): Promise<T> {
      const deadline = await deadlineFromNow();
      const endsAt = performance.now() + timeoutMs * SHARE_OF_TIMEOUT;
      try {
        return await work(deadline);
      } catch (error) {
        const leftMs = endsAt - performance.now();
        if (mayStillRun(error) && leftMs > 0) await wait(leftMs);
        throw error;
      }
    },
    stop: () => clearInterval(timer),
  };
}
