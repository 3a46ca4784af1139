import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster, Command } from 'ioredis';
import { type RedisNode, startRedisCluster } from '../../../docker/stack/redis-cluster.ts';
import { parseRedisUrl } from '../../src/redis/connection.ts';

const PATIENCE_MS = 1000;

export type OwnCluster = Awaited<ReturnType<typeof startOwnCluster>>;

/** Three masters with a replica each, of a test's own, to be killed and frozen. */
export async function startOwnCluster() {
  const dir = await mkdtemp(join(tmpdir(), 'portal-cluster-'));
  const cluster = await startRedisCluster({ dir });
  const { url } = cluster;
  /** The test's own connection; a node that is frozen doesn't keep it waiting. */
  const redis = new Cluster(parseRedisUrl(url).hosts, {
    redisOptions: { commandTimeout: PATIENCE_MS },
    slotsRefreshInterval: PATIENCE_MS,
  });
  redis.on('error', () => undefined);

  /** Who holds a key: its master, and whoever stands behind it, by what some node that is there says. */
  async function holdersOf(key: string): Promise<{ master: RedisNode; replica?: RedisNode }> {
    const slot = slotOf(key);
    const ranges = await Promise.any(redis.nodes().map((node) => node.cluster('SLOTS')));
    for (const [from, to, ...holders] of ranges) {
      const [master, replica] = holders.map((holder) => nodeAt(portOf(holder)));
      if (master && slot >= Number(from) && slot <= Number(to))
        return { master, ...(replica && { replica }) };
    }
    throw new Error(`Nobody holds ${key}`);
  }
  const nodeAt = (port: number) => cluster.nodes.find((node) => node.port === port);

  return {
    url,
    redis,
    holdersOf,
    restart: cluster.restart,
    untilWhole: cluster.untilWhole,

    /** Whether two keys are at the same master. */
    async together(key: string, other: string): Promise<boolean> {
      const [one, two] = await Promise.all([holdersOf(key), holdersOf(other)]);
      return one.master.port === two.master.port;
    },

    /** `kill -9`. */
    async kill(node: RedisNode): Promise<void> {
      node.signal('SIGKILL');
      await node.ended;
    },

    async remove(): Promise<void> {
      redis.disconnect();
      for (const node of cluster.nodes) node.signal('SIGCONT');
      await cluster.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const slotOf = (key: string): number => Number(new Command('get', [key]).getSlot());
const portOf = (holder: unknown): number => Number(Array.isArray(holder) ? holder[1] : Number.NaN);
