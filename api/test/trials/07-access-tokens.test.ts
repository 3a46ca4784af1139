import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  createForger,
  now,
  otherThings,
  strangersJwk,
  wrongClaims,
  wrongHeaders,
  wrongSignatures,
} from '../support/forgeries.ts';
import { adminToken } from '../support/keycloak-by-hand.ts';
import { addressOf } from '../support/listen.ts';
import { startPortal } from '../support/portal.ts';
import { rawRequest } from '../support/raw-request.ts';
import { createRealm } from '../support/realm.ts';
import { addSigningKey } from '../support/signing-key.ts';

// Each key that is unknown waits for the next time that the realm may be asked for it, so all wait together.
vi.setConfig({ maxConcurrency: 50 });

const realm = await createRealm();
// It takes a sign-in that follows another at once for a wrong one now and then.
await realm.admin.put('', { bruteForceProtected: false });
const key = await addSigningKey(realm);
const portal = await startPortal({ realm });
const ada = await realm.member('ada');
const otherRealm = await createRealm();
const keyServer = await serveKeys();
const foreign = await fetchForeign();
/** A token of the realm's for Ada, signed with a key that we have, too. */
const real = await ada.token();
const forger = createForger({ realm, ada, key, real, keysAt: keyServer.url });
const { faulty, withClaims, withHeader } = forger;

afterAll(async () => {
  await keyServer.close();
  await portal.stop();
  await realm.remove();
  await otherRealm.remove();
});

/** Gives the stranger's public key to whoever asks, and counts. */
async function serveKeys() {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys: [strangersJwk()] }));
  });
  return { ...(await addressOf(server)), asked: () => asked };
}

/** What the realm's token endpoint gives beside the access token. */
async function tokensOf(
  client: string,
  form: Record<string, string>,
): Promise<Record<string, string>> {
  const response = await fetch(
    `${realm.keycloakUrl}/realms/${realm.name}/protocol/openid-connect/token`,
    {
      method: 'POST',
      body: new URLSearchParams({ client_id: client, ...form }),
    },
  );
  const body: unknown = await response.json();
  if (!response.ok) throw new Error(`No tokens for ${client}: ${JSON.stringify(body)}`);
  return { ...(typeof body === 'object' && body !== null ? body : {}) };
}

function byPassword(): Record<string, string> {
  const { username, password } = ada;
  return { grant_type: 'password', username, password, scope: 'openid' };
}

/** Tokens of the realms' own that aren't for the portal. */
async function fetchForeign(): Promise<Record<string, string | undefined>> {
  await realm.admin.create('/clients', {
    clientId: 'plain',
    publicClient: true,
    directAccessGrantsEnabled: true,
    defaultClientScopes: ['basic', 'profile', 'email'],
    optionalClientScopes: ['offline_access'],
  });
  const byScript = await tokensOf('script', byPassword());
  const offline = await tokensOf('plain', { ...byPassword(), scope: 'openid offline_access' });
  const service = { grant_type: 'client_credentials', client_secret: realm.clientSecret };
  return {
    'an ID token of the realm’s': byScript.id_token,
    'a refresh token of the realm’s': byScript.refresh_token,
    'an offline token of the realm’s': offline.refresh_token,
    'a token of a client without the audience': offline.access_token,
    'a token of the realm’s admin-cli': (await tokensOf('admin-cli', byPassword())).access_token,
    'the service account’s token': (await tokensOf('portal', service)).access_token,
    'a token of another realm’s, for its portal': await (await otherRealm.member('ada')).token(),
    'a token of the master realm’s administrator': await adminToken(),
  };
}

const problem = {
  status: 401,
  contentType: expect.stringMatching('application/problem\\+json'),
  body: { status: 401, code: 'not-signed-in', type: expect.stringMatching('/not-signed-in$') },
};

/** Whether the handler behind the guard runs: it would make an invite. */
function ask(authorization: readonly (readonly [string, string])[], query = '', method = 'POST') {
  const path = method === 'POST' ? '/invites' : '/me';
  const json = ['content-type', 'application/json'] as const;
  const sent = method === 'POST' ? [json, ...authorization] : authorization;
  return rawRequest(
    `${portal.url}/api/v1${path}${query}`,
    method,
    sent,
    method === 'POST' ? '{}' : '',
  );
}

const invites = () =>
  portal.redis.zcard(portal.keys.invites({ creator: undefined, status: 'any' }));

async function expectRefused(sent: Parameters<typeof ask>[0], query = ''): Promise<void> {
  const answers = await Promise.all([ask(sent, query), ask(sent, query, 'GET')]);
  expect(answers).toMatchObject([problem, problem]);
}

