import { setTimeout as wait } from 'node:timers/promises';
import type { Invite, Problem } from '@portal/shared';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type ApiProcess, startApiProcess } from '../support/api-process.ts';
import { type Ask, type Outcome, startLoad } from '../support/load.ts';
import { createOwnRedis, type OwnRedis } from '../support/own-redis.ts';
import { portalEnvironment } from '../support/portal.ts';
import { residentMemory } from '../support/process-memory.ts';
import { createRealm, type TestMember, type TestRealm } from '../support/realm.ts';
import { cookieOf, ORIGIN } from '../support/sign-up-cookie.ts';
import {
  changeInvite,
  FULL,
  type MadeInvite,
  makeInvite,
  readInvite,
  signUpBody,
  tally,
  tokenOf,
} from '../support/sign-ups.ts';

/** The trial's number is 60 s; `npm test` takes a share of it. */
const DOWN_MS = FULL ? 60_000 : 3_000;
const PER_SECOND = 100;
const CONNECTIONS = 20;
/** `kill -9` under writes, so often. */
const KILLS = FULL ? 10 : 2;
/** What may come and go, in megabytes; over 60 s it was 2. */
const FLAT_MB = 10;

let own: OwnRedis;
let realm: TestRealm;
let ada: TestMember;
let environment: Record<string, string>;

beforeAll(async () => {
  own = await createOwnRedis();
  realm = await createRealm();
  ada = await realm.member('ada');
  environment = {
    ...portalEnvironment(realm),
    REDIS_URL: own.url,
    // Production's.
    REDIS_TIMEOUT: '800',
    // As `npm start` bounds it; else a heap that has room grows for as long as it is given work.
    NODE_OPTIONS: '--max-semi-space-size=2 --max-old-space-size=64',
  };
});
afterAll(async () => {
  await own.remove();
  await realm.remove();
});

/** Ends with its test, and so does Redis. */
async function startProcess(until?: '/readyz' | '/healthz'): Promise<ApiProcess> {
  const process = await startApiProcess(environment, 'warn', until);
  onTestFinished(async () => {
    await process.stop();
    await own.kill();
  });
  return process;
}

const isAway = (outcome: Outcome): boolean => {
  const problem: Problem = JSON.parse(outcome.body || '{}');
  return (
    outcome.status === 503 &&
    outcome.contentType?.startsWith('application/problem+json') === true &&
    problem.code === 'redis-away' &&
    Number(problem.params?.retryAfter) > 0
  );
};

/** Every route that asks something of Redis, in turns. */
function allRoutes(token: string, { id, token: link }: MadeInvite, cookie: string): () => Ask {
  const member = (method: string, path: string, body?: unknown): Ask => ({
    ...{ method, path: `/api/v1${path}`, token, body },
  });
  const guest = (method: string, path: string, body?: unknown): Ask => ({
    ...{ method, path: `/api/v1/registrations${path}`, body, headers: { cookie, origin: ORIGIN } },
  });
  const all = [
    member('GET', '/invites'),
    member('POST', '/invites', {}),
    member('GET', `/invites/${id}`),
    member('PATCH', `/invites/${id}`, { label: 'changed' }),
    member('DELETE', `/invites/${id}`),
    member('GET', `/invites/${id}/registrations`),
    member('POST', '/invites/lookup', { token: link }),
    guest('POST', '', signUpBody({ token: link })),
    guest('GET', '/current'),
    guest('PATCH', '/current', { email: 'other@example.org' }),
    guest('POST', '/current/verification-email'),
  ];
  let turn = 0;
  return () => all[turn++ % all.length] ?? member('GET', '/invites');
}

/** Something that can be read as soon as the portal has its memory back, and not before. */
const works = (api: ApiProcess, invite: MadeInvite) => async () =>
  (await api.api.post('/invites/lookup', { token: invite.token })).status;

async function signedUp({ api }: ApiProcess) {
  const invite = await makeInvite(api, ada);
  const made = await api.post('/registrations', signUpBody(invite));
  expect(made.status).toBe(201);
  return { invite, cookie: cookieOf(made) };
}

