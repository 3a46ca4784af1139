import type { Invite, InviteLookup, Problem } from '@portal/shared';
import { afterAll, describe, expect, test } from 'vitest';
import { type Portal, startPortal } from '../support/portal.ts';
import { accountsOf, makeInvite, signUpBody } from '../support/sign-ups.ts';

const portal = await startPortal({
  groups: ['/looms', '/dyers', '/board'],
  environment: { INVITE_GROUPS: '/looms,/looms/nights,/dyers,/nowhere' },
});
const { api, realm } = portal;
afterAll(() => portal.stop());
await realm.admin.create(`/groups/${await realm.groupId('/looms')}/children`, { name: 'nights' });

const member = (username: string, ...groups: string[]) => realm.member(username, { groups });
const ada = await member('ada', '/looms', '/looms/nights', '/board');
const token = await ada.token();

/** What a process says that has just been started: it remembers nobody, so it asks Keycloak. */
async function afresh<T>(ask: (fresh: Portal) => Promise<T>, environment = {}): Promise<T> {
  const fresh = await startPortal({ realm, environment });
  return ask(fresh).finally(() => fresh.stop());
}
const lookUp = (link: { token: string }, environment?: Record<string, string>) =>
  afresh(
    (fresh) => fresh.api.post<InviteLookup & Problem>('/invites/lookup', { token: link.token }),
    environment,
  );

describe('a link gives groups', () => {
  test('that the portal may give and its maker is in', async () => {
    const wishes = { groups: ['/looms', '/looms/nights', '/looms'] };
    const { status, body } = await api.post<Invite>('/invites', wishes, { token });
    expect(status).toBe(201);
    expect(body.groups).toEqual(['/looms', '/looms/nights']);
    expect((await api.get('/me', { token })).body.may).toEqual({
      invite: true,
      inviteInto: ['/looms', '/looms/nights'],
    });
  });

  test('and those who join by it are in them', async () => {
    const link = await makeInvite(api, ada, { groups: ['/looms/nights'] });
    expect((await api.post('/registrations', signUpBody(link))).status).toBe(201);
    const [account] = await accountsOf(realm, link);
    const groups = await realm.admin.list(`/users/${account?.id}/groups`);
    expect(groups.map(({ path }) => path)).toEqual(['/looms/nights']);
  });

  test.each([
    ['its maker isn’t in', '/dyers'],
    ['the portal may not give', '/board'],
    ['are nowhere', '/nowhere'],
    ['have another case', '/Looms'],
    ['lack their slash', 'looms'],
    ['have one too many', '/looms/'],
    ['are named by half', '/looms/night'],
    ['are patterns', '/*'],
    ['are the administrators’', '/Administrators'],
    ['are nothing', ''],
  ])('but none that %s', async (_what, group) => {
    const wishes = { groups: ['/looms', group] };
    const made = await api.post<Problem>('/invites', wishes, { token });
    expect(made.status).toBe(400);
    expect(made.body.errors).toEqual([{ field: 'groups', code: 'group-not-yours' }]);

    const { id } = await makeInvite(api, ada);
    const changed = await api.patch<Problem>(`/invites/${id}`, wishes, { token });
    expect(changed.body.errors).toEqual([{ field: 'groups', code: 'group-not-yours' }]);
  });

  test('none by default', async () => {
    const none = { INVITE_GROUPS: '' };
    const { body } = await afresh(
      (fresh) => fresh.api.post<Problem>('/invites', { groups: ['/looms'] }, { token }),
      none,
    );
    expect(body.errors).toEqual([{ field: 'groups', code: 'group-not-yours' }]);
  });
});

describe('a link is paused, and spends nothing', () => {
  async function expectPaused(link: { id: string; token: string }, inviter: string) {
    await afresh(async (fresh) => {
      const lookedUp = await fresh.api.post<Problem>('/invites/lookup', { token: link.token });
      expect(lookedUp.body).toMatchObject({
        ...{ status: 410, code: 'invite-paused' },
        params: { inviter, maxUses: 1 },
      });
      const signedUp = await fresh.api.post<Problem>('/registrations', signUpBody(link));
      expect(signedUp.body).toMatchObject({ status: 410, code: 'invite-paused' });
    });
    expect(await accountsOf(realm, link)).toEqual([]);
    expect((await api.get(`/invites/${link.id}`, { token })).body.uses).toBe(0);
  }

  test('while its maker is out of a group that it gives', async () => {
    const bea = await member('bea', '/looms');
    const link = await makeInvite(api, bea, { groups: ['/looms'] });
    expect((await lookUp(link)).status).toBe(200);

    await realm.leave(bea, '/looms');
    await expectPaused(link, 'Bea Lovelace');
    const seen = await afresh(async (fresh) =>
      fresh.api.get<Invite>(`/invites/${link.id}`, { token: await bea.token() }),
    );
    expect(seen.body.status).toBe('paused');

    await realm.join(bea, '/looms');
    expect((await lookUp(link)).status).toBe(200);
  });

  test('while its maker is disabled', async () => {
    const cleo = await member('cleo');
    const link = await makeInvite(api, cleo);
    await realm.change(cleo, { enabled: false });
    await expectPaused(link, 'Cleo Lovelace');
    await realm.change(cleo, { enabled: true });
    expect((await lookUp(link)).status).toBe(200);
  });

  test('once its maker is gone, also where somebody else has the name since', async () => {
    const dora = await member('dora');
    const link = await makeInvite(api, dora);
    await realm.admin.ask('DELETE', `/users/${dora.id}`);
    await expectPaused(link, 'Dora Lovelace');
    const namesake = await member('dora');
    await expectPaused(link, 'Dora Lovelace');
    const theirs = await api.get('/invites', { token: await namesake.token() });
    expect(theirs.body.items).toEqual([]);
  });

  test('where another group has taken the path', async () => {
    const eve = await member('eve', '/dyers');
    const link = await makeInvite(api, eve, { groups: ['/dyers'] });
    await realm.admin.ask('DELETE', `/groups/${await realm.groupId('/dyers')}`);
    await realm.admin.create('/groups', { name: 'dyers' });
    await realm.join(eve, '/dyers');
    await expectPaused(link, 'Eve Lovelace');
  });

  test('once the portal may no longer give what it gives', async () => {
    const link = await makeInvite(api, ada, { groups: ['/looms'] });
    const { body } = await lookUp(link, { INVITE_GROUPS: '/looms/nights' });
    expect(body.code).toBe('invite-paused');
    expect((await lookUp(link)).status).toBe(200);
  });
});
