import { randomBytes } from 'node:crypto';
import { loadRealmConfig } from '../../src/config.ts';
import type { NewRealm } from '../../src/keycloak/realm-setup/realm.ts';
import { setUpRealm } from '../../src/keycloak/realm-setup/set-up-realm.ts';
import { adminApi, administrator, keycloakUrl, token } from './keycloak-by-hand.ts';

const PASSWORD = 'correct horse battery';
/** No server is there: links are only compared. */
const PUBLIC_URL = 'http://localhost:8000';

export interface RealmOptions {
  newRealm?: NewRealm;
  /** Groups to make, by path; top-level ones alone. */
  groups?: string[];
  environment?: Record<string, string>;
}

export interface TestMember {
  id: string;
  username: string;
  password: string;
  /** A fresh access token, as a script's client gets it. */
  token(): Promise<string>;
}

export type TestRealm = Awaited<ReturnType<typeof createRealm>>;

/** A realm set up as `portal setup` does it, with a client by which a test signs members in. */
export async function createRealm(options: RealmOptions = {}) {
  const name = `test-${randomBytes(5).toString('hex')}`;
  const environment = { KEYCLOAK_REALM: name, KEYCLOAK_URL: keycloakUrl, PUBLIC_URL };
  const { clientSecret = '', scopes } = await setUpRealm({
    adminUrl: keycloakUrl,
    admin: administrator,
    config: loadRealmConfig({ ...environment, ...options.environment }),
    newRealm: {
      smtpServer: {
        host: '127.0.0.1',
        port: process.env.TEST_SMTP_PORT ?? '',
        from: 'portal@example.org',
      },
      ...options.newRealm,
    },
  });
  const admin = adminApi(name);
  await admin.create('/clients', {
    clientId: 'script',
    publicClient: true,
    directAccessGrantsEnabled: true,
    standardFlowEnabled: false,
    defaultClientScopes: ['basic', 'profile', 'email', ...scopes],
  });
  for (const path of options.groups ?? []) await admin.create('/groups', { name: path.slice(1) });

  const signIn = (username: string, password: string) =>
    token(name, { grant_type: 'password', client_id: 'script', username, password });

  const groupId = async (path: string) =>
    String((await admin.get(`/group-by-path${encodeURI(path)}`)).id);

  return {
    name,
    admin,
    clientSecret,
    signIn,
    keycloakUrl,
    publicUrl: PUBLIC_URL,
    portalSecret: randomBytes(32).toString('base64url'),
    environment: options.environment ?? {},

    async member(username: string, more: Record<string, unknown> = {}): Promise<TestMember> {
      const id = await admin.create('/users', {
        username,
        email: `${username}@example.org`,
        emailVerified: true,
        firstName: username[0]?.toUpperCase() + username.slice(1),
        lastName: 'Lovelace',
        enabled: true,
        credentials: [{ type: 'password', value: PASSWORD }],
        ...more,
      });
      return { id, username, password: PASSWORD, token: () => signIn(username, PASSWORD) };
    },

    async join({ id }: Pick<TestMember, 'id'>, path: string): Promise<void> {
      await admin.put(`/users/${id}/groups/${await groupId(path)}`, {});
    },
    async leave({ id }: Pick<TestMember, 'id'>, path: string): Promise<void> {
      await admin.ask('DELETE', `/users/${id}/groups/${await groupId(path)}`);
    },
    groupId,
    /** Changes some fields of an account, as an administrator does it. */
    change: ({ id }: Pick<TestMember, 'id'>, fields: Record<string, unknown>) =>
      admin.put(`/users/${id}`, fields),

    /** Adds attributes to the realm's user profile. What users and administrators may do is said unless it is here. */
    async declare(...attributes: Record<string, unknown>[]): Promise<void> {
      const profile = await admin.get('/users/profile');
      const before = Array.isArray(profile.attributes) ? profile.attributes : [];
      const everyone = ['admin', 'user'];
      const added = attributes.map((attribute) => ({
        permissions: { view: everyone, edit: everyone },
        ...attribute,
      }));
      await admin.put('/users/profile', { ...profile, attributes: [...before, ...added] });
    },

    /** Those that the realm has, but for service accounts. */
    users: () => admin.list('/users?briefRepresentation=false&max=1000'),
    remove: () => admin.remove(),
  };
}
