import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../docker/stack/redis.ts';
import { createRedisClock } from '../../src/redis/clock.ts';
import { createRedis } from '../../src/redis/connection.ts';
import { type RedisProxy, startRedisProxy } from '../support/redis-proxy.ts';

const TIMEOUT_MS = 800;
/** As long as a busy machine may keep an answer from a process that has just started. */
const DELAY_MS = 300;

let dir: string;
/** One server: it answers in order, and the test goes by that. */
let server: RedisServer;
let proxy: RedisProxy;
let direct: Redis;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'portal-clock-'));
  server = await startRedis({ dir });
  direct = new Redis(server.url);
  proxy = await startRedisProxy(server.url);
});
afterAll(async () => {
  await direct.quit();
  await proxy.stop();
  await server.stop();
  await rm(dir, { recursive: true, force: true });
});

async function redisTime(): Promise<number> {
  const [seconds, microseconds] = await direct.time();
  return Number(seconds) * 1000 + Number(microseconds) / 1000;
}

test('one slow answer doesn’t leave the clock behind, so that deadlines are as long as they should be', async () => {
  const first = proxy.hold('after', ([name]) => name === 'time');
  const redis = new Redis(proxy.url);
  const clock = createRedisClock(redis, TIMEOUT_MS);
  await first.reached;
  const from = await redisTime();
  while ((await redisTime()) < from + DELAY_MS) await direct.ping();
  first.release();

  // Redis answers in order: the clock has its first answer when this one is there, and goes by what it has.
  await redis.ping();
  await clock.inTime(async () => undefined);
  const behind = (await redisTime()) - clock.now();
  clock.stop();
  redis.disconnect();
  expect(behind).toBeLessThan(DELAY_MS / 2);
});

test('the clock is never ahead: nothing takes effect after its caller was told no', async () => {
  const redis = new Redis(proxy.url);
  const clock = createRedisClock(redis, TIMEOUT_MS);
  await clock.inTime(async () => undefined);
  const ours = clock.now();
  expect(ours).toBeLessThanOrEqual(await redisTime());
  clock.stop();
  redis.disconnect();
});

test('who lost the connection over a script is told no when Redis would no more do it', async () => {
  const redis = createRedis({ url: proxy.url, timeoutMs: TIMEOUT_MS });
  await redis.connect();
  const clock = createRedisClock(redis, TIMEOUT_MS);
  const lost = proxy.hold('before', ([name]) => name === 'eval');
  let deadline = 0;
  const told = clock.inTime((until) => {
    deadline = until;
    return redis.eval('return 1', 0);
  });
  await lost.reached;
  lost.drop();
  await expect(told).rejects.toThrow();
  expect(await redisTime()).toBeGreaterThan(deadline);

  // Where there is no connection nothing was sent, and nobody has to wait.
  redis.disconnect();
  const asked = performance.now();
  await expect(clock.inTime(() => redis.get('x'))).rejects.toThrow();
  expect(performance.now() - asked).toBeLessThan(TIMEOUT_MS / 2);
  clock.stop();
});
