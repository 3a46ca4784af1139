import type { Invite } from '@portal/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPortal } from '../support/portal.ts';
import type { TestMember } from '../support/realm.ts';
import { keysLike } from '../support/redis.ts';
import { signUpBody } from '../support/sign-ups.ts';

const DAY_MS = 86_400_000;
const portal = await startPortal({ environment: { INVITE_RETENTION: '30' } });
const { api, keys, redis } = portal;
let ada: TestMember;
let token = '';

beforeAll(async () => {
  ada = await portal.realm.member('ada');
  token = await ada.token();
});
afterAll(() => portal.stop());

const make = async (wishes = {}) => (await api.post<Invite>('/invites', wishes, { token })).body;
/** But for the limiter's counts, which go by themselves within a minute. */
const everythingOf = async (id: string) =>
  (await keysLike(redis, `*${id}*`)).filter((key) => !key.startsWith(keys.rateLimit));
const indexes = () => keysLike(redis, `${portal.config.redis.prefix}invites*`);
const listedIn = async (id: string) => {
  const found = await Promise.all(
    (await indexes()).map(async (key) => ((await redis.zscore(key, id)) === null ? [] : [key])),
  );
  return found.flat();
};
/** Time passes: the end moves into the past, as it is written there, and what is due with it. */
async function endedDaysAgo(id: string, field: string, days: number): Promise<void> {
  await redis.hset(keys.invite(id), field, Date.now() - days * DAY_MS);
  await redis.zadd(keys.leaving, Date.now() - 1, id);
}
const gone = (id: string) => expect.poll(() => everythingOf(id), { timeout: 10_000 }).toEqual([]);

describe('a link that ended longer ago than it is kept', () => {
  test('goes with all that is kept of who joined, and from every list; the accounts stay', async () => {
    const link = await make();
    const secret = link.url?.split('#')[1] ?? '';
    const joined = await api.post('/registrations', signUpBody({ token: secret }));
    expect(joined.status).toBe(201);
    await expect.poll(() => redis.zscore(keys.leaving, link.id)).not.toBeNull();
    expect((await everythingOf(link.id)).length).toBeGreaterThan(2);
    await endedDaysAgo(link.id, 'usedAt', 31);
    await gone(link.id);
    expect(await listedIn(link.id)).toEqual([]);
    const users = await portal.realm.users();
    expect(
      users.filter(({ attributes }) => JSON.stringify(attributes ?? {}).includes(link.id)),
    ).toEqual([
      expect.objectContaining({
        attributes: expect.objectContaining({ 'portal.invited-by': [ada.id] }),
      }),
    ]);
  });

  test.each([
    ['revoked', 'revokedAt'],
    ['expired', 'expiresAt'],
  ])('goes whichever way it ended: %s', async (_how, field) => {
    const link = await make({ maxUses: 5 });
    await endedDaysAgo(link.id, field, 31);
    await gone(link.id);
    expect(await listedIn(link.id)).toEqual([]);
  });
});

describe('a link stays', () => {
  test('while it ended not so long ago', async () => {
    const kept = await make();
    const old = await make();
    await endedDaysAgo(kept.id, 'revokedAt', 29);
    await endedDaysAgo(old.id, 'revokedAt', 31);
    await gone(old.id);
    await expect.poll(() => redis.zscore(keys.leaving, kept.id)).not.toBeNull();
    expect((await api.get(`/invites/${kept.id}`, { token })).body.status).toBe('revoked');
    expect(Number(await redis.zscore(keys.leaving, kept.id))).toBeGreaterThan(Date.now());
  });

  test('where it was opened again meanwhile', async () => {
    const open = await make();
    const old = await make();
    await redis.zadd(keys.leaving, Date.now() - 1, open.id);
    await endedDaysAgo(old.id, 'revokedAt', 31);
    await gone(old.id);
    await expect.poll(() => redis.zscore(keys.leaving, open.id)).toBeNull();
    expect((await api.get(`/invites/${open.id}`, { token })).body.status).toBe('open');
  });
});
