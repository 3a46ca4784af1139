import type { Problem, Registration } from '@portal/shared';
import { afterAll, expect, test } from 'vitest';
import { startPortal } from '../support/portal.ts';
import { accountsOf, makeInvite, signUpBody } from '../support/sign-ups.ts';

const portal = await startPortal({ newRealm: { defaultLocale: 'de' } });
const { api, realm } = portal;
const link = await makeInvite(api, await realm.member('ada'), { maxUses: null });
afterAll(() => portal.stop());

test.each([
  ['length(12)', 'elevenchars', 'password-too-short', { min: 12 }],
  ['maxLength(10)', 'eleven chars', 'password-too-long', { max: 10 }],
  ['digits(2)', 'one digit: 1', 'password-digits', { min: 2 }],
  ['lowerCase(2)', 'LOWER CASE: a', 'password-lower-case', { min: 2 }],
  ['upperCase(2)', 'upper case: A', 'password-upper-case', { min: 2 }],
  ['specialChars(2)', 'onespecial!', 'password-special', { min: 2 }],
  ['notUsername', 'grace-the-weaver', 'password-is-username', {}],
  ['notEmail', 'grace-the-weaver@example.org', 'password-is-email', {}],
  ['notContainsUsername', 'so grace-the-weaver it is', 'password-has-username', {}],
  ['regexPattern([a-z]+)', 'NO SMALL ONES', 'password-pattern', {}],
])(
  'the rule %s refuses at the password, and says how much',
  async (passwordPolicy, password, code, limits) => {
    await realm.admin.put('', { passwordPolicy });
    const person = { username: 'grace-the-weaver', email: 'grace-the-weaver@example.org' };
    const { status, body } = await api.post<Problem>(
      '/registrations',
      signUpBody(link, { ...person, password }),
    );
    expect(status).toBe(400);
    expect(body.errors).toEqual([
      {
        field: 'password',
        code,
        params: { ...limits, message: expect.stringMatching(/Passwort/i) },
      },
    ]);
  },
);

test('a password by the rules is taken, and nothing was spent before', async () => {
  await realm.admin.put('', { passwordPolicy: 'length(12) and digits(1) and notUsername' });
  const { status } = await api.post<Registration>(
    '/registrations',
    signUpBody(link, { password: 'twelve signs 1' }),
  );
  expect(status).toBe(201);
  expect(await accountsOf(realm, link)).toHaveLength(1);
});
