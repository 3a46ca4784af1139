import type { InviteLookup, NewRegistration, Problem, Registration } from '@portal/shared';
import { afterAll, describe, expect, test } from 'vitest';
import { waitForMail } from '../../../docker/stack/mail-reader.ts';
import { randomName, startPortal } from '../support/portal.ts';
import { accountsOf, makeInvite, readInvite, signUpBody } from '../support/sign-ups.ts';

const portal = await startPortal();
const { api, realm } = portal;
const ada = await realm.member('ada');
/** For what is refused: nothing of it is ever spent. */
const link = await makeInvite(api, ada, { maxUses: null });
afterAll(() => portal.stop());

const signUp = (body: unknown) => api.post<Registration & Problem>('/registrations', body);
const signUpAs = (more: Partial<NewRegistration>) => signUp(signUpBody(link, more));
const accountCalled = async (username: string) => {
  const [account] = await realm.admin.list(
    `/users?username=${encodeURIComponent(username)}&exact=true&briefRepresentation=false`,
  );
  return account;
};

async function expectRefused(body: unknown, field: string, code: string) {
  const answer = await signUp(body);
  expect(answer.status).toBe(400);
  expect(answer.headers.get('set-cookie')).toBeNull();
  expect(answer.body).toMatchObject({ code: 'invalid-input', errors: [{ field, code }] });
  expect(answer.body.errors).toHaveLength(1);
}

describe('signing up', () => {
  test('makes one account, as it was asked for, and mails its address', async () => {
    const { id, token } = await makeInvite(api, ada, { label: 'For Grace' });
    const name = randomName('Grace');
    const email = `${name}@Example.org`;
    const body = signUpBody({ token }, { username: name, email });
    const { status, body: made } = await signUp(body);
    expect(status).toBe(201);
    expect(made).toEqual({
      username: name.toLowerCase(),
      email: email.toLowerCase(),
      verification: expect.stringMatching(/^(sent|pending)$/),
    });

    const accounts = await accountsOf(realm, { id });
    expect(accounts).toHaveLength(1);
    expect(accounts[0]).toMatchObject({
      username: name.toLowerCase(),
      email: email.toLowerCase(),
      firstName: 'Grace',
      lastName: 'Hopper',
      enabled: true,
      emailVerified: false,
      requiredActions: [],
      attributes: {
        'portal.registration': [expect.stringMatching(/^[0-9a-f]{32}$/)],
        'portal.invite': [id],
        'portal.invited-by': [ada.id],
      },
    });
    expect(await readInvite(api, ada, { id, token })).toMatchObject({ uses: 1, status: 'used-up' });

    const mail = await waitForMail(process.env.TEST_MAIL_URL ?? '', email);
    expect(mail.subject).toBe('Verify email');
    expect(mail.links[0]).toMatch(`/realms/${realm.name}/login-actions/action-token`);
    await realm.signIn(name, body.password);
  });

  test('is over when the link is', async () => {
    const once = await makeInvite(api, ada);
    expect((await signUp(signUpBody(once))).status).toBe(201);
    const { status, body } = await signUp(signUpBody(once));
    expect(status).toBe(410);
    expect(body).toMatchObject({ code: 'invite-used-up', params: { inviter: 'Ada Lovelace' } });
  });

  test('is not by a link that isn’t ours', async () => {
    const { status, body } = await signUp(signUpBody({ token: 'A'.repeat(43) }));
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'invite-unknown' });
  });

  test('takes a use only where it succeeds: the third try may be the right one', async () => {
    const once = await makeInvite(api, ada);
    const person = signUpBody(once);
    await expectRefused({ ...person, password: 'short' }, 'password', 'password-too-short');
    await expectRefused({ ...person, email: 'ada@example.org' }, 'email', 'taken');
    expect(await readInvite(api, ada, once)).toMatchObject({ uses: 0, status: 'open' });
    expect((await signUp(person)).status).toBe(201);
    expect(await readInvite(api, ada, once)).toMatchObject({ uses: 1, status: 'used-up' });
  });
});

