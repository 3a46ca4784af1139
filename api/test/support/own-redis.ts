import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../../docker/stack/ports.ts';
import { type RedisServer, startRedis } from '../../../docker/stack/redis.ts';

export type OwnRedis = Awaited<ReturnType<typeof createOwnRedis>>;

/**
 * A Redis of a test's own, to be killed, frozen and started again on the same port with the same data; it writes each
 * command to disk before it answers. Not started yet.
 */
export async function createOwnRedis() {
  const [dir, port] = await Promise.all([mkdtemp(join(tmpdir(), 'portal-redis-')), freePort()]);
  const args = ['--appendonly', 'yes', '--appendfsync', 'always'];
  const url = `redis://127.0.0.1:${port}`;
  let server: RedisServer | undefined;
  /** The test's own connection, in nobody's way. */
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => 50 });
  redis.on('error', () => undefined);

  return {
    url,
    redis,
    async start(): Promise<void> {
      server = await startRedis({ dir, port, args });
    },
    /** `kill -9`. */
    async kill(): Promise<void> {
      server?.signal('SIGKILL');
      await server?.ended;
    },
    freeze: () => server?.signal('SIGSTOP'),
    /** Settles when it answers again. What had reached it before that has been done by then, or never will be. */
    async thaw(): Promise<void> {
      server?.signal('SIGCONT');
      await redis.ping();
      await redis.ping();
    },
    async remove(): Promise<void> {
      redis.disconnect();
      server?.signal('SIGCONT');
      await server?.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
