import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RedisConnection } from '../../src/redis/connection.ts';
import { type ApiProcess, startApiProcess } from '../support/api-process.ts';
import type { Hold } from '../support/holds.ts';
import { isNewAccount, type KeycloakProxy, startKeycloakProxy } from '../support/keycloak-proxy.ts';
import { portalEnvironment } from '../support/portal.ts';
import { createRealm, type TestMember, type TestRealm } from '../support/realm.ts';
import { openRedis } from '../support/redis.ts';
import { type RedisProxy, scriptCall, startRedisProxy } from '../support/redis-proxy.ts';
import {
  accountsOf,
  type MadeInvite,
  makeInvite,
  readInvite,
  signUpBody,
} from '../support/sign-ups.ts';

const redisUrl = process.env.TEST_REDIS_URL ?? '';
/** A lease of 30 s, and then Keycloak is asked for late accounts every 30 s. */
const PATIENCE = { timeout: 90_000, interval: 500 };

let redis: RedisConnection;
let realm: TestRealm;
let keycloakProxy: KeycloakProxy;
let redisProxy: RedisProxy;
let ada: TestMember;
/** Whose calls can be kept back. */
let slow: Record<string, string>;
/** The other process of the portal's, in nobody's way. */
let steady: ApiProcess;

beforeAll(async () => {
  redis = openRedis(redisUrl);
  realm = await createRealm();
  keycloakProxy = await startKeycloakProxy(realm.keycloakUrl);
  redisProxy = await startRedisProxy(redisUrl);
  slow = {
    ...portalEnvironment(realm),
    REDIS_URL: redisProxy.url,
    KEYCLOAK_INTERNAL_URL: keycloakProxy.url,
  };
  steady = await startApiProcess(portalEnvironment(realm));
  ada = await realm.member('ada');
});
afterAll(async () => {
  await steady.stop();
  await keycloakProxy.stop();
  await redisProxy.stop();
  await redis.quit();
  await realm.remove();
});

/** These tests run at once, as each waits most of its time. */
async function until<T>(read: () => T | Promise<T>, wanted: T): Promise<void> {
  await vi.waitFor(async () => expect(await read()).toEqual(wanted), PATIENCE);
}

const holdAccount = ({ id }: MadeInvite): Hold =>
  keycloakProxy.hold('before', (call) => isNewAccount(call) && call.body.includes(id));

/** Somebody else, who tries until the use that was reserved is free again. */
async function signUpElsewhere(invite: MadeInvite): Promise<string> {
  const body = signUpBody(invite);
  const status = async () => (await steady.api.post('/registrations', body)).status;
  await until(status, 201);
  return body.username ?? '';
}

const names = async (invite: MadeInvite) =>
  (await accountsOf(realm, invite)).map(({ username }) => username).sort();

async function expectInTheEnd(invite: MadeInvite, usernames: string[]): Promise<void> {
  const outcome = async () => ({
    accounts: await names(invite),
    uses: (await readInvite(steady.api, ada, invite)).uses,
    reserved: Number(await redis.hget(`test-${realm.name}:{invite:${invite.id}}`, 'reserved')),
  });
  const wanted = { accounts: [...usernames].sort(), uses: usernames.length, reserved: 0 };
  await until(outcome, wanted);
}

describe.concurrent('a process that is stopped (SIGSTOP) beyond its lease, and wakes', () => {
  test('makes no account where its use has gone to somebody else', {
    timeout: 150_000,
  }, async () => {
    const process = await startApiProcess(slow);
    const invite = await makeInvite(steady.api, ada);
    const isReservation = await scriptCall(redis, 'registrations/reserve');
    const reservation = redisProxy.hold('after', isReservation(invite.id));
    const answering = process.api.post('/registrations', signUpBody(invite));
    await reservation.reached;
    process.signal('SIGSTOP');
    reservation.release();

    const other = await signUpElsewhere(invite);
    process.signal('SIGCONT');
    expect((await answering).status).toBe(503);
    await expectInTheEnd(invite, [other]);
    await process.stop();
  });

  test('keeps no account that Keycloak made meanwhile, where its use has gone', {
    timeout: 150_000,
  }, async () => {
    const process = await startApiProcess(slow);
    const invite = await makeInvite(steady.api, ada);
    const making = holdAccount(invite);
    const answering = process.api.post('/registrations', signUpBody(invite));
    await making.reached;
    process.signal('SIGSTOP');

    const other = await signUpElsewhere(invite);
    making.release();
    await until(() => keycloakProxy.made.has(invite.id), true);
    process.signal('SIGCONT');
    expect((await answering).status).toBeGreaterThanOrEqual(400);
    await expectInTheEnd(invite, [other]);
    await process.stop();
  });
});

