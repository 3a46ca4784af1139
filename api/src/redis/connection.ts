import { Cluster, Redis } from 'ioredis';

/** Single, Sentinel or Cluster: callers don't see which. */
export type RedisConnection = Redis | Cluster;

/** Where Redis is, as `REDIS_URL` says it. */
export interface RedisAddress {
  kind: 'single' | 'sentinel' | 'cluster';
  tls: boolean;
  hosts: { host: string; port: number }[];
  username: string | undefined;
  password: string | undefined;
  /** Single and Sentinel alone: a Cluster has database 0. */
  database: number;
  /** Sentinel's name for the master. */
  master: string;
}

const KINDS = { '': 'single', sentinel: 'sentinel', cluster: 'cluster' } as const;
const PORTS = { single: 6379, sentinel: 26_379, cluster: 6379 } as const;
const FORM = /^(rediss?)(?:\+(sentinel|cluster))?:\/\/(?:([^@/?#]*)@)?([^/?#@]+)(?:\/([^?#]*))?$/;

/**
 * Reads an address:
 *
 *     redis://:password@host:6379/0
 *     rediss://user:password@host:6380/0                          by TLS
 *     redis+sentinel://:password@host1:26379,host2:26379/mymaster/0
 *     redis+cluster://:password@host1:6379,host2:6379
 *
 * A password's `/ + = # @ ? :` are percent-encoded.
 *
 * @throws Error with a sentence that holds nothing of the address.
 */
export function parseRedisUrl(url: string): RedisAddress {
  const match = FORM.exec(url);
  if (!match)
    throw new Error(
      'must be a redis://, rediss://, redis+sentinel:// or redis+cluster:// address; in a password, write / # ? @ : as %2F %23 %3F %40 %3A',
    );
  const [, scheme, form = '', credentials = '', hosts = '', path = ''] = match;
  const kind = KINDS[form === 'sentinel' || form === 'cluster' ? form : ''];
  const [username, password] = credentialsOf(credentials);
  const [master, database] = kind === 'sentinel' ? split(path, '/') : ['', path];
  if (kind === 'sentinel' && !master)
    throw new Error('names no master: redis+sentinel://host1,host2/mymaster');
  if (!/^\d{0,4}$/.test(database)) throw new Error('has a database that is no number');
  if (kind === 'cluster' && Number(database) > 0)
    throw new Error('names a database, and a Cluster has none but 0');
  if (kind === 'single' && hosts.includes(','))
    throw new Error('names several hosts: say redis+sentinel:// or redis+cluster://');
  return {
    ...{ kind, username, password, master },
    tls: scheme === 'rediss',
    hosts: hosts.split(',').map((host) => hostOf(host, PORTS[kind])),
    database: Number(database),
  };
}

function split(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}

function credentialsOf(text: string): [string | undefined, string | undefined] {
  if (text === '') return [undefined, undefined];
  const [username, password] = split(text, ':');
  return [decoded(username) || undefined, decoded(password) || undefined];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error('has a % in its password that encodes nothing: write it as %25');
  }
}

function hostOf(text: string, usual: number): { host: string; port: number } {
  const match = /^(\[[0-9a-f:.]+\]|[^:]+)(?::(\d{1,5}))?$/i.exec(text.trim());
  if (!match?.[1]) throw new Error('has a host that is none');
  return { host: match[1].replace(/^\[|\]$/g, ''), port: Number(match[2] ?? usual) };
}

/**
 * A connection that never keeps a caller waiting: no command queues while Redis is away, none takes longer than the
 * time-out, and none is sent again behind its caller's back. Not connected yet.
 *
 * @param timeoutMs longest that a command may take, its wait for those before it included.
 */
export function createRedis({
  url,
  timeoutMs,
}: {
  url: string;
  timeoutMs: number;
}): RedisConnection {
  const { kind, tls, hosts, username, password, database, master } = parseRedisUrl(url);
  const retry = (attempt: number) => Math.min(attempt * 100, 1000);
  const security = {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: {} }),
  };
  const patience = {
    connectTimeout: timeoutMs,
    // Each command by itself: a server that answers others all the while may still be too slow for this one.
    commandTimeout: timeoutMs,
    // A server that is silent for so long is left: what waited for it would pile up.
    socketTimeout: timeoutMs,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
  };
  // Pipelines made by themselves (`enableAutoPipelining`) cost more than they save: each is given all of our scripts anew.
  const common = { lazyConnect: true, enableOfflineQueue: false };

  if (kind === 'cluster')
    return eager(
      new Cluster(hosts, {
        ...common,
        clusterRetryStrategy: retry,
        redisOptions: { ...security, ...patience },
        slotsRefreshTimeout: timeoutMs,
        slotsRefreshInterval: 2_000,
        // A command that finds its master gone fails: what it did before that nobody knows, so its caller tries again.
        maxRedirections: 4,
        retryDelayOnFailover: 0,
        retryDelayOnClusterDown: 0,
      }),
    );

  const where =
    kind === 'sentinel'
      ? {
          sentinels: hosts,
          name: master,
          sentinelRetryStrategy: retry,
          sentinelCommandTimeout: timeoutMs / 2,
          ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
          ...(password !== undefined && { sentinelPassword: password }),
        }
      : { ...hosts[0] };
  return new Redis({
    ...common,
    ...where,
    ...security,
    ...patience,
    db: database,
    retryStrategy: retry,
  });
}

/** Nodes are connected to before a command needs them: it would fail, as commands do where nothing is connected. */
function eager(cluster: Cluster): Cluster {
  const connect = (node: Redis) => {
    if (cluster.status === 'ready' && node.status === 'wait') node.connect().catch(() => undefined);
  };
  cluster.on('+node', connect);
  cluster.on('ready', () => cluster.nodes().forEach(connect));
  return cluster;
}

/** Connects; settles when each server that holds keys can be asked. Rejects where none is there. */
export async function connectRedis(redis: RedisConnection): Promise<void> {
  await redis.connect();
  await nodesConnected(redis);
}

/** Settles when each server that holds keys is connected, or can't be: a Cluster is ready before its nodes are. */
export async function nodesConnected(redis: RedisConnection): Promise<void> {
  if (!(redis instanceof Cluster)) return;
  const settled = (node: Redis) =>
    new Promise<void>((resolve) => {
      node.once('ready', resolve);
      node.once('end', resolve);
      if (node.status === 'ready' || node.status === 'end') resolve();
    });
  await Promise.all(redis.nodes('master').map(settled));
}
