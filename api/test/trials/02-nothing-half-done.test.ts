import type { InviteRegistration, NewRegistration, Page, Registration } from '@portal/shared';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mailsTo } from '../../../docker/stack/mail-reader.ts';
import type { RedisConnection } from '../../src/redis/connection.ts';
import { createRedisKeys, type RedisKeys } from '../../src/redis/keys.ts';
import { type ApiProcess, startApiProcess } from '../support/api-process.ts';
import { type KeycloakProxy, startKeycloakProxy } from '../support/keycloak-proxy.ts';
import { type KillPoint, killPoints } from '../support/kill-points.ts';
import { portalEnvironment, randomName } from '../support/portal.ts';
import { createRealm, type TestMember, type TestRealm } from '../support/realm.ts';
import { openRedis } from '../support/redis.ts';
import { type RedisProxy, startRedisProxy } from '../support/redis-proxy.ts';
import {
  accountsOf,
  FULL,
  type MadeInvite,
  makeInvite,
  readInvite,
  signUpBody,
  tokenOf,
} from '../support/sign-ups.ts';

/** The trial's number is 10 at each step. */
const ROUNDS = FULL ? 10 : 1;
const AT_ONCE = 3;
const catcher = process.env.TEST_MAIL_URL ?? '';
const redisUrl = process.env.TEST_REDIS_URL ?? '';

let redis: RedisConnection;
let realm: TestRealm;
let keys: RedisKeys;
let keycloakProxy: KeycloakProxy;
let redisProxy: RedisProxy;
let points: KillPoint[];
let ada: TestMember;

beforeAll(async () => {
  redis = openRedis(redisUrl);
  realm = await createRealm({ groups: ['/looms'], environment: { INVITE_GROUPS: '/looms' } });
  keys = createRedisKeys(portalEnvironment(realm).REDIS_PREFIX ?? '');
  keycloakProxy = await startKeycloakProxy(realm.keycloakUrl);
  redisProxy = await startRedisProxy(redisUrl);
  points = await killPoints({ redis, keys, redisProxy, keycloakProxy });
  ada = await realm.member('ada', { groups: ['/looms'] });
});
afterAll(async () => {
  await keycloakProxy.stop();
  await redisProxy.stop();
  await redis.quit();
  await realm.remove();
});

/** A sign-up whose process was killed in the middle of it. */
interface CutOff {
  point: KillPoint;
  invite: MadeInvite;
  body: NewRegistration;
  headers: Record<string, string>;
}

/** Signs up at a process of its own, and kills that (`kill -9`) when the call is there. */
async function cutOff(point: KillPoint): Promise<CutOff> {
  const api = await startApiProcess({
    ...portalEnvironment(realm),
    REDIS_URL: redisProxy.url,
    KEYCLOAK_INTERNAL_URL: keycloakProxy.url,
  });
  const invite = await makeInvite(api.api, ada, { groups: ['/looms'] });
  const body = signUpBody(invite);
  const headers = { 'idempotency-key': randomName('key') };
  const call = point.hold(invite.id);
  const answering = api.api.post('/registrations', body, { headers }).catch(() => undefined);
  // A refusal never comes to the call that is waited for; a success may have its mail sent afterwards.
  const refused = answering.then(async (answer) => {
    if (answer?.status !== 201) return `${answer?.status} ${JSON.stringify(answer?.body)}`;
    return call.reached;
  });
  const refusal = await Promise.race([call.reached, refused]);
  await api.kill();
  if (refusal) throw new Error(`Not cut off ${point.name}: ${refusal}`);
  call.drop();
  await answering;
  return { point, invite, body, headers };
}

/** Nothing is left to be done for any of them. */
const pending = async () => ({
  reservations: await redis.zcard(keys.reservations),
  mails: await redis.zcard(keys.mails),
});

async function outcomeOf({ invite, point, body }: CutOff, { api }: ApiProcess) {
  const accounts = await accountsOf(realm, invite);
  const groups = await Promise.all(
    accounts.map(({ id }) => realm.admin.list(`/users/${id}/groups`)),
  );
  const list = await api.get<Page<InviteRegistration>>(`/invites/${invite.id}/registrations`, {
    token: await tokenOf(ada),
  });
  return {
    killed: point.name,
    accounts: accounts.length,
    groups: groups.flat().map(({ path }) => path),
    uses: (await readInvite(api, ada, invite)).uses,
    listed: list.body.items.length,
    reserved: Number(await redis.hget(keys.invite(invite.id), 'reserved')),
    mailed: (await mailsTo(catcher, body.email ?? '')).length > 0,
  };
}

const expected = ({ point: { name, made } }: CutOff) => ({
  killed: name,
  accounts: made ? 1 : 0,
  groups: made ? ['/looms'] : [],
  uses: made ? 1 : 0,
  listed: made ? 1 : 0,
  reserved: 0,
  mailed: made,
});

describe('the API killed at each step of signing up', () => {
  const rounds = Array.from({ length: ROUNDS }, (_, i) => i + 1);
  const name = 'leaves nothing half done within 60 s of its restart (round %i)';
  test.for(rounds)(name, { timeout: 240_000 }, async () => {
    const limit = pLimit(AT_ONCE);
    const all = await Promise.all(points.map((point) => limit(() => cutOff(point))));

    const restarted = await startApiProcess(portalEnvironment(realm));
    try {
      await expect
        .poll(pending, { timeout: 60_000, interval: 250 })
        .toEqual({ reservations: 0, mails: 0 });
      const outcomes = [];
      for (const one of all) outcomes.push(await outcomeOf(one, restarted));
      expect(outcomes).toEqual(all.map(expected));

      // Whoever was cut off sends the same again, as the page does, and has the one account either way.
      for (const { invite, body, headers } of all) {
        // While it is not known yet, a 503 says to send the same once more.
        const again = () => restarted.api.post<Registration>('/registrations', body, { headers });
        await expect
          .poll(again, { timeout: 60_000, interval: 1000 })
          .toMatchObject({ status: 201, body: { username: body.username } });
        expect(await accountsOf(realm, invite)).toHaveLength(1);
        expect((await readInvite(restarted.api, ada, invite)).uses).toBe(1);
      }
    } finally {
      await restarted.stop();
    }
  });
});
