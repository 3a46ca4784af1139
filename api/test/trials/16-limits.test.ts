import { randomInt } from 'node:crypto';
import type { CurrentRegistration, Problem } from '@portal/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitForMail } from '../../../docker/stack/mail-reader.ts';
import type { RedisConnection } from '../../src/redis/connection.ts';
import { createRedisKeys, type RedisKeys } from '../../src/redis/keys.ts';
import { type ApiProcess, startApiProcess } from '../support/api-process.ts';
import type { Answer } from '../support/client.ts';
import { portalEnvironment } from '../support/portal.ts';
import { rawRequest } from '../support/raw-request.ts';
import { createRealm, type TestMember, type TestRealm } from '../support/realm.ts';
import { keysLike, openRedis } from '../support/redis.ts';
import { cookieOf, holderOf, ORIGIN } from '../support/sign-up-cookie.ts';
import { FULL, makeInvite, signUpBody, tally } from '../support/sign-ups.ts';

/*
 * What one process does by itself, a header from a peer that isn't trusted among it, is in `plugins/rate-limit.test.ts`;
 * the budget for answers of "taken" in `14-email-guesses.test.ts`.
 */

const LIMIT = 20;
const AT_ONCE = 200;
/** Rounds of so many requests at once. */
const ROUNDS = FULL ? 20 : 3;
const MINUTE_S = 60;
const HALF_MS = 30_000;
/** The proxies in front: the one that asks us, and those before it. */
const TRUSTED = '127.0.0.1,10.0.0.0/8';

let realm: TestRealm;
let redis: RedisConnection;
let keys: RedisKeys;
let ada: TestMember;
let processes: [ApiProcess, ApiProcess];

const environment = (): Record<string, string> => ({
  ...portalEnvironment(realm),
  TRUST_PROXY: TRUSTED,
  RATE_LIMIT: String(LIMIT),
  RATE_LIMIT_PER_LINK: String(LIMIT),
});

beforeAll(async () => {
  realm = await createRealm();
  keys = createRedisKeys(portalEnvironment(realm).REDIS_PREFIX ?? '');
  redis = openRedis(process.env.TEST_REDIS_URL ?? '');
  processes = await Promise.all([startApiProcess(environment()), startApiProcess(environment())]);
  ada = await realm.member('ada');
});
afterAll(async () => {
  await Promise.all(processes.map((process) => process.stop()));
  redis.disconnect();
  await realm.remove();
});

/** An address that nobody has asked from yet. */
const newAddress = () => `100.${randomInt(64, 128)}.${randomInt(256)}.${randomInt(1, 255)}`;
const newNetwork = () =>
  `2001:db8:${randomInt(65_536).toString(16)}:${randomInt(65_536).toString(16)}`;
const from = (forwardedFor: string) => ({ headers: { 'x-forwarded-for': forwardedFor } });

/** A lookup of what is no link: the address alone is counted. */
const lookUp = (forwardedFor: string, { api }: ApiProcess = processes[0], token = 'x') =>
  api.post<Problem>('/invites/lookup', { token }, from(forwardedFor));

/** So many requests at the same moment, one after the other process. */
const overBoth = <T>(count: number, ask: (process: ApiProcess, i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, i) => ask(processes[i % 2 ? 1 : 0], i)));