describe('the API starts without Redis, and heals by itself', () => {
  test.for<[string, () => Promise<unknown> | unknown, () => Promise<void>]>([
    ['that is not there', () => own.kill(), () => own.start()],
    ['that is frozen (SIGSTOP)', () => own.freeze(), () => own.thaw()],
  ])('%s', { timeout: 60_000 }, async ([, away, back]) => {
    await own.start();
    await away();
    const process = await startProcess('/healthz');
    expect(await process.api.post('/invites/lookup', { token: 'x'.repeat(43) })).toMatchObject({
      status: 503,
      body: { code: 'redis-away' },
    });
    expect((await process.api.get('/config')).status).toBe(200);
    expect(await process.api.get('/readyz')).toMatchObject({
      status: 503,
      body: { redis: 'away', realmKeys: 'ok' },
    });
    await back();
    await expect
      .poll(async () => (await process.api.get('/readyz')).status, { timeout: 5_000 })
      .toBe(200);
    await makeInvite(process.api, ada);
  });
});

describe('while Redis is away', () => {
  test.for<[string, () => Promise<unknown> | unknown, () => Promise<void>]>([
    ['killed (kill -9)', () => own.kill(), () => own.start()],
    ['frozen (SIGSTOP)', () => own.freeze(), () => own.thaw()],
  ])(
    '%s: every route that needs it says 503 within 1 s, memory is flat, and all heals',
    {
      timeout: 150_000,
    },
    async ([, away, back]) => {
      await own.start();
      const process = await startProcess();
      const { invite, cookie } = await signedUp(process);
      const fresh = await makeInvite(process.api, ada);
      const routes = allRoutes(await tokenOf(ada), invite, cookie);
      /** Caches and compiled code are there before anything is measured. */
      const warm = startLoad(process.url, PER_SECOND, CONNECTIONS, routes);
      await wait(2_000);
      await warm.stop();

      await away();
      const first = startLoad(process.url, PER_SECOND, CONNECTIONS, routes);
      await wait(1_000);
      const before = await residentMemory(process.pid);
      await wait(DOWN_MS - 1_000);
      const outcomes = await first.stop();
      const after = await residentMemory(process.pid);

      expect(outcomes.filter((outcome) => !isAway(outcome))).toEqual([]);
      expect(outcomes.length).toBeGreaterThan((PER_SECOND * DOWN_MS) / 1500);
      expect(Math.max(...outcomes.map(({ tookMs }) => tookMs))).toBeLessThan(1_000);
      expect(after - before).toBeLessThan(FLAT_MB);

      // What needs no Redis goes on.
      const token = await tokenOf(ada);
      expect((await process.api.get('/me', { token })).status).toBe(200);
      expect((await process.api.get('/config')).status).toBe(200);

      await back();
      await expect.poll(works(process, fresh), { timeout: 5_000, interval: 50 }).toBe(200);
      const later = await process.api.post('/registrations', signUpBody(fresh));
      expect(later.status).toBe(201);
      await process.stop();
      await own.kill();
    },
  );
});

describe('kill -9 of Redis under writes', () => {
  const rounds = Array.from({ length: KILLS }, (_, i) => i + 1);
  test.for(rounds)(
    'loses no link that was acknowledged (round %i)',
    {
      timeout: 90_000,
    },
    async () => {
      await own.start();
      const process = await startProcess();
      const token = await tokenOf(ada);
      const made: string[] = [];
      const refused: number[] = [];
      let going = true;
      const writers = Array.from({ length: 20 }, async () => {
        while (going) {
          const { status, body } = await process.api.post<Invite>('/invites', {}, { token });
          if (status === 201) made.push(body.id);
          else refused.push(status);
        }
      });
      await expect.poll(() => made.length, { interval: 10, timeout: 20_000 }).toBeGreaterThan(200);
      await own.kill();
      await expect.poll(() => refused.length, { interval: 10 }).toBeGreaterThan(0);
      going = false;
      await Promise.all(writers);
      expect(tally(refused)).toEqual({ 503: refused.length });

      await own.start();
      const id = made[0] ?? '';
      await expect
        .poll(async () => (await process.api.get(`/invites/${id}`, { token })).status, {
          timeout: 5_000,
        })
        .toBe(200);
      const limit = pLimit(20);
      const found = await Promise.all(
        made.map((one) => limit(() => readInvite(process.api, ada, { id: one, token: '' }))),
      );
      expect(found.map((invite) => invite.id)).toEqual(made);
      // And each can be used, and changed.
      await changeInvite(process.api, ada, { id, token: '' }, { label: 'still there' });
      await process.stop();
      await own.kill();
    },
  );
});
