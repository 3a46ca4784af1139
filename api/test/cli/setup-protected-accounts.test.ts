import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminApi, createRealm, keycloakUrl } from '../support/keycloak-by-hand.ts';
import { createRuns, PASSWORD, PUBLIC_URL, person, variables } from './setup-runs.ts';

const { run, setup, newName, clear } = await createRuns();
afterAll(clear);

describe('accounts that administer the realm', () => {
  const realm = newName('protect');
  const keycloak = adminApi(realm);
  const isProtected = async (username: string) => {
    const [user] = await keycloak.list(`/users?username=${username}&exact=true`);
    const attributes: unknown = user?.attributes;
    return JSON.stringify(attributes ?? {}).includes('"portal.protected":["true"]');
  };

  beforeAll(async () => {
    await createRealm({ realm, enabled: true });
    const names = ['direct', 'staffer', 'sub', 'nested', 'plain', 'service-account-me', 'council'];
    const ids = new Map<string, string>();
    for (const name of names) ids.set(name, await keycloak.create('/users', person(name)));
    const join = (name: string, group: string) =>
      keycloak.put(`/users/${ids.get(name)}/groups/${group}`, {});

    await keycloak.grant(`/users/${ids.get('direct')}`, 'realm-admin');
    await keycloak.grant(`/users/${ids.get('service-account-me')}`, 'manage-users');
    const staff = await keycloak.create('/groups', { name: 'staff' });
    const sub = await keycloak.create(`/groups/${staff}/children`, { name: 'interns' });
    await keycloak.grant(`/groups/${staff}`, 'manage-users');
    await join('staffer', staff);
    await join('sub', sub);
    const council = await keycloak.create('/groups', { name: 'council' });
    await keycloak.grant(`/groups/${council}`, 'manage-realm');
    await join('council', council);

    // A role within a role of the realm, within another one.
    const { id } = await keycloak.client('realm-management');
    const manage = await keycloak.get(`/clients/${id}/roles/manage-clients`);
    await keycloak.create('/roles', { name: 'inner/role' });
    await keycloak.create('/roles', { name: 'outer' });
    const inner = await keycloak.get('/roles/inner%2Frole');
    const outer = await keycloak.get('/roles/outer');
    await keycloak.ask('POST', `/roles-by-id/${inner.id}/composites`, [manage]);
    await keycloak.ask('POST', `/roles-by-id/${outer.id}/composites`, [inner]);
    await keycloak.ask('POST', `/users/${ids.get('nested')}/role-mappings/realm`, [outer]);
    await keycloak.create('/clients', { clientId: 'robot', serviceAccountsEnabled: true });
    const robot = await keycloak.client('robot');
    const account = await keycloak.get(`/clients/${robot.id}/service-account-user`);
    await keycloak.grant(`/users/${account.id}`, 'realm-admin');
  });

  test('are found, by whatever way they came to it, and protected', async () => {
    const more = { PROTECTED_GROUPS: '/council' };
    const dry = await setup(realm, ['--dry-run'], more);
    expect(await isProtected('direct')).toBe(false);
    const { code, output } = await setup(realm, [], more);
    expect(code).toBe(0);
    for (const line of [
      'protect the account "direct", which has the role realm-admin',
      'protect the account "staffer", which is in /staff, which has the role manage-users',
      'protect the account "sub", which is in /staff/interns, which has the role manage-users',
      'protect the account "nested", which has the role outer',
      'protect the account "service-account-me", which has the role manage-users',
    ]) {
      expect(dry.output).toContain(`would ${line}`);
      expect(output).toContain(`done: ${line}`);
    }
    expect(output).toContain('The group /staff has the role manage-users');
    expect(output).not.toMatch(/"plain"|robot|"council"|\/council/);
    for (const name of ['direct', 'staffer', 'sub', 'nested', 'service-account-me'])
      expect(await isProtected(name)).toBe(true);
    for (const name of ['plain', 'council']) expect(await isProtected(name)).toBe(false);
  });

  test('lose nothing else by it', async () => {
    const [direct] = await keycloak.list('/users?username=direct&exact=true');
    expect(direct).toMatchObject({
      username: 'direct',
      email: 'direct@example.org',
      firstName: 'Ann',
      lastName: 'Lee',
      enabled: true,
      emailVerified: true,
    });
    const again = await setup(realm, [], { PROTECTED_GROUPS: '/council' });
    expect(again.output).toContain('Nothing to change.');
  });

  test('may be the ones who run it: in the realm itself, as a client with a service account', async () => {
    const robot = await keycloak.client('robot');
    const environment = {
      PUBLIC_URL,
      KEYCLOAK_URL: keycloakUrl,
      KEYCLOAK_REALM: realm,
      KEYCLOAK_ADMIN_CLIENT_ID: 'robot',
      KEYCLOAK_ADMIN_CLIENT_SECRET: String(robot.secret),
    };
    const { code, output } = await run(['setup', '--admin-realm', realm], environment);
    expect(output).not.toContain(String(robot.secret));
    expect({ code, output }).toMatchObject({ code: 0 });
  });

  test('are told in a sentence where they may not do what it takes', async () => {
    await keycloak.create('/users', person('viewer'));
    const [viewer] = await keycloak.list('/users?username=viewer&exact=true');
    await keycloak.grant(`/users/${viewer?.id}`, 'view-users');
    const { code, output } = await run(['setup', '--admin-realm', realm], {
      ...variables(realm),
      KEYCLOAK_ADMIN_USERNAME: 'viewer',
      KEYCLOAK_ADMIN_PASSWORD: PASSWORD,
    });
    expect(code).toBe(1);
    expect(output).toContain('The administrator may not read the realm');
    expect(output).toContain('realm-admin');
    expect(output).not.toContain(PASSWORD);
  });
});
