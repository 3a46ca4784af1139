import { ProblemError } from '../errors.ts';
import type { RedisConnection } from './connection.ts';

const SYNC_EVERY_MS = 30_000;
/** A command's caller gives up after half of the time-out at the earliest; what is left of that is for the way there. */
const SHARE_OF_TIMEOUT = 0.45;

export type RedisClock = ReturnType<typeof createRedisClock>;

/**
 * Knows Redis's time from here, so that a script can be told until when it may still take effect. Counted on from the
 * last answer by the monotonic clock: a jump of this machine's clock moves nothing.
 */
export function createRedisClock(redis: RedisConnection, timeoutMs: number) {
  let offset: number | undefined;

  async function sync(): Promise<void> {
    const [seconds, microseconds] = await redis.time();
    // As if the answer had taken no time: where that is wrong, the deadlines are earlier, never later.
    offset = Number(seconds) * 1000 + Number(microseconds) / 1000 - performance.now();
  }
  const syncQuietly = () => void sync().catch(() => undefined);

  redis.on('ready', syncQuietly);
  const timer = setInterval(syncQuietly, SYNC_EVERY_MS);
  timer.unref();

  return {
    /** Redis's time as far as it is known, in milliseconds since 1970; this machine's until Redis was heard. */
    now: () => (offset === undefined ? Date.now() : Math.floor(performance.now() + offset)),

    /**
     * The moment, in Redis's milliseconds, after which a script started now must do nothing.
     *
     * @throws ProblemError `redis-away` where Redis was never heard.
     */
    async deadline(): Promise<number> {
      if (offset === undefined) await sync();
      if (offset === undefined) throw new ProblemError('redis-away');
      return Math.floor(performance.now() + offset + timeoutMs * SHARE_OF_TIMEOUT);
    },
    stop: () => clearInterval(timer),
  };
}
