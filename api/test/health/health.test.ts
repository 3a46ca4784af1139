import { afterAll, describe, expect, test } from 'vitest';
import { startPortal } from '../support/portal.ts';

const portal = await startPortal();
const { realm } = portal;
afterAll(() => portal.stop());

const ready = { redis: 'ok', realmKeys: 'ok', adminApi: 'ok' };

async function readiness(environment: Record<string, string>) {
  const sick = await startPortal({ realm, environment });
  const { status, body } = await sick.api.get('/readyz');
  const health = await sick.api.get('/healthz');
  await sick.stop();
  return { status, body, health: health.status };
}

describe('a process', () => {
  test('lives', async () => {
    const { status, body } = await portal.api.get('/healthz');
    expect({ status, body }).toEqual({ status: 200, body: { status: 'ok' } });
  });

  test('is ready when all that it needs is there', async () => {
    await expect
      .poll(async () => {
        const { status, body } = await portal.api.get('/readyz');
        return { status, body };
      })
      .toEqual({ status: 200, body: ready });
  });

  test('lives and isn’t ready where Keycloak is away', async () => {
    const away = { KEYCLOAK_INTERNAL_URL: 'http://127.0.0.1:9', KEYCLOAK_TIMEOUT: '500' };
    expect(await readiness(away)).toEqual({
      status: 503,
      body: { ...ready, realmKeys: 'away', adminApi: 'away' },
      health: 200,
    });
  });

  test('lives and isn’t ready where Keycloak doesn’t take its secret', async () => {
    const { status, body, health } = await readiness({ KEYCLOAK_CLIENT_SECRET: 'wrong' });
    expect({ status, adminApi: body.adminApi, health }).toEqual({
      status: 503,
      adminApi: 'away',
      health: 200,
    });
  });

  test('says nothing of why', async () => {
    const { body } = await readiness({ KEYCLOAK_CLIENT_SECRET: 'wrong' });
    expect(Object.keys(body).sort()).toEqual(Object.keys(ready).sort());
  });
});
