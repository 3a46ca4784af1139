import type ClientRepresentation from '@keycloak/keycloak-admin-client/lib/defs/clientRepresentation.js';
import type ClientScopeRepresentation from '@keycloak/keycloak-admin-client/lib/defs/clientScopeRepresentation.js';
import type { RealmConfig } from '../../config.ts';
import { type Change, type Findings, RealmSetupError } from './changes.ts';
import { type ScopeFindings, scopeId } from './client-scopes.ts';
import { findClient, type Realm } from './realm.ts';

type Existing = ClientRepresentation & { id: string };

/** Keycloak's lists within one attribute. */
const SEPARATOR = '##';
const PKCE = 'pkce.code.challenge.method';
const POST_LOGOUT = 'post.logout.redirect.uris';
const LIGHTWEIGHT = 'client.use.lightweight.access.token.enabled';

/** The public client of the pages: authorization code flow with PKCE, and nothing else. */
export async function planWebClient(
  realm: Realm,
  scopes: ScopeFindings,
  after: readonly Change[],
): Promise<Findings> {
  const { webClientId } = realm.config.keycloak;
  const existing = realm.existing && (await findClient(realm, webClientId));
  if (!existing) return { changes: [creation(realm, scopes, after)], warnings: [] };
  if (!existing.publicClient)
    throw new RealmSetupError(
      `The client "${webClientId}" is there already and has a secret, which pages in a browser can't keep: name another one in KEYCLOAK_WEB_CLIENT_ID.`,
    );
  return {
    changes: [
      ...settingChanges(realm, existing, after),
      ...scopeChanges(realm, existing, scopes, after),
    ],
    warnings: [
      ...redirectWarnings(existing, addresses(realm.config).redirectUri),
      ...claimWarnings(realm, existing, scopes),
    ],
  };
}

function creation(realm: Realm, scopes: ScopeFindings, after: readonly Change[]): Change {
  const { publicUrl, keycloak, community } = realm.config;
  const { redirectUri, origin, afterLogout } = addresses(realm.config);
  return {
    what: `create the public client "${keycloak.webClientId}" (PKCE with S256, redirect URI ${redirectUri})`,
    after,
    apply: () =>
      realm.admin.clients.create({
        clientId: keycloak.webClientId,
        name: community,
        protocol: 'openid-connect',
        enabled: true,
        publicClient: true,
        standardFlowEnabled: true,
        implicitFlowEnabled: false,
        directAccessGrantsEnabled: false,
        serviceAccountsEnabled: false,
        // The portal reads groups, not roles: tokens carry none, and open nothing else with them.
        fullScopeAllowed: false,
        baseUrl: `${publicUrl}/`,
        redirectUris: [redirectUri],
        webOrigins: [origin],
        attributes: { [PKCE]: 'S256', [POST_LOGOUT]: afterLogout },
        // Keycloak passes over the names that it doesn't know.
        defaultClientScopes: [...scopes.ofPages, 'acr', 'web-origins'],
        optionalClientScopes: [],
      }),
  };
}

