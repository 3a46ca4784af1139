import { connect } from 'node:net';
import type { Redis } from 'ioredis';

/**
 * Every command that a Redis gets from now on, as MONITOR tells it, of a server that wants a password.
 *
 * @returns ends it, and gives all of it.
 */
export async function recordCommands(
  redis: Redis,
  password: string,
): Promise<() => Promise<string>> {
  const { host = '127.0.0.1', port = 6379 } = redis.options;
  const socket = connect(port, host);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  const told = () => Buffer.concat(chunks).toString();
  const until = async (mark: string) => {
    while (!told().includes(mark)) await new Promise((resolve) => socket.once('data', resolve));
  };
  socket.write(`*2\r\n$4\r\nAUTH\r\n$${Buffer.byteLength(password)}\r\n${password}\r\n`);
  await until('+OK');
  socket.write('MONITOR\r\n');
  await until('+OK\r\n+OK');
  return async () => {
    await redis.echo('end-of-record');
    await until('end-of-record');
    socket.destroy();
    return told();
  };
}

/** Every key and every value that a Redis has, as text. */
export async function everythingIn(redis: Redis): Promise<string> {
  const keys = await redis.keys('*');
  const values = await Promise.all(keys.map((key) => contentOf(redis, key)));
  return JSON.stringify(keys.map((key, i) => [key, values[i]]));
}

async function contentOf(redis: Redis, key: string): Promise<unknown> {
  switch (await redis.type(key)) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'zset':
      return redis.zrange(key, '0', '-1', 'WITHSCORES');
    case 'set':
      return redis.smembers(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'stream':
      return redis.xrange(key, '-', '+');
    default:
      // It went meanwhile.
      return undefined;
  }
}
