import type { Invite, InviteMail, NewInvite, Problem } from '@portal/shared';
import { afterAll, describe, expect, test } from 'vitest';
import { mailsTo, waitForMail } from '../../../docker/stack/mail-reader.ts';
import { inviteMail } from '../../src/invites/invite-mails.ts';
import { createMailSender } from '../../src/mails/mail-sender.ts';
import { randomName, startPortal } from '../support/portal.ts';
import { rawMailsTo } from '../support/raw-mails.ts';
import { createRealm } from '../support/realm.ts';
import { keysLike } from '../support/redis.ts';
import { startSmtpServer } from '../support/smtp-server.ts';

const MAILS = process.env.TEST_MAIL_URL ?? '';
const MAIL_FROM = 'Weavers <portal@example.org>';
const SMTP_URL = `smtp://127.0.0.1:${process.env.TEST_SMTP_PORT}`;

const realm = await createRealm();
const portal = await startPortal({ realm, environment: { SMTP_URL, MAIL_FROM } });
const [ada, bea] = await Promise.all([realm.member('ada'), realm.member('bea')]);
const [adas, beas] = await Promise.all([ada.token(), bea.token()]);
afterAll(async () => {
  await portal.stop();
  await realm.remove();
});

const make = async (wishes: NewInvite = {}, token = adas) =>
  (await portal.api.post<Invite>('/invites', wishes, { token })).body;
const send = (id: string, body: Partial<InviteMail>, token = adas, api = portal.api) =>
  api.post<Problem | undefined>(`/invites/${id}/mail`, { language: 'en', ...body }, { token });
const loadedMail = () => {
  if (!portal.config.mail) throw new Error('No mail server is configured');
  return portal.config.mail;
};
const aStoredInvite = {
  ...{ id: '', creator: '', creatorName: '', label: '', message: '', createdAt: 0 },
  ...{ expiresAt: null, revokedAt: null, maxUses: 1, uses: 0, reserved: 0, groups: [] },
  ...{ email: null, usedAt: null },
};
const someone = () => `${randomName('grace')}@example.org`;

describe('a mailed link', () => {
  test('says who invites into what, until when, and in their own words', async () => {
    const email = someone();
    const expiresAt = '2027-02-03T18:30:00.000Z';
    const link = await make({ message: 'Bring wool.\nAnd <b>tea</b> & "cake".', expiresAt });
    expect((await send(link.id, { email })).status).toBe(204);
    const mail = await waitForMail(MAILS, email);
    expect(mail.subject).toBe('Ada Lovelace invites you to Weavers’ Co-op');
    expect(mail.from).toBe('portal@example.org');
    expect(mail.text).toContain(link.url);
    expect(mail.text).toContain('> Bring wool.\n> And <b>tea</b> & "cake".');
    expect(mail.text).toMatch(/until Wednesday,? 3 February 2027 (?:at )?18:30 UTC/);
    expect(mail.html).toContain(`href="${link.url}"`);
    expect(mail.html).toContain('And &lt;b&gt;tea&lt;/b&gt; &amp; &quot;cake&quot;.');
    expect(mail.html).not.toContain('<b>tea');
  });

  test.each([
    ['nl', 'Ada Lovelace nodigt je uit voor Weavers’ Co-op', 'ltr'],
    ['de-AT', 'Ada Lovelace lädt dich zu Weavers’ Co-op ein', 'ltr'],
    ['ar', 'دعوة من Ada Lovelace للانضمام إلى Weavers’ Co-op', 'rtl'],
    ['xx', 'Ada Lovelace invites you to Weavers’ Co-op', 'ltr'],
  ])('comes in the language asked for: %s', async (language, subject, direction) => {
    const email = someone();
    const link = await make({ email });
    await send(link.id, { email, language });
    const mail = await waitForMail(MAILS, email);
    expect(mail.subject).toBe(subject);
    expect(mail.html).toContain(`dir="${direction}"`);
  });

  test('has no header and no recipient but ours, whatever the names and words in it', async () => {
    const email = someone();
    const evil = 'Eve\r\nBcc: eve@example.org\r\n\r\n.\r\n{community} {inviter}';
    const link = await make({ message: evil });
    expect((await send(link.id, { email })).status).toBe(204);
    const plain = await waitForMail(MAILS, email);
    expect(plain.text).toContain('> {community} {inviter}');

    // Keycloak lets nobody be called so; another realm's tokens may.
    const sender = createMailSender(loadedMail(), 5000, portal.app.log);
    const stored = { ...aStoredInvite, creatorName: `${evil}\u2028, <eve@example.org>` };
    const to = someone();
    await sender.send({ to, ...inviteMail(stored, 'https://x.example/join#x', evil, 'en') });
    const [mail] = await rawMailsTo(MAILS, to);
    expect(mail?.recipients).toEqual([to]);
    expect(mail?.headers).toEqual(
      [
        ...['auto-submitted', 'content-type', 'date', 'from', 'message-id', 'mime-version'],
        ...['subject', 'to'],
      ].sort(),
    );
    expect(mail?.subject).toMatch(/^Eve Bcc: eve@example.org/);
    expect(await mailsTo(MAILS, 'eve@example.org')).toEqual([]);
  });
});

