import fastifyRedis from '@fastify/redis';
import type { FastifyInstance } from 'fastify';
import { Redis } from 'ioredis';
import type { Config } from '../config.ts';

/**
 * A connection that never keeps a caller waiting: no command queues while Redis is away, none takes longer than the
 * time-out, and none is sent again behind its caller's back.
 */
export function createRedis({ url, timeoutMs }: Config['redis']): Redis {
  return new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    // Commands are sent in pipelines, one after the other: one may wait for those before it, and then for its own.
    commandTimeout: timeoutMs / 2,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    enableAutoPipelining: true,
    retryStrategy: (attempt) => Math.min(attempt * 100, 1000),
  });
}

/** Puts the connection under `app.redis` and closes it with the app. The app starts without Redis, and heals. */
export async function redisPlugin(app: FastifyInstance, redis: Redis): Promise<void> {
  redis.on('error', (error) => app.log.warn({ err: error }, 'redis'));
  redis.on('ready', () => app.log.info('redis is there'));
  void redis.connect().catch(() => undefined);
  const first = await new Promise<'ready' | 'away'>((resolve) => {
    redis.once('ready', () => resolve('ready'));
    redis.once('close', () => resolve('away'));
  });
  // @fastify/redis waits for the first connection; told so, it goes on, and the connection comes when Redis does.
  if (first === 'away') tellFirstToWait(redis);
  await app.register(fastifyRedis, { client: redis, closeClient: false });
  app.addHook('onClose', async () => redis.disconnect());
}

/** Whoever next begins to wait for the connection hears that it is there. */
function tellFirstToWait(redis: Redis): void {
  redis.on('newListener', function tell(event: string, listener: () => void) {
    if (event !== 'ready') return;
    redis.off('newListener', tell);
    queueMicrotask(listener);
  });
}

/** Whether Redis could not be asked (or could not answer for now), as opposed to having refused what it was asked. */
export function isRedisAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'MaxRetriesPerRequestError' || error.name === 'ClusterAllFailedError')
    return true;
  if (error.name === 'ReplyError')
    return /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|OOM|UNKILLABLE|BUSY) /.test(
      error.message,
    );
  return /^(Command timed out|Connection is closed|Stream isn't writeable)/.test(error.message);
}
