import type { Problem } from '@portal/shared';
import { afterAll, expect, test } from 'vitest';
import { startPortal } from '../support/portal.ts';
import { type MadeInvite, makeInvite, readInvite, signUpBody } from '../support/sign-ups.ts';

const BUDGET = 20;
const portal = await startPortal();
const { api, realm, redis, keys } = portal;
const ada = await realm.member('ada');
afterAll(() => portal.stop());

const guess = async (link: MadeInvite, email: string) =>
  (await api.post<Problem>('/registrations', signUpBody(link, { email }))).body;

test('a link’s holder can’t try out who is a member: after some answers of “taken” there are none for an hour', async () => {
  const link = await makeInvite(api, ada, { maxUses: null });
  const other = await makeInvite(api, ada);
  for (let i = 0; i < BUDGET; i++)
    expect(await guess(link, 'ada@example.org')).toMatchObject({
      code: 'invalid-input',
      errors: [{ field: 'email', code: 'taken' }],
    });
  // Members' addresses and others are answered alike now, and Keycloak isn't asked.
  for (const email of ['ada@example.org', 'nobody@example.org'])
    expect(await guess(link, email)).toMatchObject({
      code: 'too-many-requests',
      params: { retryAfter: expect.any(Number) },
    });
  expect(await readInvite(api, ada, link)).toMatchObject({ uses: 0, status: 'open' });
  expect((await api.post('/registrations', signUpBody(other))).status).toBe(201);

  await redis.hset(keys.invite(link.id), 'takenSince', Date.now() - 3_600_001);
  expect((await api.post('/registrations', signUpBody(link))).status).toBe(201);
});

test('other refusals are not counted: people may mistype as often as they like', async () => {
  const link = await makeInvite(api, ada);
  for (let i = 0; i < BUDGET + 1; i++)
    expect((await api.post('/registrations', signUpBody(link, { password: 'short' }))).status).toBe(
      400,
    );
  expect((await api.post('/registrations', signUpBody(link))).status).toBe(201);
});
