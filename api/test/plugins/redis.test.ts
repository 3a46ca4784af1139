import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Problem } from '@portal/shared';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, test } from 'vitest';
import { freePort } from '../../../docker/stack/ports.ts';
import { type RedisServer, startRedis } from '../../../docker/stack/redis.ts';
import { startPortal } from '../support/portal.ts';
import { createRealm } from '../support/realm.ts';
import { makeInvite } from '../support/sign-ups.ts';

const [dir, port, realm] = await Promise.all([
  mkdtemp(join(tmpdir(), 'portal-redis-')),
  freePort(),
  createRealm(),
]);
const ada = await realm.member('ada');
let server: RedisServer | undefined;
const start = async () => {
  server = await startRedis({ dir, port });
};
const portal = await startPortal({
  realm,
  environment: { REDIS_URL: `redis://127.0.0.1:${port}` },
});
afterAll(async () => {
  await portal.stop();
  await server?.stop();
  await realm.remove();
  await rm(dir, { recursive: true, force: true });
});

const lookUp = () => portal.api.post<Problem>('/invites/lookup', { token: 'x' });

describe('while Redis is away', () => {
  async function expectAway() {
    const started = performance.now();
    const { status, headers, body } = await lookUp();
    expect(performance.now() - started).toBeLessThan(1000);
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'redis-away' });
    expect(headers.get('content-type')).toMatch('application/problem+json');
    expect(headers.get('retry-after')).toBe(String(body.params?.retryAfter));
    expect(JSON.stringify(body)).not.toMatch(/ECONN|127\.0\.0\.1|ioredis|Connection/);

    const token = await ada.token();
    for (const answer of [
      await portal.api.post('/invites', {}, { token }),
      await portal.api.get('/invites', { token }),
    ])
      expect(answer).toMatchObject({ status: 503, body: { code: 'redis-away' } });
    expect((await portal.api.get('/readyz')).body).toMatchObject({ redis: 'away' });
  }
  const expectThere = async () => {
    await expect.poll(async () => (await lookUp()).status, { timeout: 10_000 }).toBe(404);
    await makeInvite(portal.api, ada);
    expect((await portal.api.get('/readyz')).body).toMatchObject({ redis: 'ok' });
  };

  test('the API starts, says so at once, and heals by itself when it comes', async () => {
    await expectAway();
    expect((await portal.api.get('/healthz')).status).toBe(200);
    expect((await portal.api.get('/config')).status).toBe(200);
    await start();
    await expectThere();
  });

  test('the API goes on, and heals by itself when it comes back', async () => {
    await server?.stop();
    await expect.poll(async () => (await lookUp()).status).toBe(503);
    await expectAway();
    await start();
    await expectThere();
  });
});

test('a password may have any signs in it, encoded', async () => {
  const password = 'p/w+=#@?:% ü';
  const admin = new Redis(port);
  await admin.config('SET', 'requirepass', password);
  admin.disconnect();
  const locked = await startPortal({
    realm,
    environment: { REDIS_URL: `redis://:${encodeURIComponent(password)}@127.0.0.1:${port}` },
  });
  expect((await makeInvite(locked.api, ada)).token).toHaveLength(43);
  await locked.stop();
});
