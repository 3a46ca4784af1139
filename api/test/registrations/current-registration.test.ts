import type { CurrentRegistration, NewInvite, NewRegistration, Problem } from '@portal/shared';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { mailsTo, waitForMail } from '../../../docker/stack/mail-reader.ts';
import { randomName, startPortal } from '../support/portal.ts';
import { cookieOf, holderOf, ORIGIN } from '../support/sign-up-cookie.ts';
import { makeInvite, signUpBody } from '../support/sign-ups.ts';

const MAILS = process.env.TEST_MAIL_URL ?? '';
const portal = await startPortal();
const { api, realm } = portal;
const ada = await realm.member('ada');
afterAll(() => portal.stop());

const newAddress = () => `${randomName('grace')}@example.org`;

/** Somebody who has just signed up, and what they can do from the same browser. */
async function newcomer(more: Partial<NewRegistration> = {}, wishes: NewInvite = {}) {
  const body = signUpBody(await makeInvite(api, ada, wishes), more);
  const answer = await api.post('/registrations', body);
  const cookie = cookieOf(answer);
  const headers = { cookie, origin: ORIGIN };
  const { user: id, invite, registration } = holderOf(cookie);
  return {
    ...{ id, username: body.username ?? '', email: body.email ?? '', password: body.password },
    current: () =>
      api.get<CurrentRegistration & Problem>('/registrations/current', { headers: { cookie } }),
    mend: (change: unknown) =>
      api.patch<CurrentRegistration & Problem>('/registrations/current', change, { headers }),
    mailAgain: () =>
      api.ask<CurrentRegistration & Problem>('POST', '/registrations/current/verification-email', {
        headers,
      }),
    /** The minute between two mails goes by. */
    aMinuteLater: () =>
      portal.redis.hset(
        portal.keys.registration(invite, registration),
        'askedAt',
        Date.now() - 61_000,
      ),
    /** The hour goes by in which so many mails may be asked for. */
    anHourLater: () =>
      portal.redis.hset(
        portal.keys.registration(invite, registration),
        'mailsSince',
        Date.now() - 3_601_000,
      ),
  };
}

describe('my sign-up', () => {
  test('says what the account is, and what became of the mail', async () => {
    const grace = await newcomer();
    await waitForMail(MAILS, grace.email);
    const { status, body } = await grace.current();
    expect(status).toBe(200);
    expect(body).toEqual({
      username: grace.username,
      email: grace.email,
      firstName: 'Grace',
      verification: expect.stringMatching(/^(sent|pending)$/),
      resendAfter: expect.any(Number),
      changesLeft: 3,
    });
    expect(body.resendAfter).toBeGreaterThan(50);
    await vi.waitFor(async () => expect((await grace.current()).body.verification).toBe('sent'));
  });

  test('is verified by the link in the mail, which leads back to the portal', async () => {
    const grace = await newcomer();
    const { links } = await waitForMail(MAILS, grace.email);
    const page = await followMail(links[0] ?? '');
    expect(page).toMatch(`${ORIGIN}/signed-in`);
    expect((await grace.current()).body.verification).toBe('verified');
  });
});

/** Opens a mail's link and says yes to what it asks. Gives the page that Keycloak shows in the end. */
async function followMail(link: string): Promise<string> {
  const first = await fetch(link);
  const cookie = first.headers.getSetCookie().map((it) => it.split(';')[0]);
  const proceed = /href="([^"]*action-token[^"]*)"/.exec(await first.text())?.[1] ?? '';
  const url = new URL(proceed.replaceAll('&amp;', '&'), link);
  return (await fetch(url, { headers: { cookie: cookie.join('; ') } })).text();
}

