import { createServer, type Socket } from 'node:net';
import type { CurrentRegistration, Registration } from '@portal/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mailsTo, waitForMail } from '../../../docker/stack/mail-reader.ts';
import { freePort } from '../../../docker/stack/ports.ts';
import type { Answer } from '../support/client.ts';
import { addressOf } from '../support/listen.ts';
import { type Portal, startPortal } from '../support/portal.ts';
import type { TestMember } from '../support/realm.ts';
import {
  accountsOf,
  type MadeInvite,
  makeInvite,
  readInvite,
  signUpBody,
} from '../support/sign-ups.ts';

const catcher = process.env.TEST_MAIL_URL ?? '';
const catcherPort = Number(process.env.TEST_SMTP_PORT);

let portal: Portal;
let ada: TestMember;

beforeAll(async () => {
  portal = await startPortal();
  ada = await portal.realm.member('ada');
});
afterAll(() => portal.stop());

/** Where the realm sends its mails to from now on. */
const mailBy = (port: number) =>
  portal.realm.admin.put('', {
    smtpServer: { host: '127.0.0.1', port: String(port), from: 'portal@example.org' },
  });

/** A mail server that takes connections and never says a word. */
async function startSilentServer() {
  const sockets = new Set<Socket>();
  const connected = Promise.withResolvers<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.resume();
    connected.resolve(socket);
  });
  const { port, close } = await addressOf(server);
  return {
    port,
    connected: connected.promise,
    /** How many callers wait for its first word. */
    waiting: () => sockets.size,
    async stop(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      await close();
    },
  };
}

const cookieOf = ({ headers }: Pick<Answer, 'headers'>) => ({
  cookie: headers.get('set-cookie')?.split(';')[0] ?? '',
  origin: portal.realm.publicUrl,
});

async function current(made: Pick<Answer, 'headers'>): Promise<CurrentRegistration> {
  const answer = await portal.api.get<CurrentRegistration>('/registrations/current', {
    headers: cookieOf(made),
  });
  return answer.body;
}

/** No mail is still to be sent for this link: what has come by now is all that will. */
async function expectNothingToSend(invite: MadeInvite): Promise<void> {
  const due = await portal.redis.zrange(portal.keys.mails, '0', '-1');
  expect(due.filter((entry) => entry.startsWith(invite.id))).toEqual([]);
}

async function expectAccount(invite: MadeInvite): Promise<void> {
  const [account, ...more] = await accountsOf(portal.realm, invite);
  expect(more).toEqual([]);
  expect(account).toMatchObject({ enabled: true, emailVerified: false });
  expect((await readInvite(portal.api, ada, invite)).uses).toBe(1);
}

/** It goes by itself, on the reconciler's own schedule; nobody asks for it. */
async function expectOneMail(invite: MadeInvite, made: Answer<Registration>): Promise<void> {
  const address = made.body.email;
  await waitForMail(catcher, address, { subject: /verify/i, seconds: 60 });
  await expect
    .poll(async () => (await current(made)).verification, { timeout: 10_000 })
    .toBe('sent');
  await expectNothingToSend(invite);
  expect(await mailsTo(catcher, address)).toHaveLength(1);
}

describe('while the realm’s mail server refuses connections', () => {
  test('the account is made at once, its mail is pending, and goes by itself when the server is back', async () => {
    await mailBy(await freePort());
    const invite = await makeInvite(portal.api, ada);
    const made = await portal.api.post<Registration>('/registrations', signUpBody(invite));

    expect(made).toMatchObject({ status: 201, body: { verification: 'pending' } });
    await expectAccount(invite);
    expect(await current(made)).toMatchObject({ verification: 'pending' });
    expect(await mailsTo(catcher, made.body.email)).toEqual([]);

    await mailBy(catcherPort);
    await expectOneMail(invite, made);
  }, 90_000);

  test('somebody who asks for it again once the server is back gets one, and no second', async () => {
    await mailBy(await freePort());
    const invite = await makeInvite(portal.api, ada);
    const made = await portal.api.post<Registration>('/registrations', signUpBody(invite));
    expect(made.body.verification).toBe('pending');

    await mailBy(catcherPort);
    const early = await portal.api.post('/registrations/current/verification-email', undefined, {
      headers: cookieOf(made),
    });
    expect(early).toMatchObject({ status: 429, body: { code: 'mail-too-soon' } });
    await expectOneMail(invite, made);
  }, 90_000);
});

describe('while the realm’s mail server is silent', () => {
  test('the answer doesn’t wait for it, and the mail goes by itself when the server is back', async () => {
    const silent = await startSilentServer();
    await mailBy(silent.port);
    const invite = await makeInvite(portal.api, ada);
    const made = await portal.api.post<Registration>('/registrations', signUpBody(invite));

    // Keycloak still waits for the server's first word, as it does for ten seconds.
    await silent.connected;
    expect(silent.waiting()).toBe(1);
    expect(made).toMatchObject({ status: 201, body: { verification: 'pending' } });
    await expectAccount(invite);
    expect(await current(made)).toMatchObject({ verification: 'pending' });
    expect(silent.waiting()).toBe(1);

    await mailBy(catcherPort);
    await expectOneMail(invite, made);
    await silent.stop();
  }, 90_000);

  test('others sign up as fast, and each gets one mail in the end', async () => {
    const silent = await startSilentServer();
    await mailBy(silent.port);
    const invites = await Promise.all(Array.from({ length: 5 }, () => makeInvite(portal.api, ada)));
    const made: Answer<Registration>[] = [];
    for (const invite of invites)
      made.push(await portal.api.post<Registration>('/registrations', signUpBody(invite)));
    expect(made.map(({ body }) => body.verification)).toEqual(invites.map(() => 'pending'));
    // The first of them is still being tried: all five were answered within its ten seconds.
    expect(silent.waiting()).toBe(5);

    await mailBy(catcherPort);
    for (const [i, invite] of invites.entries()) {
      const answer = made[i];
      if (answer) await expectOneMail(invite, answer);
    }
    await silent.stop();
  }, 120_000);
});

test('a mail that no later try could send, as its account was disabled, is not tried for ever', async () => {
  await mailBy(await freePort());
  const invite = await makeInvite(portal.api, ada);
  const made = await portal.api.post<Registration>('/registrations', signUpBody(invite));
  expect(made.body.verification).toBe('pending');
  const [account] = await accountsOf(portal.realm, invite);
  await portal.realm.admin.put(`/users/${account?.id}`, { enabled: false });

  await mailBy(catcherPort);
  await expect
    .poll(
      async () => {
        const due = await portal.redis.zrange(portal.keys.mails, '0', '-1');
        return due.filter((entry) => entry.startsWith(invite.id));
      },
      { timeout: 60_000, interval: 250 },
    )
    .toEqual([]);
  expect(await mailsTo(catcher, made.body.email)).toEqual([]);
}, 90_000);
