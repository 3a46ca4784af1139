import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Say } from './commands.ts';
import { clusterPort } from './ports.ts';
import { type RedisServer, startRedis } from './redis.ts';
import { StackError } from './service.ts';

const SLOTS = 16_384;
const MASTERS = 3;
const READY_SECONDS = 60;
/** What a replica says of itself, and a master of its replica. */
const FOLLOWED = /master_link_status:up|slave0:.*state=online/g;

export interface RedisClusterOptions {
  /** Where its nodes keep their data, each in a folder of its own. */
  dir: string;
  /** Milliseconds after which the others take a node for gone. Default: 2000. */
  nodeTimeoutMs?: number;
  say?: Say;
  /** More arguments of each node; they go over ours. */
  args?: readonly string[];
}

export interface RedisNode extends RedisServer {
  /** As it was at the start; a fail-over changes it. */
  role: 'master' | 'replica';
}

export interface RedisCluster {
  /** `redis+cluster://127.0.0.1:<port>,…`, with all of its nodes. */
  url: string;
  nodes: readonly RedisNode[];
  /** Starts one that was ended again, with what it had kept, and gives it; `nodes` has it in place of the other. */
  restart(node: RedisNode): Promise<RedisNode>;
  /** Settles when all six are there: three masters, and behind each of them a replica that has what it has. */
  untilWhole(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts six servers on loopback and makes them one Redis Cluster: three masters, each with a replica. What it is given
 * is kept on disk, and nothing is thrown away.
 *
 * @throws StackError that says what failed.
 */
export async function startRedisCluster(options: RedisClusterOptions): Promise<RedisCluster> {
  const { dir, nodeTimeoutMs = 2000, say = () => {} } = options;
  const start = async (i: number, port: number): Promise<RedisNode> => {
    const args = [
      ...['--cluster-enabled', 'yes', '--cluster-node-timeout', String(nodeTimeoutMs)],
      // A replica that was away for a while may still take over.
      ...['--cluster-replica-validity-factor', '0', '--repl-diskless-sync-delay', '0'],
      // A replica is not told of before it had something from its master: at the latest this, by default after 10 s.
      ...['--repl-ping-replica-period', '1'],
      ...(options.args ?? []),
    ];
    const server = await startRedis({ dir: join(dir, `node-${i}`), port, durable: true, args });
    return { ...server, role: i < MASTERS ? 'master' : 'replica' };
  };

  say('six servers of a Redis Cluster');
  const starting = Array.from({ length: 2 * MASTERS }, async (_, i) =>
    start(i, await clusterPort()),
  );
  const outcomes = await Promise.allSettled(starting);
  const nodes = outcomes.flatMap((outcome) => ('value' in outcome ? [outcome.value] : []));
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  try {
    await Promise.all(starting);
    await joinAll(nodes);
  } catch (error) {
    await stop();
    throw error;
  }
  const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`);
  return {
    url: `redis+cluster://${hosts.join(',')}`,
    nodes,
    async restart(node) {
      const i = nodes.indexOf(node);
      const again = await start(i, node.port);
      nodes[i] = again;
      return again;
    },
    untilWhole: () => connected(nodes, untilWhole),
    stop,
  };
}

/** What `redis-cli --cluster create` does, which isn't there wherever a server is. */
function joinAll(nodes: readonly RedisNode[]): Promise<void> {
  return connected(nodes, async (connections) => {
    const masters = connections.slice(0, MASTERS);
    const [first] = nodes;
    for (const [i, node] of connections.entries()) await node.cluster('SET-CONFIG-EPOCH', i + 1);
    for (const [i, master] of masters.entries()) await master.cluster('ADDSLOTS', ...share(i));
    for (const node of connections.slice(1))
      await node.cluster('MEET', '127.0.0.1', first?.port ?? 0);

    await until('know each other', connections, async (node) => {
      const known = String(await node.cluster('NODES')).trim();
      return known.split('\n').length === nodes.length && !known.includes('handshake');
    });
    for (const [i, replica] of connections.slice(MASTERS).entries())
      await replica.cluster('REPLICATE', String(await masters[i]?.cluster('MYID')));

    await untilWhole(connections);
  });
}

async function untilWhole(connections: readonly Redis[]): Promise<void> {
  await until('serve', connections, async (node) =>
    String(await node.cluster('INFO')).includes('cluster_state:ok'),
  );
  await until('follow their masters', connections, async (node) => {
    const { length } = (await node.info('replication')).match(FOLLOWED) ?? [];
    return length === 1;
  });
  // A client that comes now is told of all six.
  await until('tell of each other', connections, async (node) => {
    const ranges = await node.cluster('SLOTS');
    return Array.isArray(ranges) && ranges.every((range) => range.length === 4);
  });
}

async function connected(
  nodes: readonly RedisNode[],
  work: (connections: readonly Redis[]) => Promise<void>,
): Promise<void> {
  const connections = nodes.map(({ port }) => new Redis(port, '127.0.0.1'));
  try {
    await work(connections);
  } finally {
    for (const connection of connections) connection.disconnect();
  }
}

/** The slots of one master. */
function share(master: number): number[] {
  const from = Math.floor((SLOTS * master) / MASTERS);
  const to = Math.floor((SLOTS * (master + 1)) / MASTERS);
  return Array.from({ length: to - from }, (_, i) => from + i);
}

async function until(
  what: string,
  nodes: readonly Redis[],
  holds: (node: Redis) => Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + READY_SECONDS * 1000;
  for (const node of nodes)
    while (!(await holds(node))) {
      if (Date.now() > deadline)
        throw new StackError(`The nodes of a Redis Cluster don’t ${what}, after a minute.`);
      await sleep(50);
    }
}
