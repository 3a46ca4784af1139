import type { Joins } from '@portal/shared';
import { afterAll, describe, expect, test } from 'vitest';
import { randomName, startPortal } from '../support/portal.ts';
import { makeInvite, signUpBody, tokenOf } from '../support/sign-ups.ts';

const portal = await startPortal();
const { api, realm, keys, redis } = portal;
afterAll(() => portal.stop());

const joinsOf = async (member: Awaited<ReturnType<typeof realm.member>>) =>
  (await api.get<Joins>('/joins', { token: await tokenOf(member) })).body;

describe('who joined by one’s links since one last looked', () => {
  test('is told to their maker alone, until they have looked', async () => {
    const [ada, bea] = await Promise.all([realm.member('ada'), realm.member('bea')]);
    const link = await makeInvite(api, ada, { maxUses: 3 });
    expect(await joinsOf(ada)).toEqual({ count: 0, atLeast: false, latest: [], mails: false });
    await api.post('/registrations', signUpBody(link));
    await api.post('/registrations', signUpBody(link, { firstName: 'Mary', lastName: 'Jackson' }));
    const told = await joinsOf(ada);
    expect(told).toMatchObject({ count: 2, atLeast: false });
    expect(told.latest.map(({ name, invite }) => [name, invite])).toEqual([
      ['Mary Jackson', link.id],
      ['Grace Hopper', link.id],
    ]);
    expect((await joinsOf(bea)).count).toBe(0);

    const token = await tokenOf(ada);
    const until = told.latest[1]?.joinedAt;
    expect((await api.post('/joins/seen', { until }, { token })).status).toBe(204);
    expect((await joinsOf(ada)).latest.map(({ name }) => name)).toEqual(['Mary Jackson']);
    await api.post('/joins/seen', { until: told.latest[0]?.joinedAt }, { token });
    expect((await joinsOf(ada)).count).toBe(0);
    await api.post('/registrations', signUpBody(link));
    expect((await joinsOf(ada)).count).toBe(1);
  });

  test('never grows beyond what is remembered, and goes with time', async () => {
    const cleo = await realm.member('cleo');
    const link = await makeInvite(api, cleo);
    await redis.zadd(
      keys.joins(cleo.id),
      ...Array.from({ length: 150 }, (_, i) => [i, JSON.stringify(['x', `${i}`, 'Old'])]).flat(),
    );
    await api.post('/registrations', signUpBody(link));
    const { count, atLeast, latest } = await joinsOf(cleo);
    expect({ count, atLeast }).toEqual({ count: 100, atLeast: true });
    expect(latest).toHaveLength(5);
    expect(latest[0]?.name).toBe('Grace Hopper');
    const left = await redis.pttl(keys.joins(cleo.id));
    expect(left).toBeGreaterThan(89 * 86_400_000);
    expect(left).toBeLessThanOrEqual(90 * 86_400_000);
  });

  test.each([{}, { until: 'now' }, { until: 5 }, { until: '2026-01-01T00:00:00Z', x: 1 }])(
    'is not looked at by %j',
    async (body) => {
      const token = await tokenOf(await realm.member(randomName('member')));
      expect((await api.post('/joins/seen', body, { token })).status).toBe(400);
    },
  );

  test('is for members', async () => {
    expect((await api.get('/joins')).status).toBe(401);
    expect((await api.post('/joins/seen', { until: '2026-01-01T00:00:00Z' })).status).toBe(401);
    expect(
      (await api.ask('PUT', '/joins/mails', { body: { wanted: true, language: 'en' } })).status,
    ).toBe(401);
  });
});

test('where the portal sends no mails, nobody can ask for them', async () => {
  const dora = await realm.member('dora');
  const token = await tokenOf(dora);
  const set = (wanted: boolean) =>
    api.ask('PUT', '/joins/mails', { token, body: { wanted, language: 'en' } });
  expect((await set(true)).status).toBe(404);
  expect((await set(false)).status).toBe(204);
  expect((await joinsOf(dora)).mails).toBe(false);
});
