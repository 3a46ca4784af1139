import type RoleRepresentation from '@keycloak/keycloak-admin-client/lib/defs/roleRepresentation.js';
import type { RoleMappingPayload } from '@keycloak/keycloak-admin-client/lib/defs/roleRepresentation.js';
import { type Change, type Findings, RealmSetupError } from './changes.ts';
import { findClient, REALM_MANAGEMENT, type Realm, theClient } from './realm.ts';

/** All that the portal's service account may do. */
const ROLES = ['manage-users', 'view-users'];
/** What Keycloak makes of these: `view-users` holds the two queries. */
const EXPECTED = new Set([...ROLES, 'query-users', 'query-groups']);

export interface ServiceClientFindings extends Findings {
  /** The client's secret as it is now; undefined where it isn't there yet. */
  secret: string | undefined;
}

/** The confidential client: a service account that keeps users, with no way to sign in by a browser. */
export async function planServiceClient(
  realm: Realm,
  after: readonly Change[],
): Promise<ServiceClientFindings> {
  const { clientId } = realm.config.keycloak;
  const existing = realm.existing && (await findClient(realm, clientId));
  if (!existing) return { changes: creation(realm, after), warnings: [], secret: undefined };
  if (existing.publicClient)
    throw new RealmSetupError(
      `The client "${clientId}" is there already and has no secret (it is a public one): name another one in KEYCLOAK_CLIENT_ID.`,
    );
  if (existing.clientAuthenticatorType !== 'client-secret')
    throw new RealmSetupError(
      `The client "${clientId}" signs in by ${existing.clientAuthenticatorType}, and the portal by a client secret: name another one in KEYCLOAK_CLIENT_ID.`,
    );

  const changes: Change[] = [];
  if (existing.enabled === false || !existing.serviceAccountsEnabled)
    changes.push({
      what: `enable the client "${clientId}" and its service account`,
      after,
      apply: () =>
        realm.admin.clients.update(
          { id: existing.id },
          { enabled: true, serviceAccountsEnabled: true },
        ),
    });
  const held = existing.serviceAccountsEnabled ? await heldRoles(realm, existing.id) : [];
  const inScope = existing.fullScopeAllowed ? ROLES : await rolesInScope(realm, existing.id);
  const missing = ROLES.filter((role) => !held.includes(role));
  const outOfScope = ROLES.filter((role) => !inScope.includes(role));
  if (missing.length > 0) changes.push(grant(realm, missing, [...after, ...changes]));
  if (outOfScope.length > 0) changes.push(widenScope(realm, outOfScope, [...after, ...changes]));

  const flows = [
    existing.standardFlowEnabled && 'the standard flow',
    existing.implicitFlowEnabled && 'the implicit flow',
    existing.directAccessGrantsEnabled && 'direct access grants',
  ].filter((flow) => typeof flow === 'string');
  return { changes, warnings: warnings(clientId, flows, held), secret: existing.secret };
}

/** @throws RealmSetupError */
export async function readSecret(realm: Realm): Promise<string> {
  const { clientId } = realm.config.keycloak;
  const { secret } = await theClient(realm, clientId);
  if (!secret) throw new RealmSetupError(`The client "${clientId}" has no secret.`);
  return secret;
}

function creation(realm: Realm, after: readonly Change[]): Change[] {
  const { clientId } = realm.config.keycloak;
  const client: Change = {
    what: `create the confidential client "${clientId}" (a service account, no sign-in by browser)`,
    after,
    apply: () =>
      realm.admin.clients.create({
        clientId,
        name: `${realm.config.community} (service account)`,
        protocol: 'openid-connect',
        enabled: true,
        publicClient: false,
        clientAuthenticatorType: 'client-secret',
        serviceAccountsEnabled: true,
        standardFlowEnabled: false,
        implicitFlowEnabled: false,
        directAccessGrantsEnabled: false,
        // Its tokens are good for the two roles alone, even where the account comes by more (by a group, for one).
        fullScopeAllowed: false,
        defaultClientScopes: ['basic', 'roles'],
        optionalClientScopes: [],
      }),
  };
  return [client, grant(realm, ROLES, [client]), widenScope(realm, ROLES, [client])];
}

function grant(realm: Realm, roles: readonly string[], after: readonly Change[]): Change {
  const { clientId } = realm.config.keycloak;
  return {
    what: `give the service account of "${clientId}" ${named(roles)} of ${REALM_MANAGEMENT}`,
    after,
    async apply() {
      const [account, management] = await Promise.all([
        serviceAccount(realm, clientId),
        managementRoles(realm, roles),
      ]);
      await realm.admin.users.addClientRoleMappings({
        id: account,
        clientUniqueId: management.client,
        roles: management.roles,
      });
    },
  };
}

function widenScope(realm: Realm, roles: readonly string[], after: readonly Change[]): Change {
  const { clientId } = realm.config.keycloak;
  return {
    what: `let tokens of "${clientId}" carry ${named(roles)} of ${REALM_MANAGEMENT}`,
    after,
    async apply() {
      const [{ id }, management] = await Promise.all([
        theClient(realm, clientId),
        managementRoles(realm, roles),
      ]);
      await realm.admin.clients.addClientScopeMappings(
        { id, client: management.client },
        management.roles,
      );
    },
  };
}

async function serviceAccount(realm: Realm, clientId: string): Promise<string> {
  const { id } = await theClient(realm, clientId);
  const account = await realm.admin.clients.getServiceAccountUser({ id });
  if (!account.id) throw new RealmSetupError(`The client "${clientId}" has no service account.`);
  return account.id;
}

async function managementRoles(realm: Realm, names: readonly string[]) {
  const { id: client } = await theClient(realm, REALM_MANAGEMENT);
  const roles = (await realm.admin.clients.listRoles({ id: client })).filter(
    (role): role is RoleMappingPayload =>
      role.id !== undefined && role.name !== undefined && names.includes(role.name),
  );
  return { client, roles };
}

/** The roles of `realm-management` that the account comes to, groups and roles within roles included. */
async function heldRoles(realm: Realm, client: string): Promise<string[]> {
  const [{ id }, management] = await Promise.all([
    realm.admin.clients.getServiceAccountUser({ id: client }),
    theClient(realm, REALM_MANAGEMENT),
  ]);
  if (!id) return [];
  return names(
    await realm.admin.users.listCompositeClientRoleMappings({
      id,
      clientUniqueId: management.id,
    }),
  );
}

async function rolesInScope(realm: Realm, id: string): Promise<string[]> {
  const { id: client } = await theClient(realm, REALM_MANAGEMENT);
  return names(await realm.admin.clients.listCompositeClientScopeMappings({ id, client }));
}

function warnings(clientId: string, flows: readonly string[], held: readonly string[]): string[] {
  const more = held.filter((role) => !EXPECTED.has(role)).sort();
  return [
    ...(flows.length > 0
      ? [
          `The client "${clientId}" also allows ${flows.join(', ')}, which the portal has no use for: turn that off if nothing else has.`,
        ]
      : []),
    ...(more.length > 0
      ? [
          `The service account of "${clientId}" has more of ${REALM_MANAGEMENT} than the portal needs: ${more.join(', ')}. Take that away.`,
        ]
      : []),
  ];
}

function named(roles: readonly string[]): string {
  return `the ${roles.length > 1 ? 'roles' : 'role'} ${roles.join(' and ')}`;
}

function names(roles: readonly RoleRepresentation[]): string[] {
  return roles.map(({ name }) => name).filter((name) => name !== undefined);
}
