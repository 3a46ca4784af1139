import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import type { Redis } from 'ioredis';
import { createHolds } from './holds.ts';
import { addressOf } from './listen.ts';

/** A command and its arguments, the name in lower case. */
export type RedisCommand = readonly [string, ...string[]];

export type RedisProxy = Awaited<ReturnType<typeof startRedisProxy>>;

/**
 * Between the API and Redis: hands on every command as it is, and can keep one back. Redis answers in order, so all
 * that follows on that connection waits with it.
 *
 * @param redisUrl `redis://host:port`.
 */
export async function startRedisProxy(redisUrl: string) {
  const holds = createHolds<RedisCommand>();
  const { hostname, port: redisPort } = new URL(redisUrl);
  const sockets = new Set<Socket>();

  const server = createServer((api) => {
    const redis = connect(Number(redisPort), hostname);
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

    const answers = (chunk: Buffer) => (kept ? kept.push(chunk) : api.write(chunk));
    redis.on('data', answers);

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
    url: `redis://127.0.0.1:${port}`,
    hold: holds.hold,
    async stop(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      await close();
    },
  };
}

/** A script of the portal's, called for this invite. It has to be loaded, or the first call is one that Redis refuses. */
export async function scriptCall(redis: Redis, file: string) {
  const lua = readFileSync(new URL(`../../src/${file}.lua`, import.meta.url), 'utf8');
  await redis.script('LOAD', lua);
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