describe('the mail again', () => {
  test('not within a minute', async () => {
    const grace = await newcomer();
    const { status, headers, body } = await grace.mailAgain();
    expect({ status, code: body.code }).toEqual({ status: 429, code: 'mail-too-soon' });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(50);
    expect(body.params?.retryAfter).toBe(Number(headers.get('retry-after')));
  });

  test('at most five times in an hour', async () => {
    const grace = await newcomer();
    for (let i = 0; i < 5; i++) {
      await grace.aMinuteLater();
      expect((await grace.mailAgain()).status).toBe(200);
    }
    await grace.aMinuteLater();
    const { status, body } = await grace.mailAgain();
    expect({ status, code: body.code }).toEqual({ status: 429, code: 'mail-too-soon' });
    expect(body.params?.retryAfter).toBeGreaterThan(3500);
    await grace.anHourLater();
    expect((await grace.mailAgain()).status).toBe(200);
  });

  test('then once more, and the minute begins anew', async () => {
    const grace = await newcomer();
    await waitForMail(MAILS, grace.email);
    await vi.waitFor(async () => expect((await grace.current()).body.verification).toBe('sent'));
    await grace.aMinuteLater();
    expect((await grace.current()).body.resendAfter).toBe(0);
    const { status, body } = await grace.mailAgain();
    expect(status).toBe(200);
    expect(body.resendAfter).toBeGreaterThan(50);
    await waitForMail(MAILS, grace.email, { count: 2 });
    expect((await grace.mailAgain()).status).toBe(429);
  });

  test('asked for five times at once goes once', async () => {
    const grace = await newcomer();
    await waitForMail(MAILS, grace.email);
    await vi.waitFor(async () => expect((await grace.current()).body.verification).toBe('sent'));
    await grace.aMinuteLater();
    const answers = await Promise.all(Array.from({ length: 5 }, () => grace.mailAgain()));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 429, 429, 429, 429]);
    await vi.waitFor(async () => expect((await grace.current()).body.verification).toBe('sent'));
    expect(await mailsTo(MAILS, grace.email)).toHaveLength(2);
  });
});

describe('a mistyped address', () => {
  test('is mended: the mail goes to the right one', async () => {
    const grace = await newcomer();
    const right = newAddress();
    const { status, body } = await grace.mend({ email: ` ${right.toUpperCase()} ` });
    expect(status).toBe(200);
    expect(body).toMatchObject({ email: right, username: grace.username, changesLeft: 2 });
    await waitForMail(MAILS, right);
    expect(await realm.admin.get(`/users/${grace.id}`)).toMatchObject({
      email: right,
      emailVerified: false,
      firstName: 'Grace',
      lastName: 'Hopper',
      attributes: { 'portal.invited-by': [ada.id] },
    });
  });

  test('three times, and no more', async () => {
    const grace = await newcomer();
    for (const left of [2, 1, 0])
      expect((await grace.mend({ email: newAddress() })).body.changesLeft).toBe(left);
    const { status, body } = await grace.mend({ email: newAddress() });
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'too-many-changes' });
  });

  test('three times also where all are sent at once', async () => {
    const grace = await newcomer();
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => grace.mend({ email: newAddress() })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 403, 403, 403]);
  });

  test.each([
    ['ada@example.org', 'taken'],
    ['ADA@Example.org', 'taken'],
    ['a..b@example.org', 'email'],
  ])('is not mended to %s: %s', async (email, code) => {
    const grace = await newcomer();
    const { status, body } = await grace.mend({ email });
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ field: 'email', code }]);
    expect((await grace.current()).body.email).toBe(grace.email);
  });

  test('is not mended to the other spelling of somebody’s', async () => {
    const name = randomName('bob');
    await newcomer({ email: `${name}@bücher.example` });
    const grace = await newcomer();
    const { body } = await grace.mend({ email: `${name}@xn--bcher-kva.example` });
    expect(body.errors).toEqual([{ field: 'email', code: 'taken' }]);
  });

  test('may be mended to the other spelling of one’s own', async () => {
    const name = randomName('bob');
    const bob = await newcomer({ email: `${name}@bücher.example` });
    const { status, body } = await bob.mend({ email: `${name}@xn--bcher-kva.example` });
    expect({ status, email: body.email }).toEqual({
      status: 200,
      email: `${name}@xn--bcher-kva.example`,
    });
  });

  test.each([
    [{}, 'email', 'required'],
    [{ email: '' }, 'email', 'required'],
    [{ email: 'x' }, 'email', 'email'],
    [{ email: null }, 'email', 'wrong-type'],
    [{ email: 'a@b.org\r\nBcc: c@d.org' }, 'email', 'line-break'],
    [{ email: 'a@b.org', username: 'x' }, 'username', 'unknown-field'],
    [{ email: 'a@b.org', emailVerified: true }, 'emailVerified', 'unknown-field'],
  ])('is a 400 that costs no change: %j', async (change, field, code) => {
    const grace = await newcomer();
    const { status, body } = await grace.mend(change);
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ field, code }]);
    expect((await grace.current()).body.changesLeft).toBe(3);
  });

  test('stays the one that the link is for', async () => {
    const email = newAddress();
    const grace = await newcomer({ email }, { email });
    const { body } = await grace.mend({ email: newAddress() });
    expect(body.errors).toEqual([{ field: 'email', code: 'email-bound' }]);
    expect((await grace.current()).body).toMatchObject({ email, changesLeft: 3 });
  });
});

