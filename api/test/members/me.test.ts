import type { Me, Problem } from '@portal/shared';
import { afterAll, describe, expect, test } from 'vitest';
import { token as tokenOf } from '../support/keycloak-by-hand.ts';
import { type Portal, startPortal } from '../support/portal.ts';
import type { TestMember } from '../support/realm.ts';

const portal = await startPortal({
  groups: ['/looms', '/guests', '/guests/Administrators'],
  environment: { INVITE_GROUPS: '/looms' },
});
const { realm } = portal;
await realm.admin.create(`/groups/${await realm.groupId('/guests')}/children`, {
  name: 'Administrators',
});
const member = (username: string, ...groups: string[]) => realm.member(username, { groups });
const [ada, bea, cleo] = await Promise.all([
  member('ada', '/Administrators', '/looms'),
  member('bea', '/looms'),
  member('cleo', '/guests/Administrators'),
]);
const adminsOnly = await startPortal({
  realm,
  environment: { FEATURE_FLAG_ADMINS_ONLY: 'True' },
});
afterAll(async () => {
  await adminsOnly.stop();
  await portal.stop();
});

const me = (token?: string, through: Portal = portal) =>
  through.api.get<Me & Omit<Problem, 'status'>>('/me', { token });

/** A client whose tokens say in their own way what groups somebody is in. */
async function client(clientId: string, ...protocolMappers: object[]) {
  await realm.admin.create('/clients', {
    clientId,
    publicClient: true,
    directAccessGrantsEnabled: true,
    defaultClientScopes: ['basic', 'profile', 'email', 'portal-audience'],
    protocolMappers,
  });
  return ({ username, password }: TestMember) =>
    tokenOf(realm.name, { grant_type: 'password', client_id: clientId, username, password });
}
const mapper = (protocolMapper: string, config: Record<string, string>) => ({
  name: 'groups',
  protocol: 'openid-connect',
  protocolMapper,
  config: { 'claim.name': 'groups', 'access.token.claim': 'true', ...config },
});
const membership = (fullPath: boolean) =>
  mapper('oidc-group-membership-mapper', { 'full.path': String(fullPath) });
const claim = (value: string, type: 'String' | 'JSON') =>
  mapper('oidc-hardcoded-claim-mapper', { 'claim.value': value, 'jsonType.label': type });

describe('who I am', () => {
  test('and what I may do', async () => {
    const { status, body } = await me(await ada.token());
    expect(status).toBe(200);
    expect(body).toEqual({
      id: ada.id,
      username: 'ada',
      name: 'Ada Lovelace',
      email: 'ada@example.org',
      groups: expect.arrayContaining(['/Administrators', '/looms']),
      administrator: true,
      may: { invite: true, inviteInto: ['/looms'] },
    });
  });

  test('is in no group where the realm says so by saying nothing', async () => {
    const dora = await member('dora');
    expect((await me(await dora.token())).body).toMatchObject({
      groups: [],
      administrator: false,
      may: { invite: true, inviteInto: [] },
    });
  });

  test('can be a script, by its service account', async () => {
    await realm.admin.create('/clients', {
      clientId: 'bot',
      secret: 'bot-secret',
      serviceAccountsEnabled: true,
      standardFlowEnabled: false,
      defaultClientScopes: ['basic', 'profile', 'portal-audience', 'groups'],
    });
    const token = await tokenOf(realm.name, {
      grant_type: 'client_credentials',
      client_id: 'bot',
      client_secret: 'bot-secret',
    });
    const { status, body } = await me(token);
    expect(status).toBe(200);
    expect(body).toMatchObject({ username: 'service-account-bot', administrator: false });
  });
});

