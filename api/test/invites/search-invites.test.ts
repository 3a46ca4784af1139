import type { Invite, InvitePage, NewInvite, Problem } from '@portal/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomName, startPortal } from '../support/portal.ts';
import { watchRedis } from '../support/redis-watch.ts';
import { signUpBody } from '../support/sign-ups.ts';

const DAY_MS = 86_400_000;
const portal = await startPortal();
const { api, realm } = portal;
const [ada, bea] = await Promise.all([realm.member('ada'), realm.member('bea')]);
const [adas, beas] = await Promise.all([ada.token(), bea.token()]);
afterAll(() => portal.stop());

const make = async (label: string, wishes: NewInvite = {}, token = adas) =>
  (await api.post<Invite>('/invites', { label, ...wishes }, { token })).body;
const find = (query: string, token = adas) =>
  api.get<InvitePage & Problem>(`/invites?${query}`, { token });
const labels = async (query: string, token = adas) =>
  (await find(query, token)).body.items.map(({ label }) => label);

beforeAll(async () => {
  await make('Café looms', { message: 'Bring wool', expiresAt: null });
  await make('Poster', { email: 'grace@example.org', days: 3 });
  const open = await make('Spinning', { maxUses: null, days: 9 });
  const token = open.url?.split('#')[1] ?? '';
  for (let i = 0; i < 2; i++) await api.post('/registrations', signUpBody({ token }));
  const back = await make('Looms of old', { days: 5 });
  await api.delete(`/invites/${back.id}`, { token: adas });
  await make('Looms of Bea’s', { email: 'hidden@example.org' }, beas);
});

describe('a search', () => {
  test.each([
    ['q=looms', ['Looms of old', 'Café looms']],
    ['q=looms&status=open', ['Café looms']],
    ['q=looms&status=ended', ['Looms of old']],
    ['q=CAFE', ['Café looms']],
    ['q=caf%C3%A9%20loo', ['Café looms']],
    ['q=loo%20caf', ['Café looms']],
    ['q=wool', ['Café looms']],
    ['q=grace@', ['Poster']],
    ['q=nothing', []],
    ['q=.*', []],
    ['q=%20&status=open', ['Spinning', 'Poster', 'Café looms']],
  ])('%s', async (query, found) => {
    expect(await labels(query)).toEqual(found);
  });

  test('is of one’s own links alone', async () => {
    expect(await labels('q=bea')).toEqual([]);
    expect(await labels('q=hidden')).toEqual([]);
    const { status, body } = await find('q=hidden&scope=all');
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ field: 'scope', code: 'not-an-option' }]);
    expect((await find('sort=joined&scope=all')).status).toBe(400);
  });

  test('says how many it looked at', async () => {
    expect((await find('q=looms')).body.searched).toEqual({ links: 4, all: true });
    expect((await find('')).body.searched).toBeUndefined();
  });

  test('is limited', async () => {
    const cleo = await realm.member('cleo');
    const token = await cleo.token();
    const statuses = await Promise.all(
      Array.from({ length: 125 }, async () => (await find('q=x', token)).status),
    );
    expect(statuses.filter((status) => status === 429)).toHaveLength(5);
    expect((await find('', token)).status).toBe(200);
  });
});

describe('an order', () => {
  test.each([
    ['sort=ending&status=open', ['Poster', 'Spinning', 'Café looms']],
    ['sort=joined&status=open', ['Spinning', 'Poster', 'Café looms']],
    ['sort=joined&q=o', ['Looms of old', 'Poster', 'Café looms']],
    ['sort=newest&status=open', ['Spinning', 'Poster', 'Café looms']],
  ])('%s', async (query, found) => {
    expect(await labels(query)).toEqual(found);
  });

  test('goes on where a page ended', async () => {
    const first = await find('sort=ending&status=open&limit=2');
    expect(first.body.items.map(({ label }) => label)).toEqual(['Poster', 'Spinning']);
    const cursor = first.body.nextCursor;
    const second = await find(`sort=ending&status=open&limit=2&cursor=${cursor}`);
    expect(second.body.items.map(({ label }) => label)).toEqual(['Café looms']);
    expect(second.body.nextCursor).toBeNull();
    for (const wrong of ['x', 'YWZ0ZXI6LTE', ''])
      expect((await find(`q=x&cursor=${wrong}`)).status).toBe(wrong === '' ? 400 : 400);
  });
});

test('of however many links, the newest thousand are looked at', async () => {
  const member = await realm.member(randomName('many'));
  const token = await member.token();
  const made = await make('The newest', {}, token);
  const { keys, redis } = portal;
  const key = keys.invites({ creator: member.id, status: 'any' });
  const hash = await redis.hgetall(keys.invite(made.id));
  const older = Array.from({ length: 1200 }, async (_, i) => {
    const id = i.toString(16).padStart(32, '0');
    const data = { ...JSON.parse(hash.data ?? '{}'), label: `Link ${i + 1}` };
    await redis.hset(keys.invite(id), { ...hash, data: JSON.stringify(data) });
    await redis.zadd(key, Date.now() - DAY_MS - i, id);
  });
  await Promise.all(older);
  const answer = { body: {} as InvitePage };
  const commands = await watchRedis(redis, portal.config.redis.prefix, async () => {
    Object.assign(answer, await find('q=link&limit=100', token));
  });
  expect(commands).toHaveLength(1002);
  expect(answer.body.searched).toEqual({ links: 1000, all: false });
  expect(answer.body.items).toHaveLength(100);
  expect(await labels('q=newest', token)).toEqual(['The newest']);
  expect(await labels('q=1200', token)).toEqual([]);
});