describe('it is over for good', () => {
  async function expectComplete(grace: Awaited<ReturnType<typeof newcomer>>) {
    for (const { status, body } of [
      await grace.mend({ email: newAddress() }),
      await grace.mailAgain(),
      await grace.current(),
    ])
      expect({ status, code: body.code }).toEqual({ status: 410, code: 'registration-complete' });
  }

  test('once the address is verified; the page is told so once', async () => {
    const grace = await newcomer();
    await realm.change(grace, { emailVerified: true });
    expect((await grace.current()).body).toMatchObject({ verification: 'verified' });
    await expectComplete(grace);
  });

  test('once the address is verified, whatever is asked first', async () => {
    const grace = await newcomer();
    await realm.change(grace, { emailVerified: true });
    await expectComplete(grace);
  });

  test('once the person has signed in', async () => {
    const grace = await newcomer();
    const token = await realm.signIn(grace.username, grace.password);
    expect((await api.get('/me', { token })).status).toBe(200);
    await expectComplete(grace);
  });

  test('also where the address is another one later', async () => {
    const grace = await newcomer();
    await realm.change(grace, { emailVerified: true });
    await grace.current();
    await realm.change(grace, { email: newAddress(), emailVerified: false });
    await expectComplete(grace);
  });

  test('where the account is gone', async () => {
    const grace = await newcomer();
    await realm.admin.ask('DELETE', `/users/${grace.id}`);
    const { status, body } = await grace.current();
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'registration-unknown' });
  });

  test('and whoever had a session by the unverified address has it no longer', async () => {
    const grace = await newcomer();
    await realm.signIn(grace.username, grace.password);
    const sessions = () => realm.admin.list(`/users/${grace.id}/sessions`);
    expect(await sessions()).toHaveLength(1);
    await realm.change(grace, { emailVerified: true });
    await grace.current();
    expect(await sessions()).toEqual([]);
  });
});

/** As `portal setup` marks it: with attributes in it, a user is written whole. */
async function mark(id: string): Promise<void> {
  const { attributes, ...whole } = await realm.admin.get(`/users/${id}`);
  const marked = { ...Object(attributes), 'portal.protected': ['true'] };
  await realm.change({ id }, { ...whole, attributes: marked });
}

describe('an account that was protected meanwhile is out of reach', () => {
  test.each([
    ['by the administrators’ group', (id: string) => realm.join({ id }, '/Administrators')],
    ['by its mark', mark],
  ])('%s', async (_how, protect) => {
    const grace = await newcomer();
    await protect(grace.id);
    for (const answer of [await grace.mend({ email: newAddress() }), await grace.mailAgain()])
      expect(answer.body).toMatchObject({ status: 410, code: 'registration-complete' });
    expect(await realm.admin.get(`/users/${grace.id}`)).toMatchObject({ email: grace.email });
  });
});
