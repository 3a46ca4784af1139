import { setTimeout as wait } from 'node:timers/promises';
import type { Invite } from '@portal/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRedisKeys } from '../../src/redis/keys.ts';
import { type ApiProcess, startApiProcess } from '../support/api-process.ts';
import { type Ask, type Outcome, startLoad } from '../support/load.ts';
import { startOwnKeycloak } from '../support/own-keycloak.ts';
import type { TestMember, TestRealm } from '../support/realm.ts';
import { openRedis } from '../support/redis.ts';
import { cookieOf, ORIGIN } from '../support/sign-up-cookie.ts';
import type { MadeInvite } from '../support/sign-ups.ts';
import { jws, newSigningKey, part, rs256 } from '../support/signing-key.ts';

/** The one that is stopped here, and not the one that all tests share. */
const keycloak = await startOwnKeycloak();
const { createRealm } = await import('../support/realm.ts');
const { portalEnvironment, randomName } = await import('../support/portal.ts');
const { accountsOf, FULL, makeInvite, readInvite, signUpBody, tokenOf } = await import(
  '../support/sign-ups.ts'
);

/**
 * The trial's number is 60 s down, with production's time-out of 8 s. `npm test` takes a share of both; killed, Keycloak
 * is away for as long as its start takes, too.
 */
const DOWN_MS = FULL ? 60_000 : 5_000;
const TIMEOUT_MS = FULL ? 8_000 : 2_000;
/** What a request may take over the time-out, and recovery after Keycloak answers again. */
const OVER_MS = 500;
const RECOVERED_MS = 5_000;
const USES = 1_000;

const redis = openRedis(process.env.TEST_REDIS_URL ?? '');
let realm: TestRealm;
let api: ApiProcess;
let ada: TestMember;
let token: string;
/** Of a member who has not asked anything before. */
let stranger: string;
/** Links whose uses are counted in the end. */
const links: MadeInvite[] = [];

beforeAll(async () => {
  realm = await createRealm();
  await realm.admin.put('', { accessTokenLifespan: 1_800, bruteForceProtected: false });
  ada = await realm.member('ada');
  token = await tokenOf(ada);
  api = await startApiProcess({
    ...portalEnvironment(realm),
    KEYCLOAK_TIMEOUT: String(TIMEOUT_MS),
  });
}, 300_000);
afterAll(async () => {
  await api?.stop();
  await redis.quit();
  await keycloak.remove();
});

/** What a route does while Keycloak is away. */
type Promised = 'goes on' | 'says 503' | 'goes on or says 503';

interface Watched {
  ask(): Ask;
  promised: Promised;
}

/** Every route; and those who ask for the first time, of whom nothing is known. */
async function routes(): Promise<Record<string, Watched>> {
  const invite = await makeInvite(api.api, ada, { maxUses: USES });
  const other = await makeInvite(api.api, ada);
  links.push(invite);
  stranger = await (await realm.member(randomName('new'))).token();
  // The last that this Keycloak serves before it is stopped.
  const signedUp = await api.api.post('/registrations', signUpBody(invite));
  expect(signedUp.status).toBe(201);
  const guest = { cookie: cookieOf(signedUp), origin: ORIGIN };
  const forger = rs256(newSigningKey());
  const forged = () =>
    jws({ ...part(token, 0), kid: `nobody-has-${performance.now()}` }, part(token, 1), forger);

  const member = (promised: Promised, method: string, path: string, body?: unknown): Watched => ({
    promised,
    ask: () => ({ ...{ method, path: `/api/v1${path}`, token, body } }),
  });
  const current = (method: string, path = '', body?: unknown): Watched => ({
    promised: 'says 503',
    ask: () => ({
      ...{ method, path: `/api/v1/registrations/current${path}`, body, headers: guest },
    }),
  });
  const open = (
    promised: Promised,
    method: string,
    path: string,
    body?: () => object,
  ): Watched => ({
    promised,
    ask: () => ({ ...{ method, path, body: body?.() } }),
  });
  const byToken = (promised: Promised, of: () => string): Watched => ({
    promised,
    ask: () => ({ ...{ method: 'GET', path: '/api/v1/me', token: of() } }),
  });
  const lookUp = () => ({ token: invite.token });
  return {
    me: member('goes on', 'GET', '/me'),
    'the list': member('goes on', 'GET', '/invites'),
    'a link': member('goes on', 'GET', `/invites/${invite.id}`),
    'who joined': member('goes on', 'GET', `/invites/${invite.id}/registrations`),
    lookup: open('goes on', 'POST', '/api/v1/invites/lookup', lookUp),
    config: open('goes on', 'GET', '/api/v1/config'),
    health: open('goes on', 'GET', '/healthz'),
    readiness: open('goes on or says 503', 'GET', '/readyz'),
    // Writing needs an answer of Keycloak's that is not older than a minute.
    'a new link': member('goes on or says 503', 'POST', '/invites', {}),
    'a change': member('goes on or says 503', 'PATCH', `/invites/${other.id}`, { label: 'new' }),
    'a sign-up': open('says 503', 'POST', '/api/v1/registrations', () => signUpBody(invite)),
    'my sign-up': current('GET'),
    'another address': current('PATCH', '', { email: 'other@example.org' }),
    'the mail again': current('POST', '/verification-email'),
    'a member who is new': byToken('says 503', () => stranger),
    'a key that is new': byToken('says 503', forged),
  };
}

