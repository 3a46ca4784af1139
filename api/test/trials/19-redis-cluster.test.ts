import type { Invite, Page, Problem } from '@portal/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RedisNode } from '../../../docker/stack/redis-cluster.ts';
import { durabilityWarnings } from '../../src/redis/durability.ts';
import { createRedisKeys } from '../../src/redis/keys.ts';
import { type ApiProcess, startApiProcess } from '../support/api-process.ts';
import { type Ask, type Outcome, startLoad } from '../support/load.ts';
import { type OwnCluster, startOwnCluster } from '../support/own-cluster.ts';
import { portalEnvironment, startPortal } from '../support/portal.ts';
import { createRealm, type TestMember, type TestRealm } from '../support/realm.ts';
import { scriptCall, startRedisProxy } from '../support/redis-proxy.ts';
import {
  accountsOf,
  FULL,
  type MadeInvite,
  makeInvite,
  readInvite,
  signUpBody,
  tokenOf,
} from '../support/sign-ups.ts';

/*
 * Of the same promise: the whole suite of the API runs on a Cluster as it is. `npm test` runs a share of it so, and
 * `npm run trials` all of it (`docker/test.ts`).
 */

/** `npm test` has one fail-over of each kind. */
const ROUNDS = FULL ? 10 : 1;
const SERVED_WITHIN_MS = 15_000;
/** Production's. */
const REDIS_TIMEOUT_MS = 800;
const LONGEST_MS = REDIS_TIMEOUT_MS + 500;
/** Links made while there is no replica; a third of them would be at its master. */
const TRIES = 12;
/** By each of two processes. */
const PER_SECOND = 60;
const CONNECTIONS = 10;
/** How many links are made before a master goes, and how many more after it is back. */
const MADE = FULL ? 200 : 100;

let cluster: OwnCluster;
let realm: TestRealm;
/** Answers as soon as a master has what it was given. */
let plain: ApiProcess;
/** Waits for a replica. */
let waiting: ApiProcess;
let ada: TestMember;
let keys: ReturnType<typeof createRedisKeys>;
let link: MadeInvite;

beforeAll(async () => {
  [cluster, realm] = await Promise.all([startOwnCluster(), createRealm()]);
  ada = await realm.member('ada');
  const environment = portalEnvironment(realm);
  const onCluster = {
    ...environment,
    REDIS_URL: cluster.url,
    REDIS_TIMEOUT: String(REDIS_TIMEOUT_MS),
  };
  keys = createRedisKeys(environment.REDIS_PREFIX ?? '');
  [plain, waiting] = await Promise.all([
    startApiProcess(onCluster),
    startApiProcess({ ...onCluster, REDIS_WAIT_REPLICAS: '1' }),
  ]);
  link = await makeInvite(waiting.api, ada, { maxUses: null });
});
afterAll(async () => {
  await Promise.all([plain.stop(), waiting.stop()]);
  await cluster.remove();
  await realm.remove();
});

/** Members make links by one process, and somebody looks at the one that is in use. */
async function startTraffic({ url }: ApiProcess) {
  const token = await tokenOf(ada);
  const make: Ask = { method: 'POST', path: '/api/v1/invites', token, body: {} };
  const look: Ask = { method: 'POST', path: '/api/v1/invites/lookup', body: { token: link.token } };
  let turn = 0;
  const load = startLoad(url, PER_SECOND, CONNECTIONS, () => (turn++ % 3 === 0 ? look : make));
  const succeeded = (ask: Ask, status: number) => (since: number) =>
    load.outcomes.filter((it) => it.ask === ask && it.status === status && it.startedAt >= since);
  const made = succeeded(make, 201);
  const seen = succeeded(look, 200);
  return {
    made,
    stop: load.stop,
    /** When the link was first seen again. */
    seenAt: async (since: number) => endOf(seen(since)[0]),
    /** When a link was first made again where the one in use is. */
    async madeThereAt(since: number): Promise<number> {
      for (const one of made(since))
        if (await cluster.together(keyOf(one), keys.invite(link.id))) return endOf(one);
      return Number.NaN;
    },
  };
}

const idOf = ({ body }: Outcome): string => (JSON.parse(body) as Invite).id;
const keyOf = (made: Outcome) => keys.invite(idOf(made));
const endOf = (it: Outcome | undefined) => (it ? it.startedAt + it.tookMs : Number.NaN);

/** Each link that was confirmed is read, and stands in its maker's list. */
async function expectAll(made: readonly Outcome[]): Promise<void> {
  const token = await tokenOf(ada);
  const listed = new Set<string>();
  let cursor: string | null = '';
  while (cursor !== null) {
    const next: string = cursor && `&cursor=${cursor}`;
    const { body } = await waiting.api.get<Page<Invite>>(`/invites?limit=100${next}`, { token });
    for (const { id } of body.items) listed.add(id);
    cursor = body.nextCursor;
  }
  const lost: string[] = [];
  for (const id of made.map(idOf)) {
    const { status } = await waiting.api.get(`/invites/${id}`, { token });
    if (status !== 200 || !listed.has(id)) lost.push(id);
  }
  expect(lost).toEqual([]);
}

/** Whoever wasn't served was told so, in time: nothing hangs. */
function expectToldInTime(outcomes: readonly Outcome[]): void {
  const refused = outcomes.filter(({ status }) => status !== 200 && status !== 201);
  expect(refused.length).toBeGreaterThan(0);
  expect(new Set(refused.map(({ status, body }) => `${status} ${codeOf(body)}`))).toEqual(
    new Set(['503 redis-away']),
  );
  expect(Math.max(...outcomes.map(({ tookMs }) => tookMs))).toBeLessThan(LONGEST_MS);
}

