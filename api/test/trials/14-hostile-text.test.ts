import { once } from 'node:events';
import { connect } from 'node:net';
import type {
  Invite,
  InviteLookup,
  InviteRegistration,
  NewRegistration,
  Page,
  Problem,
} from '@portal/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mailsTo, waitForMail } from '../../../docker/stack/mail-reader.ts';
import { startApiProcess } from '../support/api-process.ts';
import {
  CONTROLS,
  LINE_BREAKS,
  ODD_ADDRESSES,
  REFUSED_ADDRESSES,
  TEXTS,
} from '../support/hostile-text.ts';
import { type Portal, portalEnvironment, startPortal } from '../support/portal.ts';
import { rawMailsTo } from '../support/raw-mails.ts';
import type { TestMember } from '../support/realm.ts';
import { cookieOf, holderOf, ORIGIN } from '../support/sign-up-cookie.ts';
import { accountsOf, makeInvite, readInvite, signUpBody, tokenOf } from '../support/sign-ups.ts';

/*
 * That what people wrote never runs, in Chromium, is in `web/e2e/hostile.spec.ts`; the budget for guesses of e-mails in
 * `14-email-guesses.test.ts`; that nothing is enabled again in `14-account-writes.test.ts`.
 */

const catcher = process.env.TEST_MAIL_URL ?? '';
let portal: Portal;
let ada: TestMember;
let token: string;
/** The catcher has the mails of other tests, too. */
const since = new Date(Date.now() - 1000);
/** Names of the headers that a mail has. */
let usual: string[];

/** A realm that takes any name: its own rules, which would refuse most of these, are no merit of ours. */
beforeAll(async () => {
  portal = await startPortal();
  const { admin } = portal.realm;
  const profile = await admin.get('/users/profile');
  const attributes = Array.isArray(profile.attributes) ? profile.attributes : [];
  const lenient = attributes.map((it) => (it.name === 'email' ? it : { ...it, validations: {} }));
  await admin.put('/users/profile', { ...profile, attributes: lenient });
  await portal.realm.declare({ name: 'about', annotations: { inputType: 'textarea' } });
  ada = await portal.realm.member('ada');
  token = await tokenOf(ada);
  const tame = signUpBody(await makeInvite(portal.api, ada));
  await signUp(tame);
  usual = await headersOfMailTo(tame.email ?? '');
  expect(usual).toEqual(expect.arrayContaining(['from', 'subject', 'to']));
});
afterAll(() => portal.stop());

const make = (wishes: unknown) =>
  portal.api.post<Invite & Omit<Problem, 'status'>>('/invites', wishes, { token });
const signUp = (body: NewRegistration) => portal.api.post<Problem>('/registrations', body);

/** Of every mail to that address: it went there alone, with the subject that it should have. */
async function headersOfMailTo(address: string): Promise<string[]> {
  await waitForMail(catcher, address);
  const mails = await rawMailsTo(catcher, address);
  for (const mail of mails)
    expect(mail).toMatchObject({ recipients: [address.toLowerCase()], subject: 'Verify email' });
  return mails[0]?.headers ?? [];
}

describe.concurrent('what a member or an invitee writes is text, and makes no other mail of the one to them', () => {
  test.for(Object.entries(TEXTS))('%s', async ([, text]) => {
    const { status, headers, body } = await make({ label: text, message: text, maxUses: 1 });
    expect({ status, label: body.label, message: body.message }).toEqual({
      ...{ status: 201, label: text, message: text },
    });
    expect(headers.get('content-type')).toMatch('application/json');
    expect(headers.get('x-content-type-options')).toBe('nosniff');

    const link = { id: body.id, token: body.url?.split('#')[1] ?? '' };
    const opened = await portal.api.post<InviteLookup>('/invites/lookup', { token: link.token });
    expect(opened.body.message).toBe(text);
    const names = { firstName: text, lastName: text, attributes: { about: [text] } };
    const filled = signUpBody(link, names);
    expect((await signUp(filled)).status).toBe(201);
    const [account] = await accountsOf(portal.realm, link);
    expect(account).toMatchObject({ firstName: text, lastName: text });
    expect(Object(account?.attributes).about).toEqual([text]);
    const path = `/invites/${link.id}/registrations`;
    const list = await portal.api.get<Page<InviteRegistration>>(path, { token });
    expect(list.body.items.map(({ name }) => name)).toEqual([`${text} ${text}`]);
    expect(await headersOfMailTo(filled.email ?? '')).toEqual(usual);
  });
});