const STATUSES: Record<Promised, number[]> = {
  'goes on': [200, 201],
  'says 503': [503],
  'goes on or says 503': [200, 201, 503],
};

const isPromised = ({ status = 0, retryAfter, contentType, ask }: Outcome, promised: Promised) =>
  STATUSES[promised].includes(status) &&
  (status !== 503 ||
    ask.path === '/readyz' ||
    (Number(retryAfter) > 0 && contentType?.startsWith('application/problem+json') === true));

/** Asks every route twice a second, on two connections each, until told to stop. */
function watch(watched: Record<string, Watched>) {
  const loads = Object.entries(watched).map(([name, { ask, promised }]) => ({
    ...{ name, promised },
    load: startLoad(api.url, 2, 2, ask),
  }));
  return async () => {
    for (const { load } of loads) void load.stop();
    const all = await Promise.all(
      loads.map(async ({ load, ...which }) => ({ ...which, outcomes: await load.stop() })),
    );
    const broken = all.flatMap(({ name, promised, outcomes }) =>
      outcomes
        .filter((outcome) => !isPromised(outcome, promised))
        .map(({ status, error, body }) => `${name}: ${status ?? error} ${body}`),
    );
    const longest = Object.fromEntries(
      all.map(({ name, outcomes }) => [name, Math.max(...outcomes.map(({ tookMs }) => tookMs))]),
    );
    const least = Math.min(...all.map(({ outcomes }) => outcomes.length));
    return { broken, longest, least };
  };
}

/** Links are made, people sign up by them, and whoever could not be asked about is known: within 5 s from now. */
async function expectRecovery(): Promise<void> {
  const answeredAt = performance.now();
  const soon = { timeout: RECOVERED_MS, interval: 100 };
  const create = () => api.api.post<Invite>('/invites', {}, { token });
  await expect.poll(async () => (await create()).status, soon).toBe(201);
  const body = signUpBody(await makeInvite(api.api, ada));
  const signUp = () => api.api.post('/registrations', body);
  await expect.poll(async () => (await signUp()).status, soon).toBe(201);
  expect((await api.api.get('/me', { token: stranger })).status).toBe(200);
  expect(performance.now() - answeredAt).toBeLessThan(RECOVERED_MS);
}

describe('Keycloak is frozen (SIGSTOP)', () => {
  test('no request takes longer than the time-out and half a second, reads go on, sign-ups say when to come back, and all is well within 5 s of its waking', {
    timeout: 180_000,
  }, async () => {
    const watched = await routes();
    keycloak.freeze();
    const stop = watch(watched);
    await wait(DOWN_MS);
    const { broken, longest, least } = await stop();
    await keycloak.thaw();
    await expectRecovery();

    expect(broken).toEqual([]);
    expect(least).toBeGreaterThan(0);
    const tooLong = Object.entries(longest).filter(([, ms]) => ms > TIMEOUT_MS + OVER_MS);
    expect(Object.fromEntries(tooLong)).toEqual({});
  });
});

describe('Keycloak is killed (kill -9)', () => {
  test('reads go on, sign-ups say when to come back and take no use, and all is well within 5 s of its return', {
    timeout: 300_000,
  }, async () => {
    const watched = await routes();
    // Its development database has an account on disk half a second after it said so.
    await wait(1_500);
    const stop = watch(watched);
    await keycloak.kill();
    await wait(DOWN_MS);
    const { broken, longest, least } = await stop();
    await keycloak.restart();
    // Ready by its own word, it still takes its time for the first who ask.
    await realm.admin.get('');
    await expectRecovery();

    expect(broken).toEqual([]);
    expect(least).toBeGreaterThan(0);
    const tooLong = Object.entries(longest).filter(([, ms]) => ms > TIMEOUT_MS + OVER_MS);
    expect(Object.fromEntries(tooLong)).toEqual({});
  });
});

test('in the end as many uses are spent as accounts were made, and none is kept back', {
  timeout: 150_000,
}, async () => {
  const keys = createRedisKeys(portalEnvironment(realm).REDIS_PREFIX ?? '');
  for (const invite of links) {
    // The reconciler ends what nobody knows the outcome of when its lease of 30 s is over, and looks every 30 s for
    // accounts that Keycloak made later still.
    const outcome = async () => {
      const accounts = (await accountsOf(realm, invite)).length;
      const { uses } = await readInvite(api.api, ada, invite);
      const reserved = Number(await redis.hget(keys.invite(invite.id), 'reserved'));
      return { missing: accounts - uses, reserved };
    };
    await expect
      .poll(outcome, { timeout: 100_000, interval: 500 })
      .toEqual({ missing: 0, reserved: 0 });
  }
});