const codeOf = (body: string) => (JSON.parse(body) as Problem).code;

const faults: Record<string, (master: RedisNode) => unknown> = {
  'is killed': (master) => cluster.kill(master),
  // As where its machine hangs, or the network drops everything: nothing is refused, nothing answers.
  'is frozen': (master) => master.signal('SIGSTOP'),
};

/** Milliseconds from a moment until something happened that is waited for. */
async function timeTo(since: number, happened: (since: number) => Promise<number>) {
  const took = async () => (await happened(since)) - since;
  await expect.poll(took, { timeout: 2 * SERVED_WITHIN_MS }).toBeGreaterThan(0);
  return took();
}

describe.each(Object.keys(faults))('the master that holds a link in use %s', (fault) => {
  test.each(Array.from({ length: ROUNDS }, (_, i) => i + 1))(
    'the link is served, and links are made there again, within 15 s; none is lost that a replica had to have (round %i)',
    async () => {
      const { master } = await cluster.holdersOf(keys.invite(link.id));
      const [fast, safe] = await Promise.all([startTraffic(plain), startTraffic(waiting)]);
      await expect.poll(() => safe.made(0).length, { timeout: 20_000 }).toBeGreaterThan(MADE);

      const gone = performance.now();
      await faults[fault]?.(master);
      const served = await Promise.all([
        timeTo(gone, fast.seenAt),
        timeTo(gone, fast.madeThereAt),
        timeTo(gone, safe.seenAt),
      ]);
      expect(Math.max(...served)).toBeLessThan(SERVED_WITHIN_MS);

      // Whoever waits for a replica makes links there as soon as there is one again.
      if (fault === 'is frozen') master.signal('SIGCONT');
      else await cluster.restart(master);
      const back = performance.now();
      await timeTo(back, safe.madeThereAt);
      await expect.poll(() => safe.made(back).length, { timeout: 20_000 }).toBeGreaterThan(MADE);

      expectToldInTime(await fast.stop());
      expectToldInTime(await safe.stop());
      await expectAll(safe.made(0));
      await cluster.untilWhole();
    },
    120_000,
  );
});

describe('while no replica of a master can be reached', () => {
  const isThere = (id: string) => cluster.together(keys.invite(id), keys.invite(link.id));

  test('nothing there is confirmed, and what was confirmed is there when the replica takes over', async () => {
    const { master, replica } = await cluster.holdersOf(keys.invite(link.id));
    if (!replica) throw new Error('There is no replica to kill');
    await cluster.kill(replica);

    const body = signUpBody(link);
    expect(await waiting.api.post('/registrations', body)).toMatchObject({
      status: 503,
      body: { code: 'redis-away' },
    });
    expect(await accountsOf(realm, link)).toEqual([]);

    const token = await tokenOf(ada);
    for (let tries = 0; tries < TRIES; tries++) {
      const { status, body } = await waiting.api.post<Invite>('/invites', {}, { token });
      if (status === 201) expect(await isThere(body.id)).toBe(false);
      else expect({ status, body }).toMatchObject({ status: 503, body: { code: 'redis-away' } });
    }
    // The same without waiting: confirmed, and nowhere but in the master's memory.
    let careless = await makeInvite(plain.api, ada);
    while (!(await isThere(careless.id))) careless = await makeInvite(plain.api, ada);

    await cluster.kill(master);
    await cluster.restart(replica);
    const status = async ({ id }: MadeInvite) =>
      (await waiting.api.get(`/invites/${id}`, { token })).status;
    await expect.poll(() => status(link), { timeout: 2 * SERVED_WITHIN_MS }).toBe(200);
    expect(await status(careless)).toBe(404);

    await cluster.restart(master);
    await cluster.untilWhole();
    // Whoever tries again gets in; the API may learn a moment after the cluster itself who stands behind whom.
    const signedUp = async () => (await waiting.api.post('/registrations', body)).status;
    await expect.poll(signedUp, { timeout: SERVED_WITHIN_MS }).toBe(201);
    // The use that was reserved for the first try is given back when its lease is over, or was never seen by the replica.
    expect((await readInvite(waiting.api, ada, link)).uses).toBe(1);
  }, 120_000);
});

test('what a connection was lost over is not sent again: its caller is told, and the lease stays to be ended', async () => {
  const own = await makeInvite(plain.api, ada);
  const proxy = await startRedisProxy(cluster.url);
  const portal = await startPortal({ realm, environment: { REDIS_URL: proxy.url } });
  const isReservation = await scriptCall(cluster.redis, 'registrations/reserve');
  const reservation = proxy.hold('after', isReservation(own.id));

  const answer = portal.api.post('/registrations', signUpBody(own));
  await reservation.reached;
  reservation.drop();
  expect(await answer).toMatchObject({ status: 503, body: { code: 'redis-away' } });
  const leases = await cluster.redis.zrange(keys.reservations, '0', '-1');
  expect(leases.filter((entry) => entry.startsWith(own.id))).toHaveLength(1);
  await portal.stop();
  await proxy.stop();
});

test('what one of the nodes would lose is said', async () => {
  expect(await durabilityWarnings(cluster.redis)).toEqual([]);
  const { master } = await cluster.holdersOf(keys.invite(link.id));
  const node = cluster.redis.nodes().find(({ options }) => options.port === master.port);
  await node?.config('SET', 'maxmemory-policy', 'allkeys-lru');
  expect(await durabilityWarnings(cluster.redis)).toEqual([
    expect.stringContaining('set maxmemory-policy noeviction'),
  ]);
});
