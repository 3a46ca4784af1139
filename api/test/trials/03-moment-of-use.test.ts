import type { InviteLookup, ProblemCode } from '@portal/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Portal, startPortal } from '../support/portal.ts';
import type { TestMember } from '../support/realm.ts';
import { type RedisProxy, scriptCall, startRedisProxy } from '../support/redis-proxy.ts';
import {
  accountsOf,
  changeInvite,
  type MadeInvite,
  makeInvite,
  readInvite,
  signUpBody,
} from '../support/sign-ups.ts';

let portal: Portal;
/** The same portal by another process, whose commands to Redis can be kept back. */
let slow: Portal;
let proxy: RedisProxy;
let ada: TestMember;
let isReservation: (invite: string) => (command: readonly [string, ...string[]]) => boolean;

beforeAll(async () => {
  portal = await startPortal();
  proxy = await startRedisProxy(portal.config.redis.url);
  slow = await startPortal({
    realm: portal.realm,
    environment: { REDIS_URL: proxy.url, REDIS_TIMEOUT: '10000' },
  });
  ada = await portal.realm.member('ada');
  isReservation = await scriptCall(portal.redis, 'registrations/reserve');
});
afterAll(async () => {
  await slow.stop();
  await proxy.stop();
  await portal.stop();
});

/** A moment that is near, for the link to end at; what a sweeper would find it by is taken away. */
async function expire(invite: MadeInvite): Promise<void> {
  const end = (await redisTime()) + 150;
  await changeInvite(portal.api, ada, invite, { expiresAt: new Date(end).toISOString() });
  await portal.redis.zrem(portal.keys.expiring, invite.id);
  while ((await redisTime()) < end) await portal.redis.ping();
}

async function redisTime(): Promise<number> {
  const [seconds, microseconds] = await portal.redis.time();
  return Number(seconds) * 1000 + Number(microseconds) / 1000;
}

const revoke = (invite: MadeInvite) => changeInvite(portal.api, ada, invite, { revoked: true });

async function useUp(invite: MadeInvite): Promise<void> {
  const { status } = await portal.api.post('/registrations', signUpBody(invite));
  expect(status).toBe(201);
}

interface Ending {
  how: string;
  end(invite: MadeInvite): Promise<unknown>;
  code: ProblemCode;
  uses: number;
}

const endings: Ending[] = [
  { how: 'expires', end: expire, code: 'invite-expired', uses: 0 },
  { how: 'is revoked', end: revoke, code: 'invite-revoked', uses: 0 },
  { how: 'is used up', end: useUp, code: 'invite-used-up', uses: 1 },
];

describe.for(endings)('a link that $how', ({ end, code, uses }) => {
  const refused = {
    status: 410,
    body: { code, params: { inviter: 'Ada Lovelace', endedAt: expect.stringMatching(/Z$/) } },
  };

  async function expectNothingMore(invite: MadeInvite): Promise<void> {
    expect(await accountsOf(portal.realm, invite)).toHaveLength(uses);
    expect((await readInvite(portal.api, ada, invite)).uses).toBe(uses);
    const reserved = await portal.redis.hget(portal.keys.invite(invite.id), 'reserved');
    expect(Number(reserved)).toBe(0);
  }

  test('between the form and its sending, is a 410 that says which', async () => {
    const invite = await makeInvite(portal.api, ada);
    const form = await portal.api.post<InviteLookup>('/invites/lookup', { token: invite.token });
    expect(form.status).toBe(200);

    await end(invite);
    const answer = await portal.api.post('/registrations', signUpBody(invite));
    expect(answer).toMatchObject(refused);
    expect(await portal.api.post('/invites/lookup', { token: invite.token })).toMatchObject(
      refused,
    );
    await expectNothingMore(invite);
  });

  test('between the API’s look at it and its use, is the same 410', async () => {
    const invite = await makeInvite(portal.api, ada);
    const reservation = proxy.hold('before', isReservation(invite.id));
    const answering = slow.api.post('/registrations', signUpBody(invite));
    await reservation.reached;

    await end(invite);
    reservation.release();
    expect(await answering).toMatchObject(refused);
    await expectNothingMore(invite);
  });
});

test('a revocation that is taken back is none', async () => {
  const invite = await makeInvite(portal.api, ada);
  await revoke(invite);
  await changeInvite(portal.api, ada, invite, { revoked: false });
  const { status } = await portal.api.post('/registrations', signUpBody(invite));
  expect(status).toBe(201);
});

test('a link whose uses were made fewer lets in no more than that', async () => {
  const invite = await makeInvite(portal.api, ada, { maxUses: 3 });
  await useUp(invite);
  await changeInvite(portal.api, ada, invite, { maxUses: 1 });
  const answer = await portal.api.post('/registrations', signUpBody(invite));
  expect(answer).toMatchObject({ status: 410, body: { code: 'invite-used-up' } });
});

test('a sign-up that began in time is finished, and its use is spent, though the link ends meanwhile', async () => {
  const invite = await makeInvite(portal.api, ada, { maxUses: 2 });
  const isCommit = await scriptCall(portal.redis, 'registrations/commit');
  const commit = proxy.hold('before', isCommit(invite.id));
  const answering = slow.api.post('/registrations', signUpBody(invite));
  await commit.reached;

  await revoke(invite);
  commit.release();
  expect((await answering).status).toBe(201);
  expect(await readInvite(portal.api, ada, invite)).toMatchObject({ uses: 1, status: 'revoked' });
});
