import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Hold } from '../support/holds.ts';
import { isNewAccount, type KeycloakProxy, startKeycloakProxy } from '../support/keycloak-proxy.ts';
import { type Portal, startPortal } from '../support/portal.ts';
import { createRealm, type TestMember, type TestRealm } from '../support/realm.ts';
import { type RedisProxy, scriptCall, startRedisProxy } from '../support/redis-proxy.ts';
import { accountsOf, type MadeInvite, makeInvite, signUpBody } from '../support/sign-ups.ts';

/** Longer than the lease of a sign-up, which is 30 s. */
const STOPPED_MS = 40_000;

let realm: TestRealm;
let keycloakProxy: KeycloakProxy;
let redisProxy: RedisProxy;
let portal: Portal;
let ada: TestMember;

beforeAll(async () => {
  realm = await createRealm();
  keycloakProxy = await startKeycloakProxy(realm.keycloakUrl);
  redisProxy = await startRedisProxy(process.env.TEST_REDIS_URL ?? '');
  portal = await startPortal({
    realm,
    environment: { KEYCLOAK_INTERNAL_URL: keycloakProxy.url, REDIS_URL: redisProxy.url },
  });
  ada = await realm.member('ada');
});
afterAll(async () => {
  await portal.stop();
  await keycloakProxy.stop();
  await redisProxy.stop();
  await realm.remove();
});

/**
 * The time that a process was stopped for has passed when it goes on. A stand-in by its clock: a real process that is
 * stopped (SIGSTOP; trial 2 does that) runs into its time-outs first, and one whose whole machine was may not.
 */
function timePasses(): () => void {
  const real = performance.now.bind(performance);
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => real() + STOPPED_MS);
  return () => clock.mockRestore();
}

describe('a sign-up that wakes when its lease is over asks for no account', () => {
  test.for<[string, string, (invite: MadeInvite) => Promise<Hold>]>([
    [
      'when its use was reserved',
      'example.org',
      async ({ id }) => {
        const isReservation = await scriptCall(portal.redis, 'registrations/reserve');
        return redisProxy.hold('after', isReservation(id));
      },
    ],
    [
      'when it had asked for the other spelling of an address',
      'bücher.example',
      async () => keycloakProxy.hold('after', ({ path }) => path.includes('exact=true')),
    ],
  ])('%s', async ([, domain, hold]) => {
    const invite = await makeInvite(portal.api, ada);
    const body = signUpBody(invite);
    const call = await hold(invite);
    const answering = portal.api.post('/registrations', {
      ...body,
      email: `${body.username}@${domain}`,
    });
    await call.reached;
    const timeIsBack = timePasses();
    call.release();
    const answer = await answering.finally(timeIsBack);

    expect(answer).toMatchObject({ status: 503, body: { code: 'outcome-unknown' } });
    const asked = keycloakProxy.calls.filter(
      (made) => isNewAccount(made) && made.body.includes(invite.id),
    );
    expect(asked).toEqual([]);
    expect(await accountsOf(realm, invite)).toEqual([]);
  });
});