describe.concurrent('an account that Keycloak makes after its sign-up was given up', () => {
  test('goes again where the use has gone to somebody else', { timeout: 150_000 }, async () => {
    const process = await startApiProcess(slow);
    const invite = await makeInvite(steady.api, ada);
    const making = holdAccount(invite);
    const answer = await process.api.post('/registrations', signUpBody(invite));
    expect(answer).toMatchObject({ status: 503, body: { code: 'outcome-unknown' } });

    const other = await signUpElsewhere(invite);
    making.release();
    await until(() => keycloakProxy.made.has(invite.id), true);
    await expectInTheEnd(invite, [other]);
    await process.stop();
  });

  test('takes a use that is free', { timeout: 150_000 }, async () => {
    const process = await startApiProcess(slow);
    const invite = await makeInvite(steady.api, ada, { maxUses: 2 });
    const late = signUpBody(invite);
    const making = holdAccount(invite);
    const answer = await process.api.post('/registrations', late);
    expect(answer).toMatchObject({ status: 503, body: { code: 'outcome-unknown' } });
    const other = await signUpElsewhere(invite);
    const reserved = () => redis.hget(`test-${realm.name}:{invite:${invite.id}}`, 'reserved');
    await until(reserved, '0');

    making.release();
    await expectInTheEnd(invite, [late.username ?? '', other]);
    await process.stop();
  });
});

describe('a step that reaches Redis after its caller was told no', () => {
  test.for([
    ['the reservation', 'registrations/reserve'],
    ['the commit', 'registrations/commit'],
  ] as const)('does nothing any more: %s', async ([, script]) => {
    const process = await startApiProcess(slow);
    const invite = await makeInvite(steady.api, ada);
    const isStep = await scriptCall(redis, script);
    const step = redisProxy.hold('before', isStep(invite.id));
    const answer = await process.api.post('/registrations', signUpBody(invite));
    expect(answer.status).toBe(503);
    const key = `test-${realm.name}:{invite:${invite.id}}`;
    const before = await redis.hgetall(key);

    step.release();
    // Redis answers in order: what was asked later on the same connection was asked after it.
    await expect
      .poll(async () => (await process.api.post('/invites/lookup', { token: invite.token })).status)
      .toBe(200);
    expect(await redis.hgetall(key)).toEqual(before);
    await process.stop();
  });
});

describe('a reservation whose process is gone', () => {
  /** A sign-up whose account was made, and whose process was killed before it heard of that. */
  async function cutOff() {
    const process = await startApiProcess(slow);
    const invite = await makeInvite(steady.api, ada);
    const body = signUpBody(invite);
    const making = keycloakProxy.hold(
      'after',
      (call) => isNewAccount(call) && call.body.includes(invite.id),
    );
    const answering = process.api.post('/registrations', body).catch(() => undefined);
    await making.reached;
    await process.kill();
    making.drop();
    await answering;
    const entries = await redis.zrange(`test-${realm.name}:reservations`, '0', '-1');
    const entry = entries.find((it) => it.startsWith(invite.id)) ?? '';
    const [, registration = ''] = entry.split(':');
    return { invite, body, entry, registration };
  }

  test('is ended though it is due by Redis’s clock before it is by the reconciler’s', {
    timeout: 120_000,
  }, async () => {
    const { invite, body, entry, registration } = await cutOff();
    const [seconds] = await redis.time();
    const now = Number(seconds) * 1000;
    const key = `test-${realm.name}:{invite:${invite.id}}:registration:${registration}`;
    await redis.hset(key, 'lease', now + 6_000);
    await redis.zadd(`test-${realm.name}:reservations`, String(now), entry);
    await expectInTheEnd(invite, [body.username ?? '']);
  });

  test('is not forgotten where giving it back reaches Redis too late', {
    timeout: 120_000,
  }, async () => {
    const process = await startApiProcess(slow);
    const invite = await makeInvite(steady.api, ada);
    const isRelease = await scriptCall(redis, 'registrations/release');
    const release = redisProxy.hold('before', isRelease(invite.id));
    const refused = process.api.post('/registrations', signUpBody(invite, { username: 'ada' }));
    await release.reached;
    await refused;
    release.release();
    await expectInTheEnd(invite, []);
    await process.stop();
  });
});