describe.concurrent('what can’t be text is a 400 at its field, and nothing comes of it', () => {
  const FIELDS = ['username', 'firstName', 'lastName', 'email'];
  /** In an address, before its @. */
  const inField = (field: string, text: string) =>
    field === 'email' ? `${text}@example.org` : text;

  async function expectNothingMade(
    fields: readonly string[],
    text: string,
    codeOf: (field: string) => string,
  ): Promise<void> {
    const link = await makeInvite(portal.api, ada);
    for (const field of fields) {
      const attribute = /^attributes\.(.+)/.exec(field)?.[1];
      const more = attribute
        ? { attributes: { [attribute]: [text] } }
        : { [field]: inField(field, text) };
      const { status, body } = await signUp(signUpBody(link, more));
      expect(status).toBe(400);
      expect(body.errors).toEqual([{ field, code: codeOf(field) }]);
    }
    expect(await accountsOf(portal.realm, link)).toEqual([]);
    expect(await readInvite(portal.api, ada, link)).toMatchObject({ uses: 0, status: 'open' });
  }

  async function expectNoLink(
    fields: readonly string[],
    text: string,
    codeOf: (field: string) => string,
  ): Promise<void> {
    for (const field of fields) {
      const { status, body } = await make({ [field]: inField(field, text) });
      expect({ status, errors: body.errors }).toEqual({
        ...{ status: 400, errors: [{ field, code: codeOf(field) }] },
      });
    }
  }

  test.for(Object.entries(CONTROLS))('%s', async ([, text]) => {
    const codeOf = (field: string) => (field === 'email' ? 'email' : 'characters');
    await expectNothingMade([...FIELDS, 'attributes.about'], text, codeOf);
    await expectNoLink(['label', 'message', 'email'], text, codeOf);
  });

  test.for(Object.entries(LINE_BREAKS))('%s', async ([, text]) => {
    await expectNothingMade(FIELDS, text, () => 'line-break');
    await expectNoLink(['label', 'email'], text, () => 'line-break');
  });

  test('100 kB of anything', async () => {
    const link = await makeInvite(portal.api, ada);
    for (const sign of ['a', 'ä', '👩🏽‍🌾', '\u0336', '\0', '\ud83d', '"', '\u202e'])
      for (const length of [20_000, 100_000]) {
        const text = sign.repeat(length / sign.length);
        const answers = [
          await make({ label: text }),
          await make({ message: text }),
          await make({ email: `${text}@example.org` }),
          await signUp(signUpBody(link, { firstName: text })),
          await signUp(signUpBody(link, { username: text })),
          await signUp(signUpBody(link, { password: text })),
          await signUp(signUpBody(link, { attributes: { [text]: [text] } })),
          await portal.api.post('/invites/lookup', { token: text }),
        ];
        for (const { status } of answers) expect([400, 413]).toContain(status);
      }
    expect(await accountsOf(portal.realm, link)).toEqual([]);
  });

  test('a password alone is the person’s own affair: it opens the account as it was sent, or is refused', async () => {
    for (const text of [
      'p\u0000ssword and more',
      'pa\u202essword and more',
      'a\u0308 password so long',
    ]) {
      const body = signUpBody(await makeInvite(portal.api, ada), { password: text });
      const { status } = await signUp(body);
      expect([201, 400]).toContain(status);
      if (status !== 201) continue;
      const { username = '' } = body;
      await expect(portal.realm.signIn(username, text)).resolves.toMatch(/^eyJ/);
      await expect(portal.realm.signIn(username, text.normalize('NFC').slice(1))).rejects.toThrow();
    }
  });
});

