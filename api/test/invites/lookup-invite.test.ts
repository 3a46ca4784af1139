import { randomBytes } from 'node:crypto';
import type { Invite, InviteLookup, NewInvite, Problem } from '@portal/shared';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { startPortal } from '../support/portal.ts';
import { watchRedis } from '../support/redis-watch.ts';
import { changeInvite, makeInvite, signUpBody } from '../support/sign-ups.ts';

const portal = await startPortal({
  environment: { PASSWORD_RULES: '{"": "At least 8 characters", "de": "Mindestens 8 Zeichen"}' },
});
const { api, realm } = portal;
const ada = await realm.member('ada');
afterAll(() => portal.stop());

const make = (wishes: NewInvite = {}) => makeInvite(api, ada, wishes);
const lookUp = (token: unknown, headers: Record<string, string> = {}) =>
  api.post<InviteLookup & Problem>('/invites/lookup', { token }, { headers });

describe('who holds a link', () => {
  test('is told who invites whom, until when, and what the form asks', async () => {
    const expiresAt = '2099-12-25T20:00:00.000Z';
    const { token } = await make({ label: 'a note', message: 'Come!', expiresAt, maxUses: 3 });
    const { status, body } = await lookUp(token);
    expect(status).toBe(200);
    expect(body).toEqual({
      community: 'Weavers’ Co-op',
      inviter: 'Ada Lovelace',
      message: 'Come!',
      expiresAt,
      maxUses: 3,
      usesLeft: 3,
      email: null,
      fields: [
        expect.objectContaining({ name: 'firstName', kind: 'text', required: true }),
        expect.objectContaining({ name: 'lastName', kind: 'text', required: true }),
        expect.objectContaining({ name: 'email', kind: 'email', required: true }),
        expect.objectContaining({ name: 'username', kind: 'text', required: true, minLength: 3 }),
      ],
      password: { hint: 'At least 8 characters', maxLength: 4000 },
    });
  });

  test('is told that there is no end to it, where there is none', async () => {
    const { token } = await make({ expiresAt: null, maxUses: null });
    expect((await lookUp(token)).body).toMatchObject({
      expiresAt: null,
      maxUses: null,
      usesLeft: null,
    });
  });

  test('is told how many may still join, and for whom it is', async () => {
    const link = await make({ maxUses: 2, email: 'grace@example.org' });
    await api.post('/registrations', signUpBody(link, { email: 'grace@example.org' }));
    expect((await lookUp(link.token)).body).toMatchObject({
      usesLeft: 1,
      email: 'grace@example.org',
    });
  });

  test.each([
    ['de', 'Mindestens 8 Zeichen'],
    ['de-AT,en;q=0.5', 'Mindestens 8 Zeichen'],
    ['fr', 'At least 8 characters'],
    ['xx', 'At least 8 characters'],
    ['*', 'At least 8 characters'],
    ['constructor', 'At least 8 characters'],
  ])('is told it in the language asked for: %s', async (language, hint) => {
    const { token } = await make();
    const { status, body } = await lookUp(token, { 'accept-language': language });
    expect({ status, hint: body.password?.hint }).toEqual({ status: 200, hint });
  });

  test('may look as often as they like: nothing is spent', async () => {
    const { token } = await make();
    const answers = await Promise.all(Array.from({ length: 50 }, () => lookUp(token)));
    expect(answers.every(({ body }) => body.usesLeft === 1)).toBe(true);
  });
});