const bearer = (token: string) => [['authorization', `Bearer ${token}`]] as const;

describe('what the refusals below differ from', () => {
  test.for<[string, () => string]>([
    ['the realm’s own token', () => real],
    ['the same, signed by us with the realm’s key', () => faulty({})],
    ['with the audience among others', () => withClaims({ aud: ['account', 'portal'] })],
    ['with the typ of RFC 9068', () => withHeader({ typ: 'at+jwt' })],
    ['without a typ in its header', () => withHeader({ typ: undefined })],
    ['with an end some seconds ago, as clocks differ', () => withClaims({ exp: now() - 2 })],
    ['with 40 kB of claims', () => withClaims({ fill: 'x'.repeat(30_000) })],
  ])('%s is let in', async ([, token]) => {
    const before = await invites();
    expect((await ask(bearer(token()))).status).toBe(201);
    expect(await invites()).toBe(before + 1);
  });

  test('the scheme’s name is the same in any case (RFC 9110, section 11.1)', async () => {
    expect((await ask([['authorization', `bearer ${real}`]])).status).toBe(201);
    expect((await ask([['authorization', `BEARER ${real}`]])).status).toBe(201);
  });
});

const forgeries = {
  ...wrongSignatures(forger),
  ...wrongHeaders(forger),
  ...wrongClaims(forger),
  ...otherThings(forger),
};

describe('no handler runs for', () => {
  let invitesBefore: number;
  beforeAll(async () => {
    invitesBefore = await invites();
  });

  test.concurrent.for(Object.entries(forgeries))('%s', async ([, forge]) =>
    expectRefused(bearer(await forge())),
  );

  test.for(Object.entries(foreign))('%s', async ([, token = '']) => {
    expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    await expectRefused(bearer(token));
  });

  test.for<[string, () => readonly (readonly [string, string])[]]>([
    ['no token', () => []],
    ['an empty one', () => [['authorization', '']]],
    ['the scheme alone', () => [['authorization', 'Bearer']]],
    ['the scheme and a space', () => [['authorization', 'Bearer ']]],
    ['the token without its scheme', () => [['authorization', real]]],
    ['another scheme', () => [['authorization', `Token ${real}`]]],
    ['Basic', () => [['authorization', `Basic ${Buffer.from(`ada:${real}`).toString('base64')}`]]],
    ['DPoP', () => [['authorization', `DPoP ${real}`]]],
    ['two schemes', () => [['authorization', `Bearer Bearer ${real}`]]],
    ['two tokens', () => [['authorization', `Bearer ${real}, Bearer ${real}`]]],
    ['something after the token', () => [['authorization', `Bearer ${real} x`]]],
    ['a token in quotes', () => [['authorization', `Bearer "${real}"`]]],
    ['a token with padding', () => [['authorization', `Bearer ${real}==`]]],
    ['two headers, the first right', () => [...bearer(real), ...bearer('x')]],
    ['two headers, the second right', () => [...bearer('x'), ...bearer(real)]],
    ['two headers with the same token', () => [...bearer(real), ...bearer(real)]],
    [
      'a token in another header',
      () => [
        ['x-authorization', `Bearer ${real}`],
        ['x-access-token', real],
      ],
    ],
    ['a token for a proxy', () => [['proxy-authorization', `Bearer ${real}`]]],
    [
      'a token in a cookie',
      () => [['cookie', `access_token=${real}; Authorization=Bearer ${real}; token=${real}`]],
    ],
    [
      'a token forwarded by nobody',
      () => [
        ['x-forwarded-access-token', real],
        ['x-forwarded-user', 'ada'],
      ],
    ],
  ])('%s', ([, sent]) => expectRefused(sent()));

  test.for(['access_token', 'token', 'authorization', 'bearer', 'id_token'])(
    'a token in the query, as %s',
    async (name) => {
      await expectRefused([], `?${name}=${real}`);
      await expectRefused([], `?${name}=Bearer%20${real}`);
    },
  );

  test('a token in the body (RFC 6750, section 2.2)', async () => {
    const response = await fetch(`${portal.url}/api/v1/invites`, {
      method: 'POST',
      body: new URLSearchParams({ access_token: real }),
    });
    expect(response.status).toBe(401);
  });

  test('1 MB of token, which is too much for any header', async () => {
    const answer = await ask(bearer(withClaims({ fill: 'x'.repeat(1_000_000) })));
    expect(answer).toMatchObject({
      status: 431,
      contentType: 'application/problem+json',
      body: { status: 431, code: 'too-large' },
    });
  });

  test('any of these: nothing was made, and no stranger was asked for a key', async () => {
    expect(await invites()).toBe(invitesBefore);
    expect(keyServer.asked()).toBe(0);
  });
});