/** Adds addresses and shuts other flows; whatever else the client's administrators set stays. */
function settingChanges(
  { admin, config }: Realm,
  client: Existing,
  after: readonly Change[],
): Change[] {
  const { redirectUri, origin, afterLogout } = addresses(config);
  const redirectUris = client.redirectUris ?? [];
  const webOrigins = client.webOrigins ?? [];
  const attributes: Record<string, string> = client.attributes ?? {};
  const logouts = attributes[POST_LOGOUT]?.split(SEPARATOR).filter(Boolean) ?? [];
  const isSet = (attribute: string) => attributes[attribute] === 'true';

  const differences: [boolean, string, ClientRepresentation][] = [
    [client.enabled === false, 'enable it', { enabled: true }],
    [!client.standardFlowEnabled, 'standard flow on', { standardFlowEnabled: true }],
    [client.implicitFlowEnabled === true, 'implicit flow off', { implicitFlowEnabled: false }],
    [
      client.directAccessGrantsEnabled === true,
      'direct access grants off',
      { directAccessGrantsEnabled: false },
    ],
    [attributes[PKCE] !== 'S256', 'require PKCE with S256', { attributes: { [PKCE]: 'S256' } }],
    [isSet(LIGHTWEIGHT), 'lightweight tokens off', { attributes: { [LIGHTWEIGHT]: 'false' } }],
    [
      !redirectUris.includes(redirectUri),
      `add the redirect URI ${redirectUri}`,
      { redirectUris: [...redirectUris, redirectUri] },
    ],
    [
      !webOrigins.some((it) => it === origin || it === '+' || it === '*'),
      `add the web origin ${origin}`,
      { webOrigins: [...webOrigins, origin] },
    ],
    [
      !logouts.includes(afterLogout),
      `add the post-logout redirect URI ${afterLogout}`,
      { attributes: { [POST_LOGOUT]: [...logouts, afterLogout].join(SEPARATOR) } },
    ],
  ];
  const needed = differences.filter(([differs]) => differs);
  if (needed.length === 0) return [];

  // A client takes single fields and single attributes, and leaves all others alone.
  const update: ClientRepresentation = {};
  const changed: Record<string, string> = {};
  for (const [, , { attributes: some, ...fields }] of needed) {
    Object.assign(update, fields);
    Object.assign(changed, some);
  }
  return [
    {
      what: `change the client "${client.clientId}": ${needed.map(([, words]) => words).join(', ')}`,
      after,
      apply: () => admin.clients.update({ id: client.id }, { ...update, attributes: changed }),
    },
  ];
}

function scopeChanges(
  realm: Realm,
  client: Existing,
  scopes: ScopeFindings,
  after: readonly Change[],
): Change[] {
  const { clients } = realm.admin;
  const optional = client.optionalClientScopes ?? [];
  return scopes.ofPages
    .filter((name) => !client.defaultClientScopes?.includes(name))
    .map((name) => ({
      what: `make "${name}" a default scope of the client "${client.clientId}"`,
      after,
      async apply() {
        const assignment = { id: client.id, clientScopeId: await scopeId(realm, name) };
        // Keycloak answers 204 and does nothing where the scope is an optional one of the client's.
        if (optional.includes(name)) await clients.delOptionalClientScope(assignment);
        await clients.addDefaultClientScope(assignment);
      },
    }));
}

/** Others may need them, so they stay; but a sign-in can end there, and an address that lapsed may be somebody else's. */
function redirectWarnings({ clientId, redirectUris = [] }: Existing, own: string): string[] {
  return redirectUris
    .filter((uri) => uri !== own)
    .map((uri) =>
      uri.includes('*')
        ? `The client "${clientId}" also allows the redirect URI ${uri}: with a * in it, a sign-in can end on pages that are not the portal's.`
        : `The client "${clientId}" also allows the redirect URI ${uri}: remove it if nothing uses it any more.`,
    );
}

/** Two mappers that write one claim overwrite each other, and with short names a group takes another one's rights. */
function claimWarnings({ config }: Realm, client: Existing, scopes: ScopeFindings): string[] {
  const { groupsClaim } = config.keycloak;
  const writes = ({ protocolMappers = [] }: ClientScopeRepresentation | Existing) =>
    protocolMappers.some((mapper) => mapper.config?.['claim.name'] === groupsClaim);
  const others = scopes.existing.filter(
    (scope) =>
      scope.name !== undefined &&
      client.defaultClientScopes?.includes(scope.name) &&
      !scopes.ofPortal.includes(scope.name) &&
      writes(scope),
  );
  const sources = [
    ...others.map(({ name }) => `its client scope "${name}"`),
    ...(writes(client) ? ['a mapper of its own'] : []),
  ];
  return sources.map(
    (source) =>
      `The client "${client.clientId}" gets the claim "${groupsClaim}" from ${source}, too: take that away, or name another claim in KEYCLOAK_GROUPS_KEY.`,
  );
}

function addresses({ publicUrl }: RealmConfig) {
  return {
    redirectUri: `${publicUrl}/signed-in`,
    origin: new URL(publicUrl).origin,
    afterLogout: `${publicUrl}/`,
  };
}
