import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../../docker/stack/ports.ts';
import { portal as command } from '../../src/cli/portal.ts';
import { createOwnRedis } from '../support/own-redis.ts';
import { portalEnvironment } from '../support/portal.ts';
import { createRealm } from '../support/realm.ts';

/** Its own: settings are a server's, not a test's. */
const own = await createOwnRedis();
const realm = await createRealm();
beforeAll(() => own.start());
afterAll(async () => {
  await own.remove();
  await realm.remove();
});

async function doctor(more: Record<string, string> = {}) {
  const said: string[] = [];
  const say = (text: string) => said.push(text);
  const variables = { ...portalEnvironment(realm), REDIS_URL: own.url, ...more };
  const code = await command(['doctor'], { variables, print: say, complain: say });
  return { code, failed: said.filter((line) => line.startsWith('fail')), said };
}

test('where all is well, says so', async () => {
  const { code, failed, said } = await doctor();
  expect({ code, failed }).toEqual({ code: 0, failed: [] });
  expect(said).toHaveLength(4);
});

test('fails on a Redis that may throw links away, with what to set', async () => {
  await own.redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
  const { code, failed } = await doctor();
  await own.redis.config('SET', 'maxmemory-policy', 'noeviction');
  expect(code).toBe(1);
  expect(failed).toEqual([expect.stringContaining('set maxmemory-policy noeviction')]);
});

test('fails on a Redis that keeps nothing over a restart', async () => {
  await own.redis.config('SET', 'appendonly', 'no');
  const { code, failed } = await doctor();
  await own.redis.config('SET', 'appendonly', 'yes');
  expect(code).toBe(1);
  expect(failed).toEqual([expect.stringContaining('set appendonly yes')]);
});

test.each([
  ['Redis', 'REDIS_URL', async () => `redis://127.0.0.1:${await freePort()}`, ['Redis does not']],
  [
    'Keycloak',
    'KEYCLOAK_INTERNAL_URL',
    async () => `http://127.0.0.1:${await freePort()}`,
    ['The realm’s keys', 'The service account'],
  ],
  ['the secret', 'KEYCLOAK_CLIENT_SECRET', async () => 'x'.repeat(32), ['The service account']],
])('fails where %s is not there or wrong, with where to look', async (_, name, value, says) => {
  const { code, failed } = await doctor({ [name]: await value() });
  expect(code).toBe(1);
  expect(failed).toEqual(says.map((words) => expect.stringContaining(words)));
});

test('what is called wrongly does nothing', async () => {
  const complained: string[] = [];
  const complain = (text: string) => complained.push(text);
  const print = () => {};
  const code = await command(['doctor', '--now'], { variables: {}, print, complain });
  expect(code).toBe(2);
  expect(complained.join()).toContain('portal doctor --help');
});