describe('a link that has ended says how, and whom to ask', () => {
  const inviter = 'Ada Lovelace';

  test('revoked', async () => {
    const link = await make();
    const { revokedAt } = await changeInvite(api, ada, link, { revoked: true });
    const { status, body } = await lookUp(link.token);
    expect(status).toBe(410);
    expect(body).toMatchObject({
      code: 'invite-revoked',
      params: { inviter, endedAt: revokedAt, maxUses: 1 },
    });
  });

  test('expired', async () => {
    const expiresAt = new Date(Date.now() + 500).toISOString();
    const { token } = await make({ expiresAt, maxUses: null });
    await vi.waitFor(async () => expect((await lookUp(token)).status).toBe(410), 5000);
    expect((await lookUp(token)).body).toMatchObject({
      code: 'invite-expired',
      params: { inviter, endedAt: expiresAt },
    });
    expect((await lookUp(token)).body.params).not.toHaveProperty('maxUses');
  });

  test('used up', async () => {
    const link = await make();
    expect((await api.post('/registrations', signUpBody(link))).status).toBe(201);
    const { status, body } = await lookUp(link.token);
    expect(status).toBe(410);
    expect(body).toMatchObject({
      code: 'invite-used-up',
      params: { inviter, endedAt: expect.stringMatching(/Z$/), maxUses: 1 },
    });
  });

  test('revoked rather than used up or expired', async () => {
    const expiresAt = new Date(Date.now() + 700).toISOString();
    const [link, other] = await Promise.all([make({ expiresAt }), make({ expiresAt })]);
    await changeInvite(api, ada, link, { revoked: true });
    await vi.waitFor(async () => expect((await lookUp(other.token)).status).toBe(410), 5000);
    expect((await lookUp(link.token)).body.code).toBe('invite-revoked');
  });

  test('and opens again when that is undone', async () => {
    const link = await make();
    await changeInvite(api, ada, link, { revoked: true });
    await changeInvite(api, ada, link, { revoked: false });
    expect((await lookUp(link.token)).status).toBe(200);
  });
});

describe('what is no link of ours', () => {
  const forged = () => randomBytes(32).toString('base64url');

  test.each(['', 'x', 'A'.repeat(43), 'A'.repeat(200), '../..', '\0', '🧶'])(
    '%j is unknown',
    async (token) => {
      const { status, body } = await lookUp(token);
      expect({ status, code: body.code }).toEqual({ status: 404, code: 'invite-unknown' });
    },
  );

  test('also with a true MAC, where the invite is gone', async () => {
    const { id, token } = await make();
    await portal.redis.del(portal.keys.invite(id));
    expect((await lookUp(token)).body.code).toBe('invite-unknown');
  });

  test.each([
    [{}, 'token', 'required'],
    [{ token: null }, 'token', 'wrong-type'],
    [{ token: 5 }, 'token', 'wrong-type'],
    [{ token: ['x'] }, 'token', 'wrong-type'],
    [{ token: 'x'.repeat(201) }, 'token', 'too-long'],
    [{ token: 'x', id: 'x' }, 'id', 'unknown-field'],
  ])('%j is a 400', async (asked, field, code) => {
    const { status, body } = await api.post<Problem>('/invites/lookup', asked);
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ field, code }]);
  });

  test('costs Redis nothing but the count of the limiter', async () => {
    // One without any link: the background work of this one files links that have just ended.
    const prefix = `${portal.config.redis.prefix}empty:`;
    const empty = await startPortal({
      realm: portal.realm,
      environment: { REDIS_PREFIX: prefix },
    });
    const commands = await watchRedis(portal.redis, prefix, () =>
      Promise.all(
        Array.from({ length: 50 }, () => empty.api.post('/invites/lookup', { token: forged() })),
      ),
    );
    await empty.stop();
    expect(commands).toHaveLength(50);
    for (const [name, _script, _count, key] of commands) {
      // The first of a connection brings the script with it.
      expect(name).toMatch(/^eval(sha)?$/i);
      expect(key).toMatch(empty.keys.rateLimit);
    }
  });
});

test('a lookup costs Redis one read of one hash, beside the limiter’s counts for the address and the link', async () => {
  const { id, token } = await make();
  await lookUp(token);
  const commands = await watchRedis(portal.redis, portal.config.redis.prefix, () => lookUp(token));
  const others = commands.filter((command) => !command[3]?.startsWith(portal.keys.rateLimit));
  expect(others.map(([name, key]) => [name?.toLowerCase(), key])).toEqual([
    ['hmget', portal.keys.invite(id)],
  ]);
  expect(commands).toHaveLength(3);
});

test.each(['GET', 'HEAD', 'OPTIONS'])('%s of a lookup is nothing', async (method) => {
  const response = await fetch(`${portal.url}/api/v1/invites/lookup`, { method });
  expect([401, 404]).toContain(response.status);
});

test('an invite’s id opens nothing', async () => {
  const { body } = await api.post<Invite>('/invites', {}, { token: await ada.token() });
  expect((await lookUp(body.id)).status).toBe(404);
});