describe('refuses', () => {
  test.each([
    'a@b.org,c@d.org',
    'a@b.org\r\nBcc: c@d.org',
    'Grace <grace@example.org>',
    '"a b"@example.org',
    'grace',
    '',
  ])('what is no plain address: %j', async (email) => {
    const { status, body } = await send((await make()).id, { email });
    expect(status).toBe(400);
    expect(body?.errors).toEqual([{ field: 'email', code: 'email' }]);
  });

  test.each(['en\r\nBcc: x', '../en', '', 'x'.repeat(40)])('the language %j', async (language) => {
    expect((await send((await make()).id, { email: someone(), language })).status).toBe(400);
  });

  test('an address that may not join by it', async () => {
    const one = await make({ email: 'grace@example.org' });
    const many = await make({ email: '@example.com' });
    const errors = async (id: string, email: string) => (await send(id, { email })).body?.errors;
    expect(await errors(one.id, someone())).toEqual([{ field: 'email', code: 'email-bound' }]);
    expect(await errors(many.id, someone())).toEqual([{ field: 'email', code: 'email-domain' }]);
  });

  test('somebody else’s link, one that has ended, one that nobody made, and nobody', async () => {
    const hers = await make({}, beas);
    const codes = async (id: string, token?: string) => {
      const { status, body } = await send(id, { email: someone() }, token);
      return `${status} ${body?.code}`;
    };
    expect(await codes(hers.id)).toBe('403 not-yours');
    await portal.api.delete(`/invites/${hers.id}`, { token: beas });
    expect(await codes(hers.id, beas)).toBe('410 invite-revoked');
    expect(await codes('0'.repeat(32))).toBe('404 not-found');
    expect(await codes(hers.id, 'x.y.z')).toBe('401 not-signed-in');
  });

  test('a fourth mail a day to one letter box, by whomever, however it is spelt', async () => {
    const box = randomName('flooded');
    const mine = await make();
    const hers = await make({}, beas);
    const statuses = [
      (await send(mine.id, { email: `${box}@example.org` })).status,
      (await send(hers.id, { email: `${box}+1@example.org` }, beas)).status,
      (await send(mine.id, { email: ` ${box.toUpperCase()}@Example.org ` })).status,
    ];
    expect(statuses).toEqual([204, 204, 204]);
    const fourth = await send(hers.id, { email: `${box}+2@example.org` }, beas);
    expect(fourth.status).toBe(429);
    expect(Number(fourth.headers.get('retry-after'))).toBeGreaterThan(3600);
    const kept = await portal.redis.keys(`${portal.config.redis.prefix}limits:*`);
    expect(kept.join()).not.toContain(box);
  });

  test('more than three hundred a day by one member', async () => {
    const cleo = await realm.member('cleo');
    const token = await cleo.token();
    const link = await make({}, token);
    await send(link.id, { email: someone() }, token);
    const keys = await keysLike(portal.redis, `${portal.config.redis.prefix}limits:*${cleo.id}`);
    expect(keys).toHaveLength(1);
    await portal.redis.set(keys[0] ?? '', 299, 'KEEPTTL');
    expect((await send(link.id, { email: someone() }, token)).status).toBe(204);
    expect((await send(link.id, { email: someone() }, token)).status).toBe(429);
    expect((await send((await make()).id, { email: someone() })).status).toBe(204);
  });
});

describe('a mail server', () => {
  async function withServer(SMTP_URL: string, work: (api: typeof portal.api) => Promise<void>) {
    const environment = { SMTP_URL, MAIL_FROM, KEYCLOAK_TIMEOUT: '1000' };
    const other = await startPortal({ realm, environment });
    await work(other.api).finally(() => other.stop());
  }

  test.each([
    ['that refuses the recipient', { RCPT: '550 no such box' }, 400, 'invalid-input'],
    ['that is busy', { RCPT: '451 later' }, 503, 'mail-away'],
    ['that takes no mail of ours', { MAIL: '550 not you' }, 503, 'mail-away'],
    ['that thinks it is spam', { '.': '554 spam' }, 503, 'mail-away'],
    ['that is silent', 'silent', 503, 'mail-away'],
  ] as const)('%s', async (_what, answers, status, code) => {
    const server = await startSmtpServer(answers);
    await withServer(server.url, async (api) => {
      const began = performance.now();
      const answer = await send((await make()).id, { email: someone() }, adas, api);
      expect({ status: answer.status, code: answer.body?.code }).toEqual({ status, code });
      expect(performance.now() - began).toBeLessThan(2500);
    }).finally(() => server.stop());
  });

  test('that is away', async () => {
    const server = await startSmtpServer('silent');
    await server.stop();
    await withServer(server.url, async (api) => {
      const { status, body } = await send((await make()).id, { email: someone() }, adas, api);
      expect({ status, code: body?.code }).toEqual({ status: 503, code: 'mail-away' });
      expect(body?.params?.retryAfter).toBe(10);
    });
  });

  test('that isn’t configured: the configuration says so, and nothing is sent', async () => {
    const other = await startPortal({ realm });
    const features = async (api: typeof portal.api) =>
      (await api.get<{ features: { mail: boolean } }>('/config')).body.features.mail;
    expect([await features(portal.api), await features(other.api)]).toEqual([true, false]);
    expect((await send((await make()).id, { email: someone() }, adas, other.api)).status).toBe(404);
    await other.stop();
  });
});
