import type { InviteLookup, Problem, Registration } from '@portal/shared';
import { afterAll, describe, expect, test } from 'vitest';
import { randomName, startPortal } from '../support/portal.ts';
import { cookieOf, ORIGIN } from '../support/sign-up-cookie.ts';
import { makeInvite, signUpBody } from '../support/sign-ups.ts';

const portal = await startPortal({ newRealm: { registrationEmailAsUsername: true } });
const { api, realm } = portal;
const ada = await realm.member('ada');
const link = await makeInvite(
  api,
  { ...ada, token: () => realm.signIn('ada@example.org', ada.password) },
  { maxUses: null },
);
afterAll(() => portal.stop());

/** A sign-up without a username. */
function body(email: string) {
  const { username: _username, ...rest } = signUpBody(link, { email });
  return rest;
}
const signUp = (asked: unknown) => api.post<Registration & Problem>('/registrations', asked);

describe('where the realm makes the e-mail address the username', () => {
  test('the form asks for no username', async () => {
    const { fields } = (await api.post<InviteLookup>('/invites/lookup', { token: link.token }))
      .body;
    expect(fields.map(({ name }) => name)).toEqual(['firstName', 'lastName', 'email']);
    expect(fields[2]?.required).toBe(true);
  });

  test('we say the one that the realm made', async () => {
    const name = randomName('Grace');
    const { status, body: made } = await signUp(body(`${name}@Example.org`));
    expect(status).toBe(201);
    expect(made.username).toBe(`${name.toLowerCase()}@example.org`);
    expect(made.email).toBe(made.username);
  });

  test('one that was sent is refused, not dropped', async () => {
    const { status, body: problem } = await signUp(signUpBody(link));
    expect(status).toBe(400);
    expect(problem.errors).toEqual([{ field: 'username', code: 'read-only' }]);
  });

  test('what the realm says of the username is said of the address', async () => {
    const cyrillic = await signUp(body('ann@пример.рф'));
    expect(cyrillic.body.errors).toEqual([{ field: 'email', code: 'characters' }]);
    const taken = await signUp(body('ADA@example.org'));
    expect(taken.body.errors).toEqual([{ field: 'email', code: 'taken' }]);
  });

  test('the username follows when the address is mended', async () => {
    const [wrong, right] = [randomName('grcae'), randomName('grace')];
    const cookie = cookieOf(await signUp(body(`${wrong}@example.org`)));
    const headers = { cookie, origin: ORIGIN };
    const change = { email: `${right}@example.org` };
    const { body: current } = await api.patch('/registrations/current', change, { headers });
    expect(current).toMatchObject({ username: change.email, email: change.email });
  });
});
