import { readFileSync } from 'node:fs';
import type { Invite } from '@portal/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startKeycloakProxy } from './support/keycloak-proxy.ts';
import { startPortal } from './support/portal.ts';
import { createRealm } from './support/realm.ts';
import { watchRedis } from './support/redis-watch.ts';
import { cookieOf } from './support/sign-up-cookie.ts';
import { makeInvite, signUpBody, tokenOf } from './support/sign-ups.ts';

const realm = await createRealm();
const keycloak = await startKeycloakProxy(realm.keycloakUrl);
const portal = await startPortal({ realm, environment: { KEYCLOAK_INTERNAL_URL: keycloak.url } });
const { api } = portal;
const ada = await realm.member('ada');
const dorothy = await realm.member('dorothy');
let token = '';
let dorothys = '';
let cookie = '';
let link: Awaited<ReturnType<typeof makeInvite>>;

/** What is remembered for a minute is remembered, as it is for all requests but one a minute. */
beforeAll(async () => {
  token = await tokenOf(ada);
  dorothys = await tokenOf(dorothy);
  await makeInvite(api, dorothy, { label: 'Looms' });
  link = await makeInvite(api, ada, { maxUses: null });
  await api.post('/invites/lookup', { token: link.token });
  cookie = cookieOf(await api.post('/registrations', signUpBody(link)));
  await api.get(`/invites/${link.id}/registrations`, { token });
  await api.get('/joins', { token });
});
afterAll(async () => {
  await portal.stop();
  await keycloak.stop();
  await realm.remove();
});

/** Commands of Redis, a script being one, and calls of Keycloak's admin API. */
async function costOf(work: () => Promise<unknown>): Promise<{ redis: number; keycloak: number }> {
  keycloak.calls.length = 0;
  const commands = await watchRedis(portal.redis, portal.config.redis.prefix, work);
  // The mail of a sign-up leaves beside its answer, before or after it.
  const ofRequest = commands.filter(([name, , field]) => !(name === 'hset' && field === 'mail'));
  return { redis: ofRequest.length, keycloak: keycloak.calls.length };
}

const routes: Record<string, () => Promise<unknown>> = {
  'GET config': () => api.get('/config'),
  'POST invites/lookup': () => api.post('/invites/lookup', { token: link.token }),
  'GET me': () => api.get('/me', { token }),
  'GET invites': () => api.get('/invites?limit=1', { token }),
  'GET invites?q=…': () => api.get('/invites?q=looms', { token: dorothys }),
  'GET joins': () => api.get('/joins', { token }),
  'GET tree': () => api.get('/tree?limit=1', { token }),
  'GET sign-ups': () => api.get('/sign-ups', { token }),
  'GET invites/{id}': () => api.get(`/invites/${link.id}`, { token }),
  'POST invites': () => api.post<Invite>('/invites', {}, { token }),
  'PATCH invites/{id}': () => api.patch(`/invites/${link.id}`, { label: 'x' }, { token }),
  'GET invites/{id}/registrations': () =>
    api.get(`/invites/${link.id}/registrations?limit=1`, { token }),
  'POST registrations': () => api.post('/registrations', signUpBody(link)),
  'GET registrations/current': () => api.get('/registrations/current', { headers: { cookie } }),
};

const table = readFileSync(new URL('../../.github/ARCHITECTURE.md', import.meta.url), 'utf8');
const rows = [...table.matchAll(/^\| `([A-Z]+ [^`]+)` \| (\d+) \| (\d+) \|/gm)];

test('the table in ARCHITECTURE has all of them', () => {
  expect(rows.map(([, route]) => route)).toEqual(Object.keys(routes));
});

test.each(rows.map(([, route, redis, calls]) => [route, Number(redis), Number(calls)] as const))(
  '%s costs %i commands of Redis and %i calls of Keycloak',
  async (route = '', redis, calls) => {
    const work = routes[route];
    expect(await costOf(async () => work?.())).toEqual({ redis, keycloak: calls });
  },
);
