import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../docker/stack/redis.ts';
import { durabilityWarnings } from '../../src/redis/durability.ts';

let dir: string;
/** Its own: settings are a server's, not a test's. */
let server: RedisServer;
let redis: Redis;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'portal-durability-'));
  server = await startRedis({ dir, durable: true });
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
  await rm(dir, { recursive: true, force: true });
});

describe('a Redis that would lose links', () => {
  test.each([
    [{ 'maxmemory-policy': 'noeviction' }, []],
    [
      { 'maxmemory-policy': 'allkeys-lru' },
      ['throw invites away when its memory is full: set maxmemory-policy noeviction'],
    ],
    [
      { 'maxmemory-policy': 'noeviction', appendonly: 'no', save: '' },
      ['keeps nothing over a restart: set appendonly yes'],
    ],
    [{ appendonly: 'no', save: '60 1' }, ['may lose the last minutes in a crash']],
  ])('%j: %j', async (settings, says) => {
    for (const [name, value] of Object.entries(settings)) await redis.config('SET', name, value);
    expect(await durabilityWarnings(redis)).toEqual(
      says.map((words) => expect.stringContaining(words)),
    );
  });
});
