import { createHash, randomBytes } from 'node:crypto';

/** A Keycloak as an administrator and a browser see it, by HTTP alone: none of the code under test is in here. */

export const keycloakUrl = required('TEST_KEYCLOAK_URL');
export const administrator = {
  username: required('TEST_KEYCLOAK_ADMIN'),
  password: required('TEST_KEYCLOAK_PASSWORD'),
};

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: the tests' set-up starts Keycloak`);
  return value;
}

type Json = Record<string, unknown>;

interface Answer {
  status: number;
  body: unknown;
  /** Of what was created. */
  id: string;
}

/** @param form what the token endpoint is asked with; a grant type and what belongs to it. */
export async function token(realm: string, form: Record<string, string>): Promise<string> {
  const response = await fetch(`${realmUrl(realm)}/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  });
  const body: unknown = await response.json();
  if (typeof body !== 'object' || body === null || !('access_token' in body))
    throw new Error(`No token: ${JSON.stringify(body)}`);
  return String(body.access_token);
}

export function adminToken(): Promise<string> {
  return token('master', { grant_type: 'password', client_id: 'admin-cli', ...administrator });
}

/** The admin API of one realm, by default as the administrator. */
export function adminApi(realm: string, as: () => Promise<string> = adminToken) {
  const ask = async (method: string, path: string, json?: unknown): Promise<Answer> => {
    const response = await fetch(
      `${keycloakUrl}/admin/realms/${encodeURIComponent(realm)}${path}`,
      {
        method,
        headers: { authorization: `Bearer ${await as()}`, 'content-type': 'application/json' },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      },
    );
    const text = await response.text();
    return {
      status: response.status,
      body: text ? JSON.parse(text) : undefined,
      id: response.headers.get('location')?.split('/').pop() ?? '',
    };
  };
  const must = async (method: string, path: string, json?: unknown): Promise<Answer> => {
    const answer = await ask(method, path, json);
    if (answer.status >= 400)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  };
  const list = async (path: string): Promise<Json[]> => {
    const { body } = await must('GET', path);
    if (!Array.isArray(body)) throw new Error(`${path} is no list`);
    return body;
  };
  const client = async (clientId: string): Promise<Json> =>
    one(await list(`/clients?clientId=${encodeURIComponent(clientId)}`), clientId);
  const scope = async (name: string): Promise<Json> =>
    one(
      (await list('/client-scopes')).filter((it) => it.name === name),
      name,
    );

  return {
    ask,
    list,
    client,
    scope,
    async get(path: string): Promise<Json> {
      const { body } = await must('GET', path);
      return { ...(typeof body === 'object' ? body : {}) };
    },
    async create(path: string, json: Json): Promise<string> {
      return (await must('POST', path, json)).id;
    },
    async put(path: string, json: unknown): Promise<void> {
      await must('PUT', path, json);
    },
    remove: () => ask('DELETE', ''),
    /** @param holder the path of a user or a group. */
    async grant(holder: string, ...roles: string[]): Promise<void> {
      const { id } = await client('realm-management');
      const all = await list(`/clients/${id}/roles`);
      const some = all.filter(({ name }) => roles.includes(String(name)));
      await must('POST', `${holder}/role-mappings/clients/${id}`, some);
    },
    /** All that set-up could touch, without what comes in any order. */
    async snapshot(): Promise<unknown> {
      return sorted({
        realm: await this.get(''),
        clients: await list('/clients'),
        scopes: await list('/client-scopes'),
        profile: await this.get('/users/profile'),
        groups: await list('/groups?briefRepresentation=false'),
        users: await list('/users?briefRepresentation=false'),
      });
    },
  };
}

export function createRealm(json: Json): Promise<Answer> {
  return adminApi('').ask('POST', '', json);
}

/** Signs in as a browser does, by the authorization code flow. Gives where Keycloak sends the browser in the end. */
export async function signInByBrowser(
  realm: string,
  query: Record<string, string>,
  person: { username: string; password: string },
): Promise<URL> {
  const start = `${realmUrl(realm)}/protocol/openid-connect/auth?${new URLSearchParams(query)}`;
  const page = await fetch(start, { redirect: 'manual' });
  const away = page.headers.get('location');
  if (away) return new URL(away);
  const form = /action="([^"]+)"/.exec(await page.text())?.[1];
  if (!form) throw new Error(`Keycloak shows no form (${page.status})`);
  const cookie = page.headers.getSetCookie().map((it) => it.split(';')[0]);
  const answer = await fetch(form.replaceAll('&amp;', '&'), {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: cookie.join('; ') },
    body: new URLSearchParams(person),
  });
  return new URL(answer.headers.get('location') ?? 'about:blank');
}

/** A pair for PKCE (RFC 7636, section 4). */
export function pkce() {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

export function claims(accessToken: string): Json {
  const parsed: unknown = JSON.parse(
    Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString(),
  );
  return { ...(typeof parsed === 'object' ? parsed : {}) };
}

function realmUrl(realm: string): string {
  return `${keycloakUrl}/realms/${encodeURIComponent(realm)}`;
}

function one(list: readonly Json[], name: string): Json {
  const [only] = list;
  if (!only || list.length > 1) throw new Error(`${list.length} are called ${name}`);
  return only;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(sorted).sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