function expectRefusal({ status, headers, body }: Answer<Problem>): void {
  expect({ status, code: body.code }).toEqual({ status: 429, code: 'too-many-requests' });
  expect(headers.get('content-type')).toMatch('application/problem+json');
  const seconds = Number(headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(MINUTE_S);
  expect(body.params).toEqual({ retryAfter: seconds });
}

/** Uses up an address's requests, however it is written meanwhile. */
async function useUp(write: (i: number) => string): Promise<void> {
  for (let i = 0; i < LIMIT; i++)
    expect((await lookUp(write(i), processes[i % 2 ? 1 : 0])).status).toBe(404);
}

const rounds = Array.from({ length: ROUNDS }, (_, i) => i + 1);

describe(`of ${AT_ONCE} requests at once over two processes`, () => {
  test.for(rounds)(`exactly ${LIMIT} from one address get through (round %i)`, async () => {
    const address = newAddress();
    const answers = await overBoth(AT_ONCE, (process) => lookUp(address, process));
    expect(tally(answers.map(({ status }) => status))).toEqual({
      ...{ 404: LIMIT, 429: AT_ONCE - LIMIT },
    });
    for (const answer of answers) if (answer.status === 429) expectRefusal(answer);
  });

  test.for(rounds)(
    `exactly ${LIMIT} by one link get through, from any addresses (round %i)`,
    async () => {
      const link = await makeInvite(processes[0].api, ada);
      const noAccount = { ...signUpBody(link), password: '' };
      const answers = await overBoth(AT_ONCE, (process, i) =>
        i % 4 === 0
          ? process.api.post<Problem>('/registrations', noAccount, from(newAddress()))
          : lookUp(newAddress(), process, link.token),
      );
      const through = answers.filter(({ status }) => status !== 429);
      expect(through).toHaveLength(LIMIT);
      for (const { status } of through) expect([200, 400]).toContain(status);
      for (const answer of answers) if (answer.status === 429) expectRefusal(answer);
    },
  );
});

describe('a limit that is reached', () => {
  test('holds in a process that was killed and started again', async () => {
    const address = newAddress();
    await useUp(() => address);
    const another = await startApiProcess(environment());
    expectRefusal(await lookUp(address, another));
    await another.kill();
    const again = await startApiProcess(environment());
    expectRefusal(await lookUp(address, again));
    await again.stop();
  });

  test('isn’t made longer by those who go on trying, and is over when Retry-After says', async () => {
    const address = newAddress();
    await useUp(() => address);
    const [key = '', ...more] = await keysLike(redis, `${keys.rateLimit}*${address}*`);
    expect(more).toEqual([]);
    // Half of the minute has gone by.
    await redis.pexpire(key, HALF_MS);
    for (let i = 0; i < LIMIT; i++) expectRefusal(await lookUp(address));
    const { headers } = await lookUp(address);
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(HALF_MS / 1000);
    const left = await redis.pttl(key);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(HALF_MS);
    // And the other half: the full run waits it out.
    if (!FULL) await redis.pexpire(key, 1);
    const served = async () => (await lookUp(address)).status;
    await expect.poll(served, { timeout: FULL ? left + 2000 : 2000, interval: 500 }).toBe(404);
  }, 90_000);

  test('is that address’s alone', async () => {
    const address = newAddress();
    await useUp(() => address);
    expect((await lookUp(newAddress())).status).toBe(404);
  });
});

describe('whose requests they are', () => {
  const hops = () => `10.${randomInt(256)}.0.${randomInt(256)}`;

  test('says the last address that no proxy of ours has, whatever the client wrote before', async () => {
    const client = newAddress();
    await useUp(() => `${newAddress()}, ${client}, ${hops()}, ${hops()}`);
    expectRefusal(await lookUp(client));
    expect((await lookUp(`${client}, ${newAddress()}`)).status).toBe(404);
  });

  test('says the same where the header comes in several lines', async () => {
    const client = newAddress();
    const statuses: number[] = [];
    for (let i = 0; i <= LIMIT; i++) {
      const headers = [
        ['content-type', 'application/json'],
        ['x-forwarded-for', newAddress()],
        ['x-forwarded-for', client],
        ['x-forwarded-for', hops()],
      ] as const;
      const url = `${processes[0].url}/api/v1/invites/lookup`;
      statuses.push((await rawRequest(url, 'POST', headers, '{"token":"x"}')).status);
    }
    expect(tally(statuses)).toEqual({ 404: LIMIT, 429: 1 });
  });

  test.for([
    'forwarded',
    'x-real-ip',
    'x-client-ip',
    'client-ip',
    'true-client-ip',
    'cf-connecting-ip',
    'fastly-client-ip',
    'x-cluster-client-ip',
    'x-originating-ip',
    'x-original-forwarded-for',
    'x-forwarded',
    'x-forwarded-host',
    'x-envoy-external-address',
  ])('says no %s', async (name) => {
    const client = newAddress();
    const statuses: number[] = [];
    for (let i = 0; i <= LIMIT; i++) {
      const value = name === 'forwarded' ? `for=${newAddress()}` : newAddress();
      const headers = { 'x-forwarded-for': client, [name]: value };
      const { api } = processes[0];
      statuses.push((await api.post('/invites/lookup', { token: 'x' }, { headers })).status);
    }
    expect(tally(statuses)).toEqual({ 404: LIMIT, 429: 1 });
  });

  test('says a whole /64 of IPv6, which is what one person has', async () => {
    const network = newNetwork();
    await useUp((i) => `${i % 2 ? network : network.toUpperCase()}:${i}:${randomInt(9999)}:0:1`);
    expectRefusal(await lookUp(`${network}::1`));
    expect((await lookUp(`${newNetwork()}::1`)).status).toBe(404);
  });

  test('says IPv4 also where it is written as IPv6', async () => {
    const address = newAddress();
    await useUp((i) => (i % 2 ? address : `::ffff:${address}`));
    expectRefusal(await lookUp(address));
    expectRefusal(await lookUp(`::ffff:${address}`));
  });
});

test('thirty people behind one address can join in one minute, as the limits are by default', async () => {
  const usual = await startApiProcess({
    ...environment(),
    ...{ RATE_LIMIT: '', RATE_LIMIT_PER_LINK: '' },
    // Thirty passwords to hash at once: how long that takes is the machine's affair.
    KEYCLOAK_TIMEOUT: '60000',
  });
  const link = await makeInvite(usual.api, ada, { maxUses: null });
  const address = newAddress();
  const statuses = await Promise.all(
    Array.from({ length: 30 }, async () => [
      (await lookUp(address, usual, link.token)).status,
      // Each mistypes twice.
      ...(await Promise.all(
        [{ email: 'x' }, { username: '' }].map(
          async (mistake) =>
            (
              await usual.api.post('/registrations', signUpBody(link, mistake), from(address))
            ).status,
        ),
      )),
      (await usual.api.post('/registrations', signUpBody(link), from(address))).status,
    ]),
  );
  expect(tally(statuses.flat())).toEqual({ 200: 30, 400: 60, 201: 30 });
  expectRefusal(await lookUp(address, usual));
  await usual.stop();
});

describe('mails to one person', () => {
  async function newcomer() {
    const [one] = processes;
    const body = signUpBody(await makeInvite(one.api, ada));
    const made = await one.api.post('/registrations', body, from(newAddress()));
    const headers = { cookie: cookieOf(made), origin: ORIGIN };
    const { invite, registration } = holderOf(headers.cookie);
    await waitForMail(process.env.TEST_MAIL_URL ?? '', body.email ?? '');
    const path = '/registrations/current';
    return {
      again: ({ api }: ApiProcess) =>
        api.ask<Problem>('POST', `${path}/verification-email`, { headers }),
      mailLeft: () =>
        expect
          .poll(async () => (await one.api.get<CurrentRegistration>(path, { headers })).body)
          .toMatchObject({ verification: 'sent' }),
      /** The minute between two mails goes by. */
      aMinuteLater: () =>
        redis.hset(keys.registration(invite, registration), 'askedAt', Date.now() - 61_000),
    };
  }

  test('are asked for over two processes at once, and one goes', async () => {
    const { again, mailLeft, aMinuteLater } = await newcomer();
    await mailLeft();
    await aMinuteLater();
    const answers = await overBoth(LIMIT, again);
    expect(tally(answers.map(({ status }) => status))).toEqual({ 200: 1, 429: LIMIT - 1 });
    for (const { status, headers, body } of answers)
      if (status === 429) {
        expect(body.code).toBe('mail-too-soon');
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(50);
      }
  });

  test('are five an hour at most, whichever process is asked', async () => {
    const { again, aMinuteLater } = await newcomer();
    for (let i = 0; i < 5; i++) {
      await aMinuteLater();
      expect((await again(processes[i % 2 ? 1 : 0])).status).toBe(200);
    }
    for (const process of processes) {
      await aMinuteLater();
      const { status, headers } = await again(process);
      expect(status).toBe(429);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(3500);
    }
  });
});
