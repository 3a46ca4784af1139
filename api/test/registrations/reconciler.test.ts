import { randomUUID } from 'node:crypto';
import type { InviteRegistration, Page, Problem } from '@portal/shared';
import { afterAll, describe, expect, test } from 'vitest';
import { isNewAccount, startKeycloakProxy } from '../support/keycloak-proxy.ts';
import { startPortal } from '../support/portal.ts';
import { createRealm } from '../support/realm.ts';
import {
  accountsOf,
  type MadeInvite,
  makeInvite,
  readInvite,
  signUpBody,
} from '../support/sign-ups.ts';

const realm = await createRealm();
const keycloak = await startKeycloakProxy(realm.keycloakUrl);
const portal = await startPortal({ realm, environment: { KEYCLOAK_INTERNAL_URL: keycloak.url } });
const { api, redis, keys } = portal;
const ada = await realm.member('ada');
afterAll(async () => {
  await portal.stop();
  await keycloak.stop();
  await realm.remove();
});

/** A sign-up whose connection to Keycloak is cut, before Keycloak has the request or after it did what was asked. */
async function cutSignUp(link: MadeInvite, place: 'before' | 'after') {
  const [body, key] = [signUpBody(link), randomUUID()];
  const send = () =>
    api.post<Problem>('/registrations', body, { headers: { 'idempotency-key': key } });
  const hold = keycloak.hold(place, isNewAccount);
  const answer = send();
  await hold.reached;
  hold.drop();
  expect((await answer).body).toMatchObject({ status: 503, code: 'outcome-unknown' });
  expect(await redis.hget(keys.invite(link.id), 'reserved')).toBe('1');
  return { body, send };
}

/** The time goes by that a sign-up may take. */
async function endLease({ id }: MadeInvite): Promise<string> {
  const entries = await redis.zrange(keys.reservations, '0', '-1');
  const entry = entries.find((it) => it.startsWith(id)) ?? '';
  const [, registration = ''] = entry.split(':');
  await redis.hset(keys.registration(id, registration), 'lease', Date.now() - 1);
  await redis.zadd(keys.reservations, String(Date.now() - 1), entry);
  return registration;
}

async function expectSettled({ id, token }: MadeInvite, uses: number): Promise<void> {
  await expect
    .poll(() => redis.hmget(keys.invite(id), 'uses', 'reserved'), { timeout: 10_000 })
    .toEqual([String(uses), '0']);
  expect(await accountsOf(realm, { id })).toHaveLength(uses);
  expect((await readInvite(api, ada, { id, token })).uses).toBe(uses);
  const entries = () => redis.zrange(keys.reservations, '0', '-1');
  await expect.poll(entries).not.toContainEqual(expect.stringMatching(id));
}

describe('a sign-up whose outcome nobody knew', () => {
  test('is finished where the account was made', async () => {
    const link = await makeInvite(api, ada);
    const { body, send } = await cutSignUp(link, 'after');
    await endLease(link);
    await expectSettled(link, 1);
    const { items } = (
      await api.get<Page<InviteRegistration>>(`/invites/${link.id}/registrations`, {
        token: await ada.token(),
      })
    ).body;
    expect(items).toMatchObject([{ username: body.username, state: 'waiting' }]);
    expect(await send()).toMatchObject({ status: 201, body: { username: body.username } });
  });

  test('gives its use back where none was, and can be sent again', async () => {
    const link = await makeInvite(api, ada);
    const { send } = await cutSignUp(link, 'before');
    const other = await api.post<Problem>('/registrations', signUpBody(link));
    expect(other.body).toMatchObject({ status: 409, code: 'invite-busy' });
    expect(other.headers.get('retry-after')).toBe('5');
    await endLease(link);
    await expectSettled(link, 0);
    expect((await send()).status).toBe(201);
    await expectSettled(link, 1);
  });
});

describe('an account that appears after its sign-up was given up', () => {
  /** Keycloak comes to what it was asked minutes ago. */
  async function appearLate(link: MadeInvite, registration: string): Promise<string> {
    const { username, email, firstName, lastName } = signUpBody(link);
    const attributes = { 'portal.registration': [registration], 'portal.invite': [link.id] };
    const id = await realm.admin.create('/users', {
      ...{ username, email, firstName, lastName, attributes, enabled: true },
    });
    await redis.del(keys.claim('late'));
    return id;
  }

  test('takes a use, where one is free', async () => {
    const link = await makeInvite(api, ada);
    await cutSignUp(link, 'before');
    const registration = await endLease(link);
    await expectSettled(link, 0);
    await appearLate(link, registration);
    await expectSettled(link, 1);
  });

  test('goes, where none is', async () => {
    const link = await makeInvite(api, ada);
    await cutSignUp(link, 'before');
    const registration = await endLease(link);
    await expectSettled(link, 0);
    const { body } = await api.post('/registrations', signUpBody(link));
    const late = await appearLate(link, registration);
    const status = async () => (await realm.admin.ask('GET', `/users/${late}`)).status;
    await expect.poll(status, { timeout: 10_000 }).toBe(404);
    await expectSettled(link, 1);
    expect(await accountsOf(realm, link)).toMatchObject([{ username: body.username }]);
  });
});