describe('what is taken', () => {
  test.each(['ada', 'ADA', ' Ada '])('username %j', async (username) => {
    await expectRefused(signUpBody(link, { username }), 'username', 'taken');
  });

  test.each(['ada@example.org', 'Ada@EXAMPLE.org'])('e-mail address %s', async (email) => {
    await expectRefused(signUpBody(link, { email }), 'email', 'taken');
  });

  test('an address that is somebody’s username', async () => {
    await realm.member('bea@example.com', { email: 'other@example.com' });
    await expectRefused(signUpBody(link, { email: 'bea@example.com' }), 'email', 'taken');
  });

  test('the same address in the other spelling of its domain', async () => {
    const [unicode, ascii] = ['bücher.example', 'xn--bcher-kva.example'];
    expect((await signUpAs({ email: `ann@${unicode}` })).status).toBe(201);
    await expectRefused(signUpBody(link, { email: `ann@${ascii}` }), 'email', 'taken');
    expect((await signUpAs({ email: `bob@${ascii}` })).status).toBe(201);
    await expectRefused(signUpBody(link, { email: `Bob@${unicode}` }), 'email', 'taken');
  });

  test('says nothing of whose it is', async () => {
    const { body } = await signUpAs({ username: 'ada' });
    expect(JSON.stringify(body)).not.toMatch(/Lovelace|example\.org/);
  });
});

describe('what the realm refuses comes back at its field', () => {
  test.each([
    [{ username: 'Jo' }, 'username', 'too-short'],
    [{ username: 'x'.repeat(256) }, 'username', 'too-long'],
    [{ username: 'grace hopper' }, 'username', 'characters'],
    [{ username: 'Грейс' }, 'username', 'characters'],
    [{ username: '日本語' }, 'username', 'characters'],
    [{ firstName: 'A & B' }, 'firstName', 'characters'],
    [{ lastName: 'Anna (Anni)' }, 'lastName', 'characters'],
    [{ lastName: 'x'.repeat(256) }, 'lastName', 'too-long'],
    [{ email: 'a..b@example.org' }, 'email', 'email'],
    [{ email: `${'x'.repeat(65)}@example.org` }, 'email', 'email'],
    [{ email: 'ä@example.org' }, 'email', 'email'],
    [{ password: 'seven77' }, 'password', 'password-too-short'],
  ])('%j', async (wrong, field, code) => {
    await expectRefused(signUpBody(link, wrong), field, code);
  });

  test('all at once, where several are wrong', async () => {
    const { body } = await signUpAs({ username: 'a b', firstName: '<', email: 'x@y..z' });
    expect(body.errors?.map(({ field }) => field).sort()).toEqual([
      'email',
      'firstName',
      'username',
    ]);
  });
});

describe('what we refuse for it', () => {
  test.each([
    [{ username: 'someone@example.org' }, 'username', 'at-sign'],
    [{ username: ' ' }, 'username', 'required'],
    [{ email: '' }, 'email', 'required'],
    [{ firstName: '' }, 'firstName', 'required'],
    [{ lastName: '   ' }, 'lastName', 'required'],
    [{ lastName: '\u00a0' }, 'lastName', 'required'],
    [{ email: 'grace@example.org\r\nBcc: eve@example.org' }, 'email', 'line-break'],
    [{ firstName: 'Grace\nHopper' }, 'firstName', 'line-break'],
    [{ firstName: 'Gr\0ace' }, 'firstName', 'characters'],
    [{ lastName: 'gro\u202egnp' }, 'lastName', 'characters'],
    [{ password: '' }, 'password', 'required'],
    [{ password: 'x'.repeat(4001) }, 'password', 'too-long'],
    [{ attributes: { city: ['Köln'] } }, 'attributes.city', 'unknown-field'],
  ])('%j', async (wrong, field, code) => {
    await expectRefused(signUpBody(link, wrong), field, code);
  });

  test.each([
    [{ username: 5 }, 'username', 'wrong-type'],
    [{ username: null }, 'username', 'wrong-type'],
    [{ email: ['a@b.org'] }, 'email', 'wrong-type'],
    [{ password: 12345678 }, 'password', 'wrong-type'],
    [{ password: undefined }, 'password', 'required'],
    [{ token: undefined }, 'token', 'required'],
    [{ locale: true }, 'locale', 'wrong-type'],
    [{ groups: ['/Administrators'] }, 'groups', 'unknown-field'],
    [{ realmRoles: ['admin'] }, 'realmRoles', 'unknown-field'],
    [{ enabled: true }, 'enabled', 'unknown-field'],
    [{ emailVerified: true }, 'emailVerified', 'unknown-field'],
    [{ requiredActions: [] }, 'requiredActions', 'unknown-field'],
    [{ id: 'x' }, 'id', 'unknown-field'],
    [{ credentials: [] }, 'credentials', 'unknown-field'],
  ])('%j', async (wrong, field, code) => {
    await expectRefused({ ...signUpBody(link), ...wrong }, field, code);
  });
});

