import fastifyRedis from '@fastify/redis';
import type { FastifyInstance } from 'fastify';
import { nodesConnected, type RedisConnection } from '../redis/connection.ts';
import { durabilityWarnings } from '../redis/durability.ts';

/** Puts the connection under `app.redis` and closes it with the app. The app starts without Redis, and heals. */
export async function redisPlugin(app: FastifyInstance, redis: RedisConnection): Promise<void> {
  redis.on('error', (error) => app.log.warn({ err: error }, 'redis'));
  redis.on('ready', async () => {
    app.log.info('redis is there');
    const warnings = await durabilityWarnings(redis).catch(() => []);
    for (const warning of warnings) app.log.warn(warning);
  });
  void redis.connect().catch(() => undefined);
  const first = await new Promise<'ready' | 'away'>((resolve) => {
    redis.once('ready', () => resolve('ready'));
    redis.once('close', () => resolve('away'));
  });
  // @fastify/redis waits for the first connection; told so, it goes on, and the connection comes when Redis does.
  if (first === 'away') tellFirstToWait(redis);
  else await nodesConnected(redis);
  await app.register(fastifyRedis, { client: redis, closeClient: false });
  app.addHook('onClose', async () => redis.disconnect());
}

/** Whoever next begins to wait for the connection hears that it is there. */
function tellFirstToWait(redis: RedisConnection): void {
  redis.on('newListener', function tell(event: string, listener: () => void) {
    if (event !== 'ready') return;
    redis.off('newListener', tell);
    queueMicrotask(listener);
  });
}
