import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { isRedisAway, mayStillRun } from '../../src/redis/away.ts';
import { createRedis, parseRedisUrl } from '../../src/redis/connection.ts';
import { addressOf } from '../support/listen.ts';

const TIMEOUT_MS = 400;
const [server = { host: '', port: 0 }] = parseRedisUrl(process.env.TEST_REDIS_URL ?? '').hosts;

/** Hands everything on; what Redis answers comes later and later, and never stops coming. */
async function startSlowing(delayOf: () => number) {
  const sockets = new Set<Socket>();
  const relay = createServer((client) => {
    const upstream = connect(server.port, server.host);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
    client.pipe(upstream);
    upstream.on('data', (chunk) => setTimeout(() => client.write(chunk), delayOf()));
  });
  const { port, close } = await addressOf(relay);
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      await close();
    },
  };
}

test('no command waits longer than the time-out, also where Redis answers others all the while', async () => {
  let delayMs = 0;
  const slowing = await startSlowing(() => delayMs);
  const redis = createRedis({ url: slowing.url, timeoutMs: TIMEOUT_MS });
  redis.on('error', () => undefined);
  await redis.connect();
  const outcomes: { tookMs: number; error?: unknown }[] = [];
  const asked: Promise<void>[] = [];
  for (let i = 0; i < 100; i++) {
    const startedAt = performance.now();
    const end = (error?: unknown) => {
      outcomes.push({
        tookMs: performance.now() - startedAt,
        ...(error !== undefined && { error }),
      });
    };
    asked.push(redis.ping().then(() => end(), end));
    // Slower growth than the pace of the questions: an answer is never far behind the one before.
    delayMs += 12;
    await wait(15);
  }
  await Promise.all(asked);
  redis.disconnect();
  await slowing.stop();

  expect(Math.max(...outcomes.map(({ tookMs }) => tookMs))).toBeLessThan(TIMEOUT_MS + 200);
  const late = outcomes.flatMap(({ error }) => (error === undefined ? [] : [error]));
  expect(late.length).toBeGreaterThan(10);
  expect(late.filter((error) => !isRedisAway(error))).toEqual([]);
  expect(late.some(mayStillRun)).toBe(true);
});
