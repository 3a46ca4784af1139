import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, vi } from 'vitest';
import { type RedisServer, startRedis } from '../../../docker/stack/redis.ts';

const MASTER = 'weavers';
const SENTINELS = 3;

/** A master and its replica, in step. */
export async function startPair(dir: string, password = '') {
  const master = await startRedis({ dir: join(dir, 'master'), durable: true, password });
  const replica = await startRedis({
    dir: join(dir, 'replica'),
    durable: true,
    password,
    args: ['--replicaof', '127.0.0.1', String(master.port)],
  });
  await untilToldBy(replica, 'replication', 'master_link_status:up');
  return { master, replica };
}

/**
 * A master, its replica, and three sentinels that see to it that there is a master.
 *
 * @param passwords of the servers, and of the sentinels; none where it isn't said.
 */
export async function startSentinels(passwords: { servers: string; sentinels?: string }) {
  const dir = await mkdtemp(join(tmpdir(), 'portal-sentinel-'));
  const { master, replica } = await startPair(dir, passwords.servers);

  const start = async (i: number): Promise<RedisServer> => {
    const at = join(dir, `sentinel-${i}`);
    await mkdir(at);
    const configFile = join(at, 'sentinel.conf');
    const watched = `127.0.0.1 ${master.port} 2`;
    const lines = [
      `sentinel monitor ${MASTER} ${watched}`,
      `sentinel auth-pass ${MASTER} "${passwords.servers}"`,
      `sentinel down-after-milliseconds ${MASTER} 1000`,
      `sentinel failover-timeout ${MASTER} 5000`,
      ...(passwords.sentinels ? [`sentinel sentinel-pass "${passwords.sentinels}"`] : []),
    ];
    await writeFile(configFile, `${lines.join('\n')}\n`);
    const password = passwords.sentinels ?? '';
    return startRedis({ dir: at, configFile, password, args: ['--sentinel'] });
  };
  const sentinels = await Promise.all(Array.from({ length: SENTINELS }, (_, i) => start(i)));
  // They must know of each other and of the replica before one can take over.
  for (const sentinel of sentinels)
    await untilToldBy(sentinel, 'sentinel', `slaves=1,sentinels=${SENTINELS}`);

  const hosts = sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
  return {
    url: `redis+sentinel://:${encodeURIComponent(passwords.servers)}@${hosts}/${MASTER}/0`,
    ...{ master, replica, sentinels },
    async remove(): Promise<void> {
      for (const server of [master, replica, ...sentinels]) server.signal('SIGCONT');
      await Promise.all([master, replica, ...sentinels].map((server) => server.stop()));
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function untilToldBy(server: RedisServer, section: string, words: string): Promise<void> {
  const redis = new Redis(server.url);
  const told = async () => expect(String(await redis.call('INFO', section))).toContain(words);
  await vi.waitFor(told, { timeout: 20_000 }).finally(() => redis.disconnect());
}