describe.concurrent('a mail goes to the address that was typed, and to nobody else', () => {
  const mendTo = async (email: string) => {
    const made = await signUp(signUpBody(await makeInvite(portal.api, ada)));
    const headers = { cookie: cookieOf(made), origin: ORIGIN };
    return portal.api.patch<Problem>('/registrations/current', { email }, { headers });
  };

  test.for(REFUSED_ADDRESSES)('there is none to %j', async (email) => {
    const link = await makeInvite(portal.api, ada);
    for (const { status, body } of [
      await signUp(signUpBody(link, { email })),
      await mendTo(email),
    ]) {
      expect(status).toBe(400);
      expect(body.errors).toMatchObject([{ field: 'email' }]);
    }
    expect(await accountsOf(portal.realm, link)).toEqual([]);
  });

  test.for(ODD_ADDRESSES)('as any other does: %j', async (email) => {
    const made = await signUp(signUpBody(await makeInvite(portal.api, ada, { email }), { email }));
    expect(made.status).toBe(201);
    const { user } = holderOf(cookieOf(made));
    const account = await portal.realm.admin.get(`/users/${user}`);
    expect(account).toMatchObject({ email: email.toLowerCase() });
    expect((await mendTo(email)).body.errors).toEqual([{ field: 'email', code: 'taken' }]);
    // Some of them Keycloak's own mailer can't write to; then there is no mail at all.
    const sent = await portal.realm.admin.ask('PUT', `/users/${user}/send-verify-email`);
    if (sent.status === 204) expect(await headersOfMailTo(email)).toEqual(usual);
  });
});

test('no mail went to whom such an address would name to a careless reader', async () => {
  for (const address of ['x@evil.example', '"x@evil.example']) {
    const mails = await mailsTo(catcher, address);
    expect(mails.filter(({ receivedAt }) => receivedAt > since)).toEqual([]);
  }
});

describe('a log has one line for one thing, whatever it is about', () => {
  const FORGED = '{"level":60,"time":0,"msg":"forged"}';

  /** What no client library sends. */
  async function sendRaw(url: string, request: Buffer): Promise<void> {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => socket.destroy());
    socket.resume();
    socket.end(request);
    await once(socket, 'close');
  }
  /** With bytes as they are: some are a line’s end to some. */
  const rawRequest = (target: string, ...headers: string[]) =>
    Buffer.from(
      [`GET ${target} HTTP/1.1`, 'host: x', 'connection: close', ...headers, '', ''].join('\r\n'),
      'latin1',
    );

  test('each line is one JSON object, and no character in it does anything', async () => {
    const process = await startApiProcess(
      { ...portalEnvironment(portal.realm), TRUST_PROXY: '127.0.0.1' },
      'trace',
    );
    const { api, url } = process;
    const link = await makeInvite(api, ada);
    const texts = [...Object.values({ ...TEXTS, ...CONTROLS, ...LINE_BREAKS }), `\n${FORGED}\n`];
    for (const text of texts) {
      const wellFormed = encodeURIComponent(text.toWellFormed());
      await api.get(`/${wellFormed}`);
      await api.get(`/invites/${wellFormed}?cursor=${wellFormed}`, { token });
      await api.get('/me', { headers: { 'user-agent': wellFormed, 'x-request-id': wellFormed } });
      await api.post('/invites/lookup', { token: text });
      await api.post('/registrations', signUpBody(link, { username: text, firstName: text }));
    }
    for (const bytes of [
      `/a\x85${FORGED}`,
      '/a\x9b31mred',
      '/\xe2\x80\xa8',
      '/\xff\xfe',
      '/a\x7fb',
    ])
      await sendRaw(url, rawRequest(bytes));
    for (const value of [`a\x85${FORGED}`, '\x9b31m', '203.0.113.1\t\x1b[2J', '\xe2\x80\xae'])
      await sendRaw(url, rawRequest('/', `x-forwarded-for: ${value}`, `user-agent: ${value}`));
    await sendRaw(url, Buffer.from(`GET /\n${FORGED}\n HTTP/1.1\r\n\r\n`));
    await sendRaw(url, Buffer.from(`${FORGED}\r\n\r\n`));
    process.signal('SIGTERM');
    await process.ended;
    const log = await process.log();
    await process.stop();

    const lines = log.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(5 * texts.length);
    for (const line of lines) {
      const entry: unknown = JSON.parse(line);
      expect(entry).toMatchObject({ level: expect.any(Number), msg: expect.any(String) });
      expect(entry).not.toMatchObject({ msg: 'forged' });
    }
    // Controls, other ends of a line, what turns the direction, and what was no UTF-8.
    expect(log).not.toMatch(/[^\P{Cc}\n]|[\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\ufffd]/u);
  });
});
