import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Redis } from 'ioredis';
import { aptInstall, onPath, type Say } from './commands.ts';
import { findEngine, runContainer } from './container.ts';
import { freePort } from './ports.ts';
import { embeddedRedis } from './redis-binary.ts';
import { type Service, StackError, startService, untilReady } from './service.ts';

export interface RedisOptions {
  /** Where it works and keeps its data. Made where it isn't there. */
  dir: string;
  /** Default: a free one. */
  port?: number;
  /** Whether data outlives a stop, all but a crash's last second. Default: no, nothing is written. */
  durable?: boolean;
  /** Default: `redis.log` in `dir`. */
  logFile?: string;
  say?: Say;
  /** More of its arguments, such as `['--appendfsync', 'always']`; they go over ours. */
  args?: readonly string[];
  /** What it asks of clients, and of those that follow it. Default: none. */
  password?: string;
  /** A configuration that it may write to, as a sentinel does. */
  configFile?: string;
  /** Whether a container may be used where no server is installed. Default: no. */
  docker?: boolean;
}

export interface RedisServer extends Service {
  /** `redis://127.0.0.1:<port>`, with its password and without a database. */
  url: string;
  port: number;
}

const IMAGE = 'valkey/valkey:8-alpine';

/**
 * Starts Redis (or Valkey) on loopback and waits until it answers.
 *
 * @throws StackError that says what failed and where its log is, or what to install.
 */
export async function startRedis(options: RedisOptions): Promise<RedisServer> {
  const { say = () => {}, durable = false, docker = false, password = '' } = options;
  const dir = resolve(options.dir);
  const logFile = resolve(options.logFile ?? join(dir, 'redis.log'));
  const port = options.port ?? (await freePort());
  await mkdir(dir, { recursive: true });
  const args = [
    ...(options.configFile ? [options.configFile] : []),
    ...['--port', String(port), '--save', '', '--maxmemory-policy', 'noeviction'],
    ...(durable ? ['--appendonly', 'yes', '--appendfsync', 'everysec'] : []),
    ...(password === '' ? [] : ['--requirepass', password, '--masterauth', password]),
    ...(options.args ?? []),
  ];
  const start = { dir, logFile, port, args, say };
  const service =
    (await runInstalled(start)) ??
    (docker ? await inContainer(start) : undefined) ??
    (await runFetched(start));
  const credentials = password === '' ? '' : `:${encodeURIComponent(password)}@`;
  const url = `redis://${credentials}127.0.0.1:${port}`;
  await untilReady(service, () => answersPing(url), 60);
  return { ...service, url, port };
}

/** Whether a Redis at this address answers, with what the address says of password and database. */
export async function answersPing(url: string): Promise<boolean> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 2000,
    commandTimeout: 2000,
    retryStrategy: () => null,
  });
  // What went wrong is the answer below; without a listener it would be printed as well.
  redis.on('error', () => {});
  try {
    await redis.connect();
    return (await redis.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}

interface Start {
  dir: string;
  logFile: string;
  port: number;
  args: readonly string[];
  say: Say;
}

const runServer = (command: string, { dir, logFile, args }: Start) =>
  startService({
    name: 'Redis',
    command,
    args: [...args, '--bind', '127.0.0.1', '--dir', dir],
    cwd: dir,
    logFile,
  });

async function runInstalled(start: Start): Promise<Service | undefined> {
  const installed = onPath('redis-server', 'valkey-server');
  return installed ? runServer(installed, start) : undefined;
}

async function inContainer({ dir, logFile, port, args, say }: Start): Promise<Service | undefined> {
  const engine = await findEngine();
  return (
    engine &&
    runContainer({
      engine,
      name: 'Redis',
      image: IMAGE,
      // In a network of its own, loopback would be the container's; what is published is bound to ours.
      args: [
        'valkey-server',
        ...args,
        ...(engine.hostNetwork ? ['--bind', '127.0.0.1'] : ['--protected-mode', 'no']),
      ],
      env: {},
      ports: [port],
      volume: [dir, '/data'],
      logFile,
      say,
    })
  );
}

async function runFetched(start: Start): Promise<Service> {
  await aptInstall(['redis-server', 'valkey-server'], start.say);
  const installed = await runInstalled(start);
  if (installed) return installed;
  const fetched = await embeddedRedis(start.say);
  if (fetched) return runServer(fetched, start);
  throw new StackError('The portal needs Redis: please install redis-server, or start Docker.');
}
