import type { Keycloak } from './keycloak.ts';

/** Somebody to sign in as, for a first look. */
export interface DemoPerson {
  username: string;
  firstName: string;
  lastName: string;
  password: string;
  /** Paths of the groups that they are in. */
  groups: string[];
}

export interface Demo {
  realm: string;
  smtpPort: number;
  people: readonly DemoPerson[];
}

type Call = (method: string, path: string, body?: object) => Promise<unknown>;

/**
 * Gives a realm that is set up its demo people, and the mail catcher as its mail server. Who is there already stays as they are.
 *
 * @throws Error that says what Keycloak refused.
 */
export async function furnishDemo(keycloak: Keycloak, demo: Demo): Promise<void> {
  const call = await asAdministrator(keycloak, demo.realm);
  await call('PUT', '', {
    smtpServer: {
      host: keycloak.loopback,
      port: String(demo.smtpPort),
      from: 'portal@example.org',
      fromDisplayName: 'The portal',
    },
  });
  for (const person of demo.people) await addPerson(call, person);
}

async function addPerson(call: Call, person: DemoPerson): Promise<void> {
  const { username, firstName, lastName, password, groups } = person;
  const found = await call('GET', `/users?exact=true&username=${encodeURIComponent(username)}`);
  if (Array.isArray(found) && found.length > 0) return;
  await call('POST', '/users', {
    username,
    firstName,
    lastName,
    email: `${username}@example.org`,
    emailVerified: true,
    enabled: true,
    credentials: [{ type: 'password', value: password, temporary: false }],
    groups,
  });
}

async function asAdministrator(keycloak: Keycloak, realm: string): Promise<Call> {
  const signIn = await fetch(`${keycloak.url}/realms/master/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      client_id: 'admin-cli',
      username: keycloak.adminUsername,
      password: keycloak.adminPassword,
    }),
  });
  const answer: unknown = await signIn.json();
  if (typeof answer !== 'object' || answer === null || !('access_token' in answer))
    throw new Error(`Keycloak's administrator could not sign in (${signIn.status}).`);
  const authorization = `Bearer ${answer.access_token}`;
  const base = `${keycloak.url}/admin/realms/${encodeURIComponent(realm)}`;
  return async (method, path, body) => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`Keycloak refused ${method} ${path || '/'}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  };
}
