import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Registration } from '@portal/shared';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RedisConnection } from '../../src/redis/connection.ts';
import { createRedisKeys, type RedisKeys } from '../../src/redis/keys.ts';
import { type ApiProcess, startApiProcess } from '../support/api-process.ts';
import { isNewAccount, type KeycloakProxy, startKeycloakProxy } from '../support/keycloak-proxy.ts';
import { type Ask, type Outcome, startLoad } from '../support/load.ts';
import { portalEnvironment } from '../support/portal.ts';
import { createRealm, type TestMember, type TestRealm } from '../support/realm.ts';
import { openRedis } from '../support/redis.ts';
import {
  accountsOf,
  FULL,
  type MadeInvite,
  makeInvite,
  readInvite,
  signUpBody,
  tally,
  tokenOf,
} from '../support/sign-ups.ts';

/** The trial's number is 200 requests a second; `npm test` stops one process under it, `npm run trials` ten. */
const PER_SECOND = 200;
const CONNECTIONS = 40;
const ROUNDS = FULL ? 10 : 1;
const SECONDS_BEFORE = FULL ? 5 : 2;
/** How long a process may take to end. */
const END_MS = 10_000;

let realm: TestRealm;
let redis: RedisConnection;
let keys: RedisKeys;
let keycloakProxy: KeycloakProxy;
let ada: TestMember;
/** Another process of the portal's, which stays. */
let steady: ApiProcess;

beforeAll(async () => {
  realm = await createRealm();
  redis = openRedis(process.env.TEST_REDIS_URL ?? '');
  keys = createRedisKeys(portalEnvironment(realm).REDIS_PREFIX ?? '');
  keycloakProxy = await startKeycloakProxy(realm.keycloakUrl);
  ada = await realm.member('ada');
  steady = await startApiProcess(portalEnvironment(realm));
});
afterAll(async () => {
  await steady.stop();
  await keycloakProxy.stop();
  await redis.quit();
  await realm.remove();
});

const startProcess = (logLevel = 'warn', environment: Record<string, string> = {}) =>
  startApiProcess(
    { ...portalEnvironment(realm), KEYCLOAK_INTERNAL_URL: keycloakProxy.url, ...environment },
    logLevel,
  );

/** Asks a process to end as an orchestrator does. Gives how it did, and how long that took. */
async function terminate({ signal, ended }: ApiProcess) {
  const startedAt = performance.now();
  signal('SIGTERM');
  const how = await ended;
  return { how, tookMs: performance.now() - startedAt };
}

/** Tests here run at once, as each waits most of its time. */
async function until<T>(read: () => Promise<T>, wanted: T): Promise<void> {
  const patience = { timeout: 60_000, interval: 20 };
  await vi.waitFor(async () => expect(await read()).toEqual(wanted), patience);
}

const portOf = ({ url }: ApiProcess): number => Number(new URL(url).port);

/** Until the process's listener is closed. */
async function untilRefused(process: ApiProcess): Promise<void> {
  for (let isLetIn = true; isLetIn; ) {
    const socket = connect(portOf(process), '127.0.0.1');
    isLetIn = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
  }
}

/** What members and invitees ask, in turns. */
function mixedRoutes(token: string, invite: MadeInvite): () => Ask {
  const member = (method: string, path: string, body?: unknown): Ask => ({
    ...{ method, path: `/api/v1${path}`, token, body },
  });
  const all: Ask[] = [
    member('GET', '/me'),
    member('GET', '/invites'),
    member('GET', `/invites/${invite.id}`),
    member('POST', '/invites', { label: 'under load' }),
    member('GET', `/invites/${invite.id}/registrations`),
    { method: 'POST', path: '/api/v1/invites/lookup', body: { token: invite.token } },
    { method: 'GET', path: '/api/v1/config' },
    { method: 'GET', path: '/healthz' },
  ];
  let turn = 0;
  return () => all[turn++ % all.length] ?? member('GET', '/me');
}

/** How many requests the process itself says it has read, and how many it has answered. */
function accounting(log: string) {
  const count = (message: string) => log.split(`"msg":"${message}"`).length - 1;
  return { accepted: count('incoming request'), answered: count('request completed') };
}