describe('nobody', () => {
  async function expectNobody(token?: string, through?: Portal) {
    const { status, headers, body } = await me(token, through);
    expect({ status, code: body.code }).toEqual({ status: 401, code: 'not-signed-in' });
    expect(headers.get('www-authenticate')).toBe('Bearer');
    expect(headers.get('content-type')).toMatch('application/problem+json');
  }

  test('is who has no token, or none of ours', async () => {
    await expectNobody();
    await expectNobody('x.y.z');
  });

  test.each([
    ['the audience', ['basic', 'profile', 'email', 'groups']],
    ['a subject', ['profile', 'email', 'groups', 'portal-audience']],
  ])('is who comes by a client whose tokens lack %s', async (what, defaultClientScopes) => {
    const clientId = `without ${what}`;
    await realm.admin.create('/clients', {
      ...{ clientId, publicClient: true, directAccessGrantsEnabled: true, defaultClientScopes },
    });
    const { username, password } = ada;
    const form = { grant_type: 'password', client_id: clientId, username, password };
    await expectNobody(await tokenOf(realm.name, form));
  });

  test('is who was disabled, whatever their token says', async () => {
    const eve = await member('eve');
    const token = await eve.token();
    await realm.change(eve, { enabled: false });
    const fresh = await startPortal({ realm });
    await expectNobody(token, fresh);
    await fresh.stop();
  });

  test('is whose account is gone', async () => {
    const fay = await member('fay');
    const token = await fay.token();
    await realm.admin.ask('DELETE', `/users/${fay.id}`);
    const fresh = await startPortal({ realm });
    await expectNobody(token, fresh);
    await fresh.stop();
  });
});

describe('where administrators alone are members', () => {
  async function expectOutside(token: string) {
    const { status, body } = await me(token, adminsOnly);
    expect({ status, code: body.code, params: body.params }).toEqual({
      status: 403,
      code: 'not-a-member',
      params: { group: '/Administrators' },
    });
  }

  test('they are in, and nobody else is', async () => {
    expect((await me(await ada.token(), adminsOnly)).status).toBe(200);
    await expectOutside(await bea.token());
    await expectOutside(await cleo.token());
    const { status } = await adminsOnly.api.get('/invites', { token: await bea.token() });
    expect(status).toBe(403);
  });

  test('the pages know it, and need no sign-in for that', async () => {
    const { body } = await adminsOnly.api.get('/config');
    expect(body.features).toMatchObject({ adminsOnly: true });
  });

  test('a claim of short names will do, where Keycloak agrees', async () => {
    const short = await client('short', membership(false));
    expect((await me(await short(ada), adminsOnly)).status).toBe(200);
    await expectOutside(await short(bea));
    // Her group is called Administrators, too.
    await expectOutside(await short(cleo));
  });

  test('one text is a list of one', async () => {
    const one = await client('one', claim('/Administrators', 'String'));
    expect((await me(await one(ada), adminsOnly)).status).toBe(200);
    await expectOutside(await one(bea));
  });

  test.each([
    ['[]', 'JSON'],
    ['[5, null, {"a": "/Administrators"}]', 'JSON'],
    ['{"/Administrators": true}', 'JSON'],
    ['7', 'JSON'],
    ['/administrators', 'String'],
    ['/Administrators/', 'String'],
    ['/Administrators,/looms', 'String'],
  ] as const)('a claim of %s lets nobody in', async (value, type) => {
    const odd = await client(`claim ${value}`, claim(value, type));
    await expectOutside(await odd(ada));
  });

  test('a token without the claim lets nobody in', async () => {
    const bare = await client('bare');
    await expectOutside(await bare(ada));
  });

  test('the claim may have another name', async () => {
    const other = await client('other', {
      ...membership(true),
      config: { ...membership(true).config, 'claim.name': 'memberships' },
    });
    await expectOutside(await other(ada));
    const renamed = await startPortal({
      realm,
      environment: { FEATURE_FLAG_ADMINS_ONLY: 'true', KEYCLOAK_GROUPS_KEY: 'memberships' },
    });
    expect((await me(await other(ada), renamed)).status).toBe(200);
    await renamed.stop();
  });

  test('who has left the group is out, whatever their token says', async () => {
    const gia = await member('gia', '/Administrators');
    const token = await gia.token();
    await realm.leave(gia, '/Administrators');
    const fresh = await startPortal({ realm, environment: { FEATURE_FLAG_ADMINS_ONLY: 'true' } });
    expect((await me(token, fresh)).status).toBe(403);
    await fresh.stop();
  });

  test('a group within another is another than one with a slash in its name', async () => {
    const hal = await realm.member('hal');
    const groups = await realm.admin.list('/groups');
    const slashed = groups.find(({ name }) => name === 'guests/Administrators');
    await realm.admin.put(`/users/${hal.id}/groups/${slashed?.id}`, {});
    const guests = await startPortal({
      realm,
      environment: {
        FEATURE_FLAG_ADMINS_ONLY: 'true',
        KEYCLOAK_ADMINS_GROUP: '/guests/Administrators',
      },
    });
    expect((await me(await cleo.token(), guests)).status).toBe(200);
    expect((await me(await hal.token(), guests)).status).toBe(403);
    await guests.stop();
  });
});
