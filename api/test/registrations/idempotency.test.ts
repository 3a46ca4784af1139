import { randomUUID } from 'node:crypto';
import type { NewRegistration, Problem, Registration } from '@portal/shared';
import { afterAll, describe, expect, test } from 'vitest';
import { startPortal } from '../support/portal.ts';
import { cookieOf, holderOf } from '../support/sign-up-cookie.ts';
import { accountsOf, makeInvite, readInvite, signUpBody, tally } from '../support/sign-ups.ts';

const portal = await startPortal();
const { api, realm } = portal;
const ada = await realm.member('ada');
afterAll(() => portal.stop());

const signUp = (body: NewRegistration, key: string, through = portal) =>
  through.api.post<Registration & Problem>('/registrations', body, {
    headers: { 'idempotency-key': key },
  });

describe('the same request with the same Idempotency-Key', () => {
  test('makes one account, and gives the same answer and cookie', async () => {
    const link = await makeInvite(api, ada);
    const [body, key] = [signUpBody(link), randomUUID()];
    const first = await signUp(body, key);
    const second = await signUp(body, key);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect({ ...second.body, verification: '' }).toEqual({ ...first.body, verification: '' });
    const [one, other] = [holderOf(cookieOf(first)), holderOf(cookieOf(second))];
    expect({ ...other, iat: one.iat, exp: one.exp }).toEqual(one);
    expect(await accountsOf(realm, link)).toHaveLength(1);
    expect(await readInvite(api, ada, link)).toMatchObject({ uses: 1, status: 'used-up' });
  });

  test('twenty times at once, through two processes: one account, one answer', async () => {
    const other = await startPortal({ realm });
    const link = await makeInvite(api, ada, { maxUses: 20 });
    const [body, key] = [signUpBody(link), randomUUID()];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => signUp(body, key, i % 2 ? portal : other)),
    ).finally(() => other.stop());
    expect(tally(answers.map(({ status }) => status))).toEqual({ 201: 20 });
    expect(new Set(answers.map((answer) => holderOf(cookieOf(answer)).user))).toHaveProperty(
      'size',
      1,
    );
    expect(await accountsOf(realm, link)).toHaveLength(1);
    expect((await readInvite(api, ada, link)).uses).toBe(1);
  });

  test('is refused as it was refused, also when the reason is gone', async () => {
    const link = await makeInvite(api, ada);
    const username = `taken-${randomUUID()}`;
    const { id } = await realm.member(username);
    const [body, key] = [signUpBody(link, { username }), randomUUID()];
    const first = await signUp(body, key);
    expect(first.body.errors).toEqual([{ field: 'username', code: 'taken' }]);
    await realm.admin.ask('DELETE', `/users/${id}`);
    const second = await signUp(body, key);
    expect(second.body).toEqual(first.body);
    expect((await signUp(body, randomUUID())).status).toBe(201);
  });

  test('is answered also when the order of its members is another', async () => {
    const link = await makeInvite(api, ada);
    const [body, key] = [signUpBody(link), randomUUID()];
    await signUp(body, key);
    const { token, ...rest } = body;
    expect((await signUp({ ...rest, token }, key)).status).toBe(201);
  });

  test('is answered also after the link was taken back', async () => {
    const link = await makeInvite(api, ada, { maxUses: 5 });
    const [body, key] = [signUpBody(link), randomUUID()];
    await signUp(body, key);
    await api.delete(`/invites/${link.id}`, { token: await ada.token() });
    expect((await signUp(body, key)).status).toBe(201);
    expect((await signUp(signUpBody(link), randomUUID())).body.code).toBe('invite-revoked');
  });
});

describe('another request with the same key', () => {
  test.each([
    ['password', { password: 'another long one' }],
    ['username', { username: 'somebody-else' }],
    ['locale', { locale: 'de' }],
  ])('is refused: another %s', async (_what, change) => {
    const link = await makeInvite(api, ada, { maxUses: 5 });
    const [body, key] = [signUpBody(link), randomUUID()];
    await signUp(body, key);
    const { status, headers, body: problem } = await signUp({ ...body, ...change }, key);
    expect({ status, code: problem.code }).toEqual({ status: 422, code: 'idempotency-mismatch' });
    expect(headers.get('set-cookie')).toBeNull();
    expect(await accountsOf(realm, link)).toHaveLength(1);
  });

  test('is refused also where the first used the link up', async () => {
    const link = await makeInvite(api, ada);
    const [body, key] = [signUpBody(link), randomUUID()];
    await signUp(body, key);
    const { body: problem } = await signUp({ ...body, password: 'another long one' }, key);
    expect(problem.code).toBe('idempotency-mismatch');
  });

  test('is another sign-up where it is by another link', async () => {
    const [one, other] = [await makeInvite(api, ada), await makeInvite(api, ada)];
    const key = randomUUID();
    expect((await signUp(signUpBody(one), key)).status).toBe(201);
    expect((await signUp(signUpBody(other), key)).status).toBe(201);
  });
});

test.each([
  ['', 'too-short'],
  ['x'.repeat(256), 'too-long'],
])('a key has 1 to 255 characters, not %j', async (key, code) => {
  const { status, body } = await signUp(signUpBody(await makeInvite(api, ada)), key);
  expect(status).toBe(400);
  expect(body.errors).toMatchObject([{ field: 'idempotency-key', code }]);
});

test('nothing that was typed is kept with a key but what the account has', async () => {
  const link = await makeInvite(api, ada);
  const body = signUpBody(link, { password: 'canary-of-a-password' });
  const answer = await signUp(body, randomUUID());
  const { registration } = holderOf(cookieOf(answer));
  const kept = await portal.redis.hgetall(portal.keys.registration(link.id, registration));
  expect(kept).toMatchObject({ state: 'committed', username: body.username });
  expect(JSON.stringify(kept)).not.toMatch('canary');
  expect(JSON.stringify(kept)).not.toContain(link.token);
});