const isWhole = ({ status, body }: Outcome): boolean =>
  status !== undefined && (status === 204 || JSON.parse(body) !== undefined);

describe('a process that is told to stop (SIGTERM) at 200 requests a second', () => {
  const rounds = Array.from({ length: ROUNDS }, (_, i) => i + 1);
  const name = 'answers every request that it accepted, and ends with 0 within 10 s (round %i)';
  test.for(rounds)(name, { timeout: 90_000 }, async () => {
    const process = await startProcess('info');
    const before = accounting(await process.log());
    const invite = await makeInvite(process.api, ada, { maxUses: 100 });
    const load = startLoad(
      process.url,
      PER_SECOND,
      CONNECTIONS,
      mixedRoutes(await tokenOf(ada), invite),
    );
    await wait(SECONDS_BEFORE * 1000);
    const signUps = Array.from({ length: 5 }, () =>
      process.api.post<Registration>('/registrations', signUpBody(invite)),
    );
    const atSignal = load.outcomes.length;
    const { how, tookMs } = await terminate(process);
    const outcomes = await load.stop();
    const made = await Promise.all(signUps);

    expect({ how, inTime: tookMs < END_MS }).toEqual({ how: 'ended with code 0', inTime: true });
    // Its own count and its callers': whatever it read was answered, and each answer came whole.
    const answered = outcomes.filter(isWhole);
    const own = accounting(await process.log());
    expect(own.answered).toBe(own.accepted);
    expect(own.accepted - before.accepted).toBe(answered.length + signUps.length + 1);
    // Answered with what was asked for, and not with a refusal.
    expect(tally(answered.map(({ status }) => status ?? 0))).toEqual({
      200: expect.any(Number),
      201: expect.any(Number),
    });
    expect(made.map(({ status }) => status)).toEqual(signUps.map(() => 201));
    expect((await accountsOf(realm, invite)).length).toBe(signUps.length);
    expect((await readInvite(steady.api, ada, invite)).uses).toBe(signUps.length);

    // A connection that is in use is told that it ends: nobody's request is lost on its way to one that was closed.
    const lost = outcomes.filter((outcome) => !isWhole(outcome));
    expect(lost.filter(({ reused }) => reused)).toEqual([]);
    // Nor is any of a connection that the process has let in: those that it had not are refused, or end with the
    // listener's own queue.
    const refused = new Set(['ECONNREFUSED', 'ECONNRESET']);
    expect(lost.filter(({ error = '' }) => !refused.has(error))).toEqual([]);
    expect(outcomes.filter(({ last }) => last).length).toBeGreaterThanOrEqual(CONNECTIONS);
    expect(atSignal).toBeGreaterThan(PER_SECOND * SECONDS_BEFORE * 0.8);
    await process.stop();
  });
});

