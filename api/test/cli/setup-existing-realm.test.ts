import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminApi, createRealm } from '../support/keycloak-by-hand.ts';
import { createRuns, PUBLIC_URL, pagesToken, person, SIGNED_IN } from './setup-runs.ts';

const { setup, newName, clear } = await createRuns();
afterAll(clear);

describe('on a realm that has users and settings of its own', () => {
  const realm = newName('old');
  const keycloak = adminApi(realm);
  const ownScope = {
    name: 'groups',
    protocol: 'openid-connect',
    protocolMappers: [
      {
        name: 'short names',
        protocol: 'openid-connect',
        protocolMapper: 'oidc-group-membership-mapper',
        config: { 'claim.name': 'groups', 'full.path': 'false', 'access.token.claim': 'true' },
      },
    ],
  };
  let users: unknown;

  beforeAll(async () => {
    await createRealm({ realm, enabled: true, displayName: 'Ours', registrationAllowed: true });
    const { attributes, groups } = await keycloak.get('/users/profile');
    const permissions = { view: ['admin', 'user'], edit: ['admin', 'user'] };
    await keycloak.put('/users/profile', {
      attributes: [
        ...(Array.isArray(attributes) ? attributes : []),
        { name: 'city', displayName: 'City', permissions, validations: { length: { max: 50 } } },
        // A member could make herself anybody's guest.
        { name: 'portal.invited-by', displayName: 'Guest of', permissions },
      ],
      groups,
    });
    await keycloak.create('/groups', { name: 'guests' });
    await keycloak.create(
      '/users',
      person('ann', { attributes: { city: ['Ulm'] }, groups: ['/guests'] }),
    );
    await keycloak.create('/users', person('ben', { enabled: false }));
    await keycloak.create('/client-scopes', ownScope);
    await keycloak.create('/clients', {
      clientId: 'portal-web',
      name: 'Made by hand',
      publicClient: true,
      directAccessGrantsEnabled: true,
      redirectUris: ['https://other.example/*'],
      webOrigins: ['https://other.example'],
      attributes: { login_theme: 'ours', 'post.logout.redirect.uris': 'https://other.example/' },
      defaultClientScopes: ['profile', 'roles'],
      optionalClientScopes: ['email', 'phone'],
    });
    await keycloak.create('/clients', {
      clientId: 'portal',
      publicClient: false,
      serviceAccountsEnabled: true,
      standardFlowEnabled: true,
      redirectUris: ['https://old-portal.example/*'],
    });
    const { id } = await keycloak.client('portal');
    const account = await keycloak.get(`/clients/${id}/service-account-user`);
    await keycloak.grant(`/users/${account.id}`, 'manage-users', 'view-events');
    users = await keycloak.list('/users?briefRepresentation=false');
  });

  test('a dry run changes nothing', async () => {
    const before = await keycloak.snapshot();
    expect((await setup(realm, ['--dry-run'])).output).toMatch(/\d changes to make/);
    expect(await keycloak.snapshot()).toEqual(before);
  });

  test('keeps what is there, adds what is missing, and says what it leaves to people', async () => {
    const realmBefore = await keycloak.get('');
    const { code, output } = await setup(realm, [], { INVITE_GROUPS: '/guests,/Guests' });
    expect(code).toBe(0);
    expect(await keycloak.get('')).toEqual(realmBefore);
    expect(await keycloak.list('/users?briefRepresentation=false')).toEqual(users);

    expect(await keycloak.client('portal-web')).toMatchObject({
      name: 'Made by hand',
      directAccessGrantsEnabled: false,
      redirectUris: expect.arrayContaining(['https://other.example/*', SIGNED_IN]),
      webOrigins: expect.arrayContaining(['https://other.example', 'http://localhost:8000']),
      attributes: {
        login_theme: 'ours',
        'pkce.code.challenge.method': 'S256',
        'post.logout.redirect.uris': `https://other.example/##${PUBLIC_URL}/`,
      },
      defaultClientScopes: expect.arrayContaining([
        'basic',
        'profile',
        'email',
        'roles',
        'portal-audience',
        'portal-groups',
      ]),
      optionalClientScopes: ['phone'],
    });
    expect(await keycloak.client('portal')).toMatchObject({
      standardFlowEnabled: true,
      redirectUris: ['https://old-portal.example/*'],
    });
    expect(await keycloak.scope('groups')).toMatchObject({
      protocolMappers: [{ name: 'short names', config: { 'full.path': 'false' } }],
    });
    expect(output).toContain('There is no group /Guests');
    expect(output).not.toContain('There is no group /guests,');
    expect(output).toMatch(/redirect URI https:\/\/other\.example\/\*/);
    expect(output).toMatch(/"portal" also allows the standard flow/);
    expect(output).toMatch(/more of realm-management than the portal needs: view-events/);
  });

  test('keeps the user profile, and shuts attributes of the portal that members could write', async () => {
    const { attributes } = await keycloak.get('/users/profile');
    expect(attributes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          name: 'city',
          validations: { length: { max: 50 } },
          permissions: { view: ['admin', 'user'], edit: ['admin', 'user'] },
        }),
        expect.objectContaining({
          name: 'portal.invited-by',
          displayName: 'Guest of',
          permissions: { view: ['admin'], edit: ['admin'] },
        }),
      ]),
    );
  });

  test('makes its tokens right', async () => {
    expect(await pagesToken(realm, 'ann')).toMatchObject({
      sub: expect.any(String),
      aud: expect.arrayContaining(['portal']),
      email: 'ann@example.org',
      groups: ['/guests'],
    });
  });

  test('changes nothing the second time', async () => {
    const before = await keycloak.snapshot();
    expect((await setup(realm)).output).toContain('Nothing to change.');
    expect(await keycloak.snapshot()).toEqual(before);
  });

  test('names what else writes the claim of the groups', async () => {
    const [{ id: client }, { id: scope }] = await Promise.all([
      keycloak.client('portal-web'),
      keycloak.scope('groups'),
    ]);
    const assignment = `/clients/${client}/default-client-scopes/${scope}`;
    await keycloak.put(assignment, {});
    const { output } = await setup(realm);
    expect(output).toContain('gets the claim "groups" from its client scope "groups", too');
    await keycloak.ask('DELETE', assignment);
  });

  test('makes an administrators’ group below another one, and names a path that two groups have', async () => {
    const nested = { KEYCLOAK_ADMINS_GROUP: '/guests/hosts' };
    expect((await setup(realm, [], nested)).output).toContain(
      'done: create the group /guests/hosts',
    );
    expect((await setup(realm, [], nested)).output).toContain('Nothing to change.');
    await keycloak.create('/groups', { name: 'guests/hosts' });
    expect((await setup(realm, [], nested)).output).toContain(
      'The path /guests/hosts names two groups',
    );
  });

  test('refuses clients of another kind, and leaves them alone', async () => {
    const before = await keycloak.snapshot();
    const swapped = { KEYCLOAK_CLIENT_ID: 'portal-web', KEYCLOAK_WEB_CLIENT_ID: 'pages' };
    expect(await setup(realm, [], swapped)).toMatchObject({
      code: 1,
      output: expect.stringContaining('name another one in KEYCLOAK_CLIENT_ID'),
    });
    const web = { KEYCLOAK_CLIENT_ID: 'keeper', KEYCLOAK_WEB_CLIENT_ID: 'portal' };
    expect(await setup(realm, [], web)).toMatchObject({
      code: 1,
      output: expect.stringContaining('name another one in KEYCLOAK_WEB_CLIENT_ID'),
    });
    expect(await keycloak.snapshot()).toEqual(before);
  });
});

test('gives back the built-in scopes to a realm that lost them by an import', async () => {
  const realm = newName('imported');
  const scope = { name: 'own', protocol: 'openid-connect' };
  await createRealm({ realm, enabled: true, clientScopes: [scope] });
  const keycloak = adminApi(realm);
  expect((await setup(realm)).code).toBe(0);
  await keycloak.create('/users', person('ann', { groups: ['/Administrators'] }));
  expect(await pagesToken(realm, 'ann')).toMatchObject({
    aud: 'portal',
    sub: expect.any(String),
    preferred_username: 'ann',
    given_name: 'Ann',
    email_verified: true,
    groups: ['/Administrators'],
  });
  expect((await setup(realm)).output).toContain('Nothing to change.');
});
