import type { InviteRegistration, Page, Problem } from '@portal/shared';
import { afterAll, describe, expect, test } from 'vitest';
import { startPortal } from '../support/portal.ts';
import { cookieOf, holderOf } from '../support/sign-up-cookie.ts';
import { type MadeInvite, makeInvite, signUpBody } from '../support/sign-ups.ts';

const portal = await startPortal();
const { api, realm } = portal;
const [ada, bea] = await Promise.all([realm.member('ada'), realm.member('bea')]);
const [token, beas] = await Promise.all([ada.token(), bea.token()]);
afterAll(() => portal.stop());

async function join(link: MadeInvite) {
  const body = signUpBody(link);
  const { user } = holderOf(cookieOf(await api.post('/registrations', body)));
  return { id: user, username: body.username ?? '', password: body.password };
}
const list = async ({ id }: MadeInvite, query = '', as = token) =>
  (await api.get<Page<InviteRegistration>>(`/invites/${id}/registrations?${query}`, { token: as }))
    .body;

describe('who joined by a link', () => {
  test('nobody, at first', async () => {
    expect(await list(await makeInvite(api, ada))).toEqual({ items: [], nextCursor: null });
  });

  test('those who did, the newest first, for every member to see', async () => {
    const link = await makeInvite(api, ada, { maxUses: null });
    const first = await join(link);
    const second = await join(link);
    const { items } = await list(link);
    expect(items.map(({ id }) => id)).toEqual([second.id, first.id]);
    expect(items[0]).toEqual({
      id: second.id,
      username: second.username,
      name: 'Grace Hopper',
      joinedAt: expect.stringMatching(/Z$/),
      state: 'waiting',
    });
    expect((await list(link, '', beas)).items).toEqual(items);
    expect(JSON.stringify(items)).not.toMatch('@');
  });

  test('page by page, each once', async () => {
    const link = await makeInvite(api, ada, { maxUses: null });
    const joined = await Promise.all(Array.from({ length: 5 }, () => join(link)));
    const pages = [await list(link, 'limit=2')];
    for (let last = pages[0]; last?.nextCursor; last = pages.at(-1))
      pages.push(await list(link, `limit=2&cursor=${last.nextCursor}`));
    expect(pages.map(({ items }) => items.length)).toEqual([2, 2, 1]);
    const ids = pages.flatMap(({ items }) => items.map(({ id }) => id));
    expect(ids.toSorted()).toEqual(joined.map(({ id }) => id).toSorted());
  });

  test('have joined once their address is verified', async () => {
    const link = await makeInvite(api, ada, { maxUses: 2 });
    const [verified, waiting] = [await join(link), await join(link)];
    await realm.change(verified, { emailVerified: true });
    const states = (await list(link)).items.map(({ id, state }) => [id, state]);
    expect(Object.fromEntries(states)).toEqual({
      [verified.id]: 'joined',
      [waiting.id]: 'waiting',
    });
  });

  test('have joined once they have signed in', async () => {
    const link = await makeInvite(api, ada);
    const person = await join(link);
    await api.get('/me', { token: await realm.signIn(person.username, person.password) });
    expect((await list(link)).items).toMatchObject([{ id: person.id, state: 'joined' }]);
  });

  test('stay on the list when their account is gone', async () => {
    const link = await makeInvite(api, ada);
    const person = await join(link);
    await realm.admin.ask('DELETE', `/users/${person.id}`);
    expect((await list(link)).items).toMatchObject([{ id: person.id, name: 'Grace Hopper' }]);
  });
});

describe('the list', () => {
  test('of a link that isn’t there is a 404', async () => {
    const { status, body } = await api.get(`/invites/${'0'.repeat(32)}/registrations`, { token });
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'not-found' });
  });

  test.each([
    ['cursor=x', 'cursor', 'malformed'],
    ['limit=0', 'limit', 'too-small'],
    ['limit=101', 'limit', 'too-large'],
    ['state=joined', 'state', 'unknown-field'],
  ])('isn’t asked for by %s', async (query, field, code) => {
    const { id } = await makeInvite(api, ada);
    const path = `/invites/${id}/registrations?${query}`;
    const { status, body } = await api.get<Problem>(path, { token });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ field, code }]);
  });

  test('is for members', async () => {
    const { id } = await makeInvite(api, ada);
    expect((await api.get(`/invites/${id}/registrations`)).status).toBe(401);
  });
});