describe.concurrent('a process that is about to stop', () => {
  test('says so to whoever asks whether it is ready, while it goes on answering', async () => {
    const process = await startProcess();
    const health = () => process.api.get('/healthz');
    const ready = () => process.api.get('/readyz').then(({ status }) => status);
    expect(await ready()).toBe(200);
    const ending = terminate(process);
    await until(ready, 503);
    const { status, headers } = await health();
    expect({ status, connection: headers.get('connection') }).toEqual({
      status: 200,
      connection: 'close',
    });
    expect(await ending).toMatchObject({ how: 'ended with code 0' });
    await process.stop();
  });

  test('finishes the sign-up that is in its hands', async () => {
    const process = await startProcess();
    const invite = await makeInvite(process.api, ada);
    const making = keycloakProxy.hold(
      'before',
      (call) => isNewAccount(call) && call.body.includes(invite.id),
    );
    const body = signUpBody(invite);
    const answering = process.api.post<Registration>('/registrations', body);
    await making.reached;
    const ending = terminate(process);
    // Nobody is let in any more when Keycloak makes the account.
    await untilRefused(process);
    making.release();

    expect(await answering).toMatchObject({ status: 201, body: { username: body.username } });
    expect(await ending).toMatchObject({ how: 'ended with code 0' });
    expect(await accountsOf(realm, invite)).toHaveLength(1);
    expect((await readInvite(steady.api, ada, invite)).uses).toBe(1);
    await process.stop();
  });

  test.for([
    ['a part', 'GET /api/v1/config HTTP/1.1\r\nHost: portal\r\n', '\r\n'],
    ['nothing yet', '', 'GET /api/v1/config HTTP/1.1\r\nHost: portal\r\n\r\n'],
  ] as const)(
    'answers whoever was let in, of whose request it had read %s',
    async ([, before, after]) => {
      const process = await startProcess();
      const socket = connect(portOf(process), '127.0.0.1');
      const answer = socket.toArray();
      await once(socket, 'connect');
      socket.write(before);
      // Its connections are taken in their order.
      expect((await process.api.get('/healthz')).status).toBe(200);
      const ending = terminate(process);
      await untilRefused(process);
      socket.write(after);

      expect(Buffer.concat(await answer).toString()).toMatch(
        /^HTTP\/1\.1 200 OK\r\n.*connection: close\r\n.*}$/s,
      );
      expect(await ending).toMatchObject({ how: 'ended with code 0' });
      await process.stop();
    },
  );

  test('doesn’t wait for the rest of a request that never comes', async () => {
    const process = await startProcess();
    const socket = connect(portOf(process), '127.0.0.1');
    socket.on('error', () => socket.destroy());
    socket.write('GET /api/v1/config HTTP/1.1\r\n');
    expect((await process.api.get('/healthz')).status).toBe(200);
    const { how, tookMs } = await terminate(process);
    expect({ how, inTime: tookMs < END_MS }).toEqual({ how: 'ended with code 0', inTime: true });
    await process.stop();
  });

  test('answers a sign-up that Keycloak keeps waiting, and still ends in time', {
    timeout: 120_000,
  }, async () => {
    const process = await startProcess();
    const invite = await makeInvite(process.api, ada);
    const making = keycloakProxy.hold(
      'after',
      (call) => isNewAccount(call) && call.body.includes(invite.id),
    );
    const answering = process.api.post('/registrations', signUpBody(invite));
    await making.reached;
    const { how, tookMs } = await terminate(process);

    expect(await answering).toMatchObject({ status: 503, body: { code: 'outcome-unknown' } });
    expect({ how, inTime: tookMs < END_MS }).toEqual({ how: 'ended with code 0', inTime: true });
    const left = await redis.zrange(keys.reservations, '0', '-1');
    expect(left.filter((entry) => entry.startsWith(invite.id))).toHaveLength(1);
    // The account was made: the process that stays spends the use for it, when the lease of 30 s is over.
    if (FULL) {
      const uses = async () => (await readInvite(steady.api, ada, invite)).uses;
      await until(uses, 1);
      expect(await accountsOf(realm, invite)).toHaveLength(1);
    }
    making.drop();
    await process.stop();
  });

  test('doesn’t wait for ever for work in the background, which is done again by another', {
    timeout: 60_000,
  }, async () => {
    // In nobody else's reach.
    const prefix = `test-${realm.name}-alone:`;
    const own = createRedisKeys(prefix);
    const process = await startProcess('warn', { REDIS_PREFIX: prefix });
    const invite = await makeInvite(process.api, ada);
    const signedUp = signUpBody(invite);
    expect(await process.api.post('/registrations', signedUp)).toMatchObject({ status: 201 });
    const [registration] = await redis.zrange(own.registrations(invite.id), '0', '-1');
    const user = await redis.hget(own.registration(invite.id, registration ?? ''), 'user');
    // A mail that Keycloak takes for ever to send, begun by the reconciler.
    const mail = keycloakProxy.hold('before', ({ path }) =>
      path.includes(`${user}/send-verify-email`),
    );
    const entry = `${invite.id}:${registration}`;
    await redis.zadd(own.mails, '0', entry);
    await mail.reached;

    const { how, tookMs } = await terminate(process);
    expect({ how, inTime: tookMs < END_MS }).toEqual({ how: 'ended with code 0', inTime: true });
    expect(await redis.zrange(own.mails, '0', '-1')).toEqual([entry]);
    mail.drop();
    await process.stop();
  });
});
