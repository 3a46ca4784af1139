import type { Joins } from '@portal/shared';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { mailsTo, waitForMail } from '../../../docker/stack/mail-reader.ts';
import { randomName, startPortal } from '../support/portal.ts';
import type { TestMember } from '../support/realm.ts';
import { type MadeInvite, makeInvite, signUpBody, tokenOf } from '../support/sign-ups.ts';

const MAILS = process.env.TEST_MAIL_URL ?? '';
const portal = await startPortal({
  environment: {
    SMTP_URL: `smtp://127.0.0.1:${process.env.TEST_SMTP_PORT}`,
    MAIL_FROM: 'portal@example.org',
  },
});
const { api, realm, keys, redis } = portal;
afterAll(() => portal.stop());

/** A member with an address of their own, and a link. */
async function inviter(more: Record<string, unknown> = {}) {
  const name = randomName('ada');
  const member = await realm.member(name, more);
  const link = await makeInvite(api, member, { maxUses: null });
  return { member, link, email: `${name}@example.org` };
}
const want = async (member: TestMember, wanted: boolean, language = 'en') =>
  api.ask('PUT', '/joins/mails', {
    token: await tokenOf(member),
    body: { wanted, language },
  });
const join = (link: MadeInvite, firstName: string) =>
  api.post('/registrations', signUpBody(link, { firstName }));
const dueAt = ({ id }: TestMember) => redis.zscore(keys.joinMails, id);
const makeDue = ({ id }: TestMember) => redis.zadd(keys.joinMails, 'XX', 0, id);
const settled = (member: TestMember) =>
  vi.waitFor(async () => expect(await dueAt(member)).toBeNull(), 15_000);

describe('being told by mail', () => {
  test('who joined: one mail for all of them, in the language asked for', async () => {
    const { member, link, email } = await inviter();
    expect((await want(member, true, 'nl')).status).toBe(204);
    await join(link, 'Mary');
    await join(link, 'Grace');
    const due = Number(await dueAt(member)) - Date.now();
    expect(due).toBeGreaterThan(30_000);
    expect(due).toBeLessThan(61_000);
    await makeDue(member);
    const mail = await waitForMail(MAILS, email);
    expect(mail.subject).toBe('Grace Hopper en anderen zijn lid geworden van Weavers’ Co-op');
    expect(mail.text).toContain('Grace Hopper en Mary Hopper');
    await settled(member);
    expect(await mailsTo(MAILS, email)).toHaveLength(1);
    const { count, mails } = (await api.get<Joins>('/joins', { token: await tokenOf(member) }))
      .body;
    expect({ count, mails }).toEqual({ count: 2, mails: true });

    // The next one waits its turn, and names only who is new.
    await join(link, 'Ida');
    expect(Number(await dueAt(member)) - Date.now()).toBeGreaterThan(500_000);
    await makeDue(member);
    const second = await waitForMail(MAILS, email, { count: 2 });
    expect(second.subject).toBe('Ida Hopper is lid geworden van Weavers’ Co-op');
    expect(second.text).not.toContain('Mary');
  });

  test('is not done unless it is asked for, nor any more when it is not', async () => {
    const { member, link, email } = await inviter();
    await join(link, 'Mary');
    expect(await dueAt(member)).toBeNull();
    await want(member, true);
    await join(link, 'Grace');
    await want(member, false);
    await makeDue(member);
    await settled(member);
    expect(await mailsTo(MAILS, email)).toEqual([]);
  });

  test('is needless where they have looked meanwhile', async () => {
    const { member, link, email } = await inviter();
    await want(member, true);
    await join(link, 'Grace');
    const until = new Date().toISOString();
    await api.post('/joins/seen', { until }, { token: await tokenOf(member) });
    await makeDue(member);
    await settled(member);
    expect(await mailsTo(MAILS, email)).toEqual([]);
  });

  test('goes to no address that isn’t known to be theirs', async () => {
    const { member, link, email } = await inviter();
    await want(member, true);
    await join(link, 'Grace');
    await realm.change(member, { emailVerified: false });
    await makeDue(member);
    await settled(member);
    expect(await mailsTo(MAILS, email)).toEqual([]);
  });
});

test('a mail that can’t go is tried again, and no sign-up waits for it', async () => {
  const away = await startPortal({
    realm,
    environment: {
      SMTP_URL: 'smtp://127.0.0.1:9',
      MAIL_FROM: 'portal@example.org',
      REDIS_PREFIX: `${realm.name}-away:`,
    },
  });
  const member = await realm.member(randomName('bea'));
  const link = await makeInvite(away.api, member);
  const token = await tokenOf(member);
  await away.api.ask('PUT', '/joins/mails', { token, body: { wanted: true, language: 'en' } });
  expect((await away.api.post('/registrations', signUpBody(link))).status).toBe(201);
  const { joinMails } = away.keys;
  await redis.zadd(joinMails, 'XX', 0, member.id);
  await vi.waitFor(
    async () =>
      expect(Number(await redis.zscore(joinMails, member.id))).toBeGreaterThan(Date.now() + 30_000),
    10_000,
  );
  await away.stop();
});
