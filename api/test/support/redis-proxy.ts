import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { Cluster } from 'ioredis';
import { parseRedisUrl, type RedisConnection } from '../../src/redis/connection.ts';
import { createHolds } from './holds.ts';
import { addressOf } from './listen.ts';
import { mastersOf, openRedis } from './redis.ts';

/** A command and its arguments, the name in lower case. */
export type RedisCommand = readonly [string, ...string[]];

export type RedisProxy = Awaited<ReturnType<typeof startRedisProxy>>;

interface Address {
  host: string;
  port: number;
}

/**
 * Between the API and Redis: hands on every command as it is, and can keep one back. Redis answers in order, so all
 * that follows on that connection waits with it. Before a Cluster stands one for each node, and what nodes say of each
 * other's ports, they say of these.
 *
 * @param redisUrl without a password.
 */
export async function startRedisProxy(redisUrl: string) {
  const holds = createHolds<RedisCommand>();
  const nodes = await nodesOf(redisUrl);
  const ports = new Map<number, number>();
  const proxies = await Promise.all(
    nodes.map(async (node) => {
      const proxy = await startNodeProxy(node, holds, (chunk) => withPorts(chunk, ports));
      ports.set(node.port, proxy.port);
      return proxy;
    }),
  );
  const kind = parseRedisUrl(redisUrl).kind === 'cluster' ? 'redis+cluster' : 'redis';
  return {
    url: `${kind}://${proxies.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    hold: holds.hold,
    async stop(): Promise<void> {
      await Promise.all(proxies.map((proxy) => proxy.stop()));
    },
  };
}

async function nodesOf(redisUrl: string): Promise<Address[]> {
  const redis = openRedis(redisUrl);
  // A Cluster knows all of its nodes once it has answered.
  await redis.ping();
  const nodes = redis instanceof Cluster ? redis.nodes().map(({ options }) => options) : [];
  redis.disconnect();
  if (nodes.length === 0) return parseRedisUrl(redisUrl).hosts;
  return nodes.map(({ host = '127.0.0.1', port = 6379 }) => ({ host, port }));
}

/** The answer to `CLUSTER SLOTS`, or of a node that doesn't have the key; all else stays as it is. */
function withPorts(chunk: Buffer, ports: ReadonlyMap<number, number>): Buffer {
  const text = chunk.toString('latin1');
  if (!/^(\*\d+\r\n\*\d+\r\n:|-MOVED |-ASK )/.test(text)) return chunk;
  const other = (port: string) => String(ports.get(Number(port)) ?? port);
  return Buffer.from(
    text
      .replace(/^(-(?:MOVED|ASK) \d+ [^\r]+:)(\d+)/gm, (_all, before, port) => before + other(port))
      .replace(/^:(\d+)\r/gm, (_all, port) => `:${other(port)}\r`),
    'latin1',
  );
}

async function startNodeProxy(
  { host, port: redisPort }: Address,
  holds: ReturnType<typeof createHolds<RedisCommand>>,
  translate: (chunk: Buffer) => Buffer,
) {
  const sockets = new Set<Socket>();

  const server = createServer((api) => {
    const redis = connect(redisPort, host);
    for (const [socket, other] of [
      [api, redis],
      [redis, api],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    pass(api, redis);
  });

  function pass(api: Socket, redis: Socket): void {
    let unread: Buffer = Buffer.alloc(0);
    let kept: Buffer[] | undefined;
    let busy = false;

    redis.on('data', (chunk: Buffer) => {
      if (kept) kept.push(translate(chunk));
      else api.write(translate(chunk));
    });

    async function drain(): Promise<void> {
      busy = true;
      for (let next = readCommand(unread); next; next = readCommand(unread)) {
        const bytes = unread.subarray(0, next.length);
        unread = unread.subarray(next.length);
        if (!(await one(bytes, next.command))) return void redis.destroy();
      }
      busy = false;
    }

    /** @returns whether the connection goes on. */
    async function one(bytes: Buffer, command: RedisCommand): Promise<boolean> {
      const before = holds.take('before', command);
      before?.reach();
      if ((await before?.outcome) === 'drop') return false;
      const after = holds.take('after', command);
      if (!after) return redis.write(bytes) || true;
      kept = [];
      // The commands before it were answered before it was sent: a sign-up takes one step after another.
      redis.once('data', () => after.reach());
      redis.write(bytes);
      if ((await after.outcome) === 'drop') return false;
      for (const chunk of kept) api.write(chunk);
      kept = undefined;
      return true;
    }

    api.on('data', (chunk: Buffer) => {
      unread = Buffer.concat([unread, chunk]);
      if (!busy) void drain();
    });
  }

  const { port, close } = await addressOf(server);
  return {
    port,
    async stop(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      await close();
    },
  };
}

/** A script of the portal's, called for this invite. It has to be loaded, or the first call is one that Redis refuses. */
export async function scriptCall(redis: RedisConnection, file: string) {
  const lua = readFileSync(new URL(`../../src/${file}.lua`, import.meta.url), 'utf8');
  for (const node of await mastersOf(redis)) await node.script('LOAD', lua);
  const sha = createHash('sha1').update(lua).digest('hex');
  const isScript = (name: string, script: string | undefined) =>
    (name === 'evalsha' && script === sha) || (name === 'eval' && script === lua);
  return (invite: string) =>
    ([name, script, ...more]: RedisCommand): boolean =>
      isScript(name, script) && more.some((it) => it.includes(invite));
}

/** The first command of what a client sent (RESP: an array of bulk strings), or undefined where it isn't whole yet. */
function readCommand(bytes: Buffer): { command: RedisCommand; length: number } | undefined {
  let at = 0;
  const number = (): number | undefined => {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) return undefined;
    const value = Number(bytes.toString('latin1', at + 1, end));
    at = end + 2;
    return value;
  };
  const count = number();
  if (count === undefined) return undefined;
  const words: string[] = [];
  for (let i = 0; i < count; i++) {
    const length = number();
    if (length === undefined || at + length + 2 > bytes.length) return undefined;
    words.push(bytes.toString('utf8', at, at + length));
    at += length + 2;
  }
  const [name = '', ...rest] = words;
  return { command: [name.toLowerCase(), ...rest], length: at };
}
