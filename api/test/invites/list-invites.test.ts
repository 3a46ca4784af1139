import type { Invite, NewInvite, Page, Problem } from '@portal/shared';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { startPortal } from '../support/portal.ts';

const portal = await startPortal();
const { realm } = portal;
const [ada, bea, cleo] = await Promise.all(['ada', 'bea', 'cleo'].map((it) => realm.member(it)));
const [adas = '', beas = '', cleos = ''] = await Promise.all(
  [ada, bea, cleo].map(async (member) => member?.token()),
);
afterAll(() => portal.stop());

const make = async (token: string, wishes: NewInvite = {}) =>
  (await portal.api.post<Invite>('/invites', wishes, { token })).body;
const list = async (token: string, query = '') =>
  (await portal.api.get<Page<Invite>>(`/invites?${query}`, { token })).body;

/** All pages of a list, and how many there were. */
async function all(token: string, query: string) {
  const items: Invite[] = [];
  let cursor: string | null = '';
  let pages = 0;
  while (cursor !== null) {
    const page: Page<Invite> = await list(token, `${query}${cursor && `&cursor=${cursor}`}`);
    items.push(...page.items);
    cursor = page.nextCursor;
    pages++;
  }
  return { items, pages, ids: items.map(({ id }) => id) };
}

describe('whose links', () => {
  test('mine by default, newest first', async () => {
    const first = await make(adas, { label: 'first' });
    const second = await make(adas, { label: 'second' });
    await make(beas, { label: 'hers' });
    const { items, nextCursor } = await list(adas);
    expect(items).toEqual([second, first]);
    expect(nextCursor).toBeNull();
  });

  test('everybody’s, without the link itself and the address that it is for', async () => {
    await make(adas, { label: 'private', email: 'grace@example.org' });
    const { items } = await list(beas, 'scope=all');
    expect(new Set(items.map(({ createdBy }) => createdBy.name))).toEqual(
      new Set(['Ada Lovelace', 'Bea Lovelace']),
    );
    for (const { createdBy, url, email } of items) {
      const own = createdBy.id === bea?.id;
      expect({ url: url !== undefined, email: email !== undefined }).toEqual({
        url: own,
        email: own,
      });
    }
    expect(JSON.stringify(items)).not.toMatch('grace@example.org');
  });
});

describe('pages', () => {
  test('are whole, each link once and in order, also of those made in the same millisecond', async () => {
    const made = await Promise.all(Array.from({ length: 60 }, () => make(cleos)));
    expect(new Set(made.map(({ createdAt }) => createdAt)).size).toBeLessThan(60);
    for (const limit of [1, 7, 59, 60, 61]) {
      const { ids, items, pages } = await all(cleos, `limit=${limit}`);
      expect(new Set(ids)).toEqual(new Set(made.map(({ id }) => id)));
      expect(ids).toHaveLength(60);
      expect(pages).toBe(Math.floor(60 / limit) + 1);
      const times = items.map(({ createdAt }) => createdAt);
      expect(times).toEqual(times.toSorted().toReversed());
    }
  });

  test('go on where they were while links are made', async () => {
    const before = (await all(cleos, 'limit=100')).ids;
    const page = await list(cleos, 'limit=20');
    await make(cleos);
    const next = await list(cleos, `limit=20&cursor=${page.nextCursor}`);
    expect([...page.items, ...next.items].map(({ id }) => id)).toEqual(before.slice(0, 40));
  });

  test('go on where they were when the last one seen has moved to another list', async () => {
    const page = await list(cleos, 'status=open&limit=10');
    const last = page.items.at(-1)?.id;
    const rest = (await all(cleos, 'status=open&limit=100')).ids.slice(10);
    await portal.api.delete(`/invites/${last}`, { token: cleos });
    const next = await list(cleos, `status=open&limit=100&cursor=${page.nextCursor}`);
    expect(next.items.map(({ id }) => id)).toEqual(rest);
  });

  test.each([
    ['cursor=', 'cursor', 'malformed'],
    ['cursor=x', 'cursor', 'malformed'],
    [`cursor=${Buffer.from('1:2').toString('base64url')}`, 'cursor', 'malformed'],
    [`cursor=${'A'.repeat(201)}`, 'cursor', 'too-long'],
    ['limit=0', 'limit', 'too-small'],
    ['limit=101', 'limit', 'too-large'],
    ['limit=', 'limit', 'wrong-type'],
    ['limit=ten', 'limit', 'wrong-type'],
    ['limit=1.5', 'limit', 'wrong-type'],
    ['limit=1&limit=2', 'limit', 'wrong-type'],
    ['scope=yours', 'scope', 'not-an-option'],
    ['status=closed', 'status', 'not-an-option'],
    ['offset=5', 'offset', 'unknown-field'],
  ])('are not asked for by %s', async (query, field, code) => {
    const { status, body } = await portal.api.get<Problem>(`/invites?${query}`, { token: adas });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ field, code }]);
  });
});

describe('open and ended links', () => {
  const ids = async (status: string, scope = 'mine') =>
    (await all(beas, `scope=${scope}&status=${status}&limit=100`)).ids;

  test('are told apart, in my list and in everybody’s', async () => {
    const open = await make(beas);
    const ended = await make(beas);
    await portal.api.delete(`/invites/${ended.id}`, { token: beas });
    for (const scope of ['mine', 'all']) {
      expect(await ids('open', scope)).toContain(open.id);
      expect(await ids('open', scope)).not.toContain(ended.id);
      expect(await ids('ended', scope)).toContain(ended.id);
      expect(await ids('ended', scope)).not.toContain(open.id);
      expect(await ids('any', scope)).toEqual(expect.arrayContaining([open.id, ended.id]));
    }
  });

  test('change lists when a link is revoked, and when that is undone', async () => {
    const { id } = await make(beas);
    await portal.api.patch(`/invites/${id}`, { revoked: true }, { token: beas });
    expect(await ids('ended')).toContain(id);
    await portal.api.patch(`/invites/${id}`, { revoked: false }, { token: beas });
    expect(await ids('ended')).not.toContain(id);
    expect(await ids('open')).toContain(id);
  });

  test('change lists when a link’s time is over, and it can be given more', async () => {
    const { id } = await make(beas, { expiresAt: new Date(Date.now() + 700).toISOString() });
    expect(await ids('open')).toContain(id);
    await vi.waitFor(async () => expect(await ids('ended')).toContain(id), 5000);
    expect(await ids('open')).not.toContain(id);
    await portal.api.patch(`/invites/${id}`, { days: 1 }, { token: beas });
    expect(await ids('open')).toContain(id);
    expect(await ids('ended')).not.toContain(id);
  });
});

test('a link of which only the entry was written is left out, and later dropped', async () => {
  const id = 'f'.repeat(32);
  const key = portal.keys.invites({ creator: ada?.id, status: 'any' });
  await portal.redis.zadd(key, Date.now(), id);
  expect((await all(adas, 'limit=1')).ids).not.toContain(id);
  expect(await portal.redis.zscore(key, id)).not.toBeNull();
  await portal.redis.zadd(key, Date.now() - 61_000, id);
  expect((await all(adas, 'limit=100')).ids).not.toContain(id);
  expect(await portal.redis.zscore(key, id)).toBeNull();
});

test('lists are for members', async () => {
  const { status, body } = await portal.api.get('/invites');
  expect({ status, code: body.code }).toEqual({ status: 401, code: 'not-signed-in' });
});
