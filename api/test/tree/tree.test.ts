import { randomUUID } from 'node:crypto';
import type { Page, SignUpCounts, TreePerson } from '@portal/shared';
import { afterAll, describe, expect, test } from 'vitest';
import { portal as command } from '../../src/cli/portal.ts';
import { createGateway } from '../../src/keycloak/gateway.ts';
import { createTreeStore } from '../../src/tree/tree-store.ts';
import { portalEnvironment, randomName, startPortal } from '../support/portal.ts';
import { makeInvite, signUpBody, tokenOf } from '../support/sign-ups.ts';

const portal = await startPortal();
const { api, realm, redis, keys } = portal;
const ada = await realm.member(randomName('ada'), { firstName: 'Ada', lastName: 'Lovelace' });
const token = await tokenOf(ada);
const store = createTreeStore(redis, keys);
afterAll(() => portal.stop());

const page = async (query = '') =>
  (await api.get<Page<TreePerson>>(`/tree${query}`, { token })).body;
const counts = async (query = '') =>
  (await api.get<SignUpCounts>(`/sign-ups${query}`, { token })).body;
const find = async (user: string) => (await page('?limit=500')).items.find(({ id }) => id === user);

async function accountOf(username = ''): Promise<Record<string, unknown> & { id: string }> {
  const [account] = await realm.admin.list(`/users?exact=true&username=${username}`);
  return { ...account, id: String(account?.id) };
}

async function repair(): Promise<void> {
  const variables = portalEnvironment(realm);
  const say = () => {};
  expect(await command(['repair'], { variables, print: say, complain: say })).toBe(0);
}

/** Somebody who signed up by a new link of Ada's. */
async function joined() {
  const body = signUpBody(await makeInvite(api, ada));
  expect((await api.post('/registrations', body)).status).toBe(201);
  return accountOf(body.username);
}

describe('who invited whom', () => {
  test('is told to members: names, and no address', async () => {
    const { id } = await joined();
    const { items, nextCursor } = await page();
    expect(nextCursor).toBeNull();
    expect(items).toEqual([
      {
        id,
        name: 'Grace Hopper',
        joinedAt: expect.stringMatching(/^\d{4}-/),
        invitedBy: { id: ada.id, name: 'Ada Lovelace' },
      },
    ]);
  });

  test('is for members', async () => {
    expect((await api.get('/tree')).status).toBe(401);
    expect((await api.get('/sign-ups')).status).toBe(401);
  });

  test('comes in pages that have everybody once', async () => {
    for (let i = 0; i < 3; i++) await joined();
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { items, nextCursor }: Page<TreePerson> = await page(
        `?limit=2${cursor && `&cursor=${cursor}`}`,
      );
      seen.push(...items.map(({ id }) => id));
      cursor = nextCursor;
    }
    expect(seen.length).toBe(await redis.zcard(keys.joined));
    expect(new Set(seen).size).toBe(seen.length);
    const times = (await page()).items.map(({ joinedAt }) => joinedAt);
    expect(times).toEqual(times.toSorted().reverse());
  });

  test.each(['/tree?limit=501', '/tree?cursor=x', '/tree?who=x', '/sign-ups?by=year'])(
    '%s is refused',
    async (path) => {
      expect((await api.get(path, { token })).status).toBe(400);
    },
  );

  test('a sign-up that is sent twice is one person, counted once', async () => {
    const before = await counts();
    const body = signUpBody(await makeInvite(api, ada));
    const headers = { 'idempotency-key': randomUUID() };
    for (let i = 0; i < 2; i++)
      expect((await api.post('/registrations', body, { headers })).status).toBe(201);
    const { id } = await accountOf(body.username);
    const first = await find(id);
    // As the reconciler does where a process died in between.
    await store.note(id, { name: 'Grace Hopper', inviter: ada.id, inviterName: 'Ada Lovelace' });
    expect(await find(id)).toEqual(first);
    expect((await counts()).total).toBe(before.total + 1);
  });

  test('a sign-up that is refused is nobody', async () => {
    const before = await counts();
    const { username } = await joined();
    const body = signUpBody(await makeInvite(api, ada), { username: String(username) });
    expect((await api.post('/registrations', body)).status).toBe(400);
    expect((await counts()).total).toBe(before.total + 1);
  });

  test('outlives the link', async () => {
    const link = await makeInvite(api, ada);
    const body = signUpBody(link);
    await api.post('/registrations', body);
    await redis.del(keys.invite(link.id));
    const { id } = await accountOf(body.username);
    expect(await find(id)).toMatchObject({ name: 'Grace Hopper' });
    expect(await redis.ttl(keys.joined)).toBe(-1);
  });
});

describe('sign-ups over time', () => {
  test('are counted in the period that they fell in', async () => {
    const edge = { name: 'Old', inviter: ada.id, inviterName: 'Ada' };
    const { total, periods } = await counts('?by=week&count=3');
    const [first, second, last] = periods.map(({ from }) => Date.parse(from));
    await store.note(randomUUID(), edge, first);
    await store.note(randomUUID(), edge, (second ?? 0) - 1);
    await store.note(randomUUID(), edge, second);
    await store.note(randomUUID(), edge, (first ?? 0) - 1);
    const after = await counts('?by=week&count=3');
    expect(after.total).toBe(total + 4);
    expect(after.periods.map(({ count }) => count)).toEqual(
      periods.map(({ count }, i) => count + ([2, 1, 0][i] ?? 0)),
    );
    expect(new Date(last ?? 0).getUTCDay()).toBe(1);
    expect((await counts('?by=month&count=60')).periods).toHaveLength(60);
  });
});

describe('portal repair', () => {
  test('writes the tree anew from Keycloak, as often as it is run', async () => {
    const { id } = await joined();
    const before = await find(id);
    await redis.del(keys.joined, keys.invitedBy);
    expect((await counts()).total).toBe(0);
    await repair();
    const after = await find(id);
    expect(after).toMatchObject({ name: before?.name, invitedBy: before?.invitedBy });
    const apart = Date.parse(after?.joinedAt ?? '') - Date.parse(before?.joinedAt ?? '');
    expect(Math.abs(apart)).toBeLessThan(60_000);
    const all = await page('?limit=500');
    await repair();
    expect(await page('?limit=500')).toEqual(all);
  });

  test('brings names up to date, and names nobody who is gone; who they invited stays theirs', async () => {
    const [gone, renamed] = [await joined(), await joined()];
    const guest = randomUUID();
    await store.note(guest, { name: 'Ida', inviter: gone.id, inviterName: 'Grace Hopper' }, 5);
    await realm.admin.put(`/users/${renamed.id}`, { ...renamed, lastName: 'Murray' });
    await createGateway(portal.config.keycloak).deleteAccount(gone.id);
    await redis.zadd(keys.joined, 'XX', Date.now() - 60_000, gone.id);
    await repair();
    expect(await find(renamed.id)).toMatchObject({ name: 'Grace Murray' });
    expect(await find(gone.id)).toMatchObject({ name: null, invitedBy: { id: ada.id } });
    expect(await find(guest)).toMatchObject({
      name: null,
      invitedBy: { id: gone.id, name: null },
    });
  });
});