describe('what was typed', () => {
  test('is tidied, and kept in the realm’s own form', async () => {
    const name = randomName('zoe');
    const { status, body } = await signUpAs({
      username: ` ${name.replace('e', 'e\u0308').toUpperCase()} `,
      email: `\u00a0${name}@Example.org `,
      firstName: ' Zoe\u0308',
      lastName: 'O’Brien-Smith ',
    });
    expect(status).toBe(201);
    const kept = name.replace('e', 'ë');
    expect(body).toMatchObject({ username: kept, email: `${name}@example.org` });
    expect(await accountCalled(kept)).toMatchObject({
      firstName: 'Zoë',
      lastName: 'O’Brien-Smith',
    });
  });

  test.each(['grace+tag@example.org', "o'brien@example.org", '"a@b"@example.org', 'g@localhost'])(
    'may be any address that the realm takes: %s',
    async (email) => {
      const { status, body } = await signUpAs({ email });
      expect({ status, email: body.email }).toEqual({ status: 201, email });
    },
  );

  test.each([
    ['decomposed', 'Pa\u0301ssword long enough'],
    ['with white space around it', '  eight and more  '],
    ['of 4,000 signs', '☃'.repeat(4000)],
    ['with everything in it', `"'\\<>&%{}\t€🧶`],
  ])('goes to the realm untouched where it is a password: %s', async (_what, password) => {
    const { status, body } = await signUpAs({ password });
    expect(status).toBe(201);
    await realm.signIn(body.username, password);
    await expect(realm.signIn(body.username, `${password}.`)).rejects.toThrow('invalid_grant');
  });
});

describe('a link for one address', () => {
  const bound = (email: string) => makeInvite(api, ada, { email, maxUses: null });

  test('lets that address in, in whatever case, once', async () => {
    const name = randomName('grace');
    const one = await bound(`${name.toUpperCase()}@Example.org`);
    await expectRefused(signUpBody(one), 'email', 'email-bound');
    const first = await signUp(signUpBody(one, { email: `${name}@example.org` }));
    expect(first.body).toMatchObject({ email: `${name}@example.org` });
    const again = signUpBody(one, { email: `${name.toUpperCase()}@EXAMPLE.ORG` });
    await expectRefused(again, 'email', 'taken');
  });

  test('knows it in the other spelling of its domain', async () => {
    const name = randomName('grace');
    const one = await bound(`${name}@müller.example`);
    const body = signUpBody(one, { email: `${name}@xn--mller-kva.example` });
    expect((await signUp(body)).status).toBe(201);
  });

  test('lets nobody sign in before the address is shown to be theirs', async () => {
    const name = randomName('grace');
    const one = await bound(`${name}@example.org`);
    const body = signUpBody(one, { email: `${name}@example.org` });
    expect((await signUp(body)).status).toBe(201);
    await expect(realm.signIn(body.username ?? '', body.password)).rejects.toThrow(
      'Account is not fully set up',
    );
  });
});

describe('a link for a domain', () => {
  test('lets in who has an address there, and nobody else', async () => {
    const one = await makeInvite(api, ada, { email: '@Müller.example', maxUses: null });
    const { body } = await api.post<InviteLookup>('/invites/lookup', { token: one.token });
    expect(body.email).toBe('@xn--mller-kva.example');
    for (const domain of ['example.org', 'sub.müller.example', 'müller.example.org'])
      await expectRefused(signUpBody(one, { email: `g@${domain}` }), 'email', 'email-domain');
    for (const domain of ['müller.example', 'XN--mller-kva.example']) {
      const email = `${randomName('grace')}@${domain}`;
      expect((await signUp(signUpBody(one, { email }))).status).toBe(201);
    }
  });

  test('lets nobody sign in before the address is shown to be theirs', async () => {
    const one = await makeInvite(api, ada, { email: '@example.org' });
    const body = signUpBody(one);
    expect((await signUp(body)).status).toBe(201);
    await expect(realm.signIn(body.username ?? '', body.password)).rejects.toThrow(
      'Account is not fully set up',
    );
  });
});

test('nothing that was refused was spent, and no account came of it', async () => {
  const accounts = await accountsOf(realm, link);
  expect((await readInvite(api, ada, link)).uses).toBe(accounts.length);
  const reserved = await portal.redis.hget(portal.keys.invite(link.id), 'reserved');
  expect(reserved).toBe('0');
  expect(await portal.redis.zcard(portal.keys.reservations)).toBe(0);
});
