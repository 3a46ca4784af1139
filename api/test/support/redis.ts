import { Cluster, Redis } from 'ioredis';
import { parseRedisUrl, type RedisConnection } from '../../src/redis/connection.ts';

/**
 * A test's own connection to the Redis of the portal, be that one server or a Cluster. Connects at its first command,
 * and has patience, which the portal's own has not.
 */
export function openRedis(url: string): RedisConnection {
  const { kind, hosts } = parseRedisUrl(url);
  return kind === 'cluster'
    ? new Cluster(hosts, { lazyConnect: true })
    : new Redis(url, { lazyConnect: true });
}

/** The servers that hold keys: one, or the masters of a Cluster. */
export async function mastersOf(redis: RedisConnection): Promise<Redis[]> {
  if (!(redis instanceof Cluster)) return [redis];
  // It knows of none before it is connected.
  await redis.ping();
  return redis.nodes('master');
}

/** All keys that fit, wherever they are. */
export async function keysLike(redis: RedisConnection, pattern: string): Promise<string[]> {
  const found = await Promise.all((await mastersOf(redis)).map((node) => node.keys(pattern)));
  return found.flat();
}
