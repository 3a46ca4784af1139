import type GroupRepresentation from '@keycloak/keycloak-admin-client/lib/defs/groupRepresentation.js';
import type UserRepresentation from '@keycloak/keycloak-admin-client/lib/defs/userRepresentation.js';
import pLimit, { type LimitFunction } from 'p-limit';
import { isWithin } from '../../config.ts';
import { PORTAL_ATTRIBUTES } from '../gateway.ts';
import { type Change, type Findings, RealmSetupError } from './changes.ts';
import { findPowerfulRoles, type PowerfulRole } from './powerful-roles.ts';

import { allPages, findClient, type Realm } from './realm.ts';

/** The most accounts that are looked at: a realm where more administer it has another problem. */
const MOST_ACCOUNTS = 1000;
const AT_ONCE = 8;
const SERVICE_ACCOUNT = 'service-account-';

type Holder = UserRepresentation & { id: string; username: string };
interface PowerfulGroup {
  id: string;
  path: string;
  role: string;
}

/**
 * Finds whose account is worth the realm's, and has it protected: the portal's own service account could else reset
 * an administrator's password, and only an administrator can see who is one.
 */
export async function planProtectedAccounts(
  realm: Realm,
  after: readonly Change[],
): Promise<Findings> {
  if (!realm.existing) return { changes: [], warnings: [] };
  const limit = pLimit(AT_ONCE);
  const all = await findPowerfulRoles(realm, limit);
  const everybodys = all.filter(({ id }) => id === realm.existing?.defaultRole?.id);
  const roles = all.filter((role) => !everybodys.includes(role));
  const calls = roleCalls(realm);

  const groups = await powerfulGroups(realm, roles, limit);
  const lists = await Promise.all([
    ...roles.map((role) =>
      limit(async () => ({
        why: `has the role ${role.name}`,
        users: await allPages((range) => calls.users(role, range), MOST_ACCOUNTS),
      })),
    ),
    ...groups.map(({ id, path, role }) =>
      limit(async () => ({
        why: `is in ${path}, which has the role ${role}`,
        users: await allPages(
          (range) => realm.admin.groups.listMembers({ id, ...range }),
          MOST_ACCOUNTS,
        ),
      })),
    ),
  ]);

  const reasons = new Map<string, { user: Holder; why: string }>();
  for (const { why, users } of lists)
    for (const user of users)
      if (isHolder(user) && !reasons.has(user.id)) reasons.set(user.id, { user, why });
  const open = [...reasons.values()]
    .filter(({ user }) => user.attributes?.[PORTAL_ATTRIBUTES.protected]?.[0] !== 'true')
    .slice(0, MOST_ACCOUNTS);
  const people = await Promise.all(
    open.map((it) => limit(async () => ((await isServiceAccount(realm, it.user)) ? [] : [it]))),
  );

  return {
    changes: people.flat().map(({ user, why }) => ({
      what: `protect the account "${user.username}", which ${why}`,
      after,
      apply: () => limit(() => protect(realm, user.id)),
    })),
    warnings: [
      ...everybodys.map(
        ({ name }) =>
          `Everybody in the realm administers it, since its default role ${name} holds a role of realm-management: take that out.`,
      ),
      ...new Set(
        groups.map(
          ({ path, role }) =>
            `The group ${path} has the role ${role}: add it to PROTECTED_GROUPS, so that who joins it later is protected, too.`,
        ),
      ),
      ...(reasons.size >= MOST_ACCOUNTS
        ? [
            `${MOST_ACCOUNTS} accounts or more administer the realm. The first ${MOST_ACCOUNTS} are protected; put the others in a group that PROTECTED_GROUPS names.`,
          ]
        : []),
    ],
  };
}

/** The admin client has no calls for a role's groups, but the means to make them. */
function roleCalls({ admin }: Realm) {
  type Range = { first: number; max: number };
  type Role = { id: string; roleName: string };
  const groupsOfClientRole = admin.clients.makeRequest<Role & Range, GroupRepresentation[]>({
    method: 'GET',
    path: '/{id}/roles/{roleName}/groups',
    urlParamKeys: ['id', 'roleName'],
  });
  const groupsOfRealmRole = admin.roles.makeRequest<
    { name: string } & Range,
    GroupRepresentation[]
  >({ method: 'GET', path: '/roles/{name}/groups', urlParamKeys: ['name'] });
  return {
    users: ({ client, name }: PowerfulRole, range: Range) =>
      client
        ? admin.clients.findUsersWithRole({
            id: client,
            roleName: name,
            briefRepresentation: false,
            ...range,
          })
        : admin.roles.findUsersWithRole({ name, briefRepresentation: false, ...range }),
    groups: ({ client, name }: PowerfulRole, range: Range) =>
      client
        ? groupsOfClientRole({ id: client, roleName: name, ...range })
        : groupsOfRealmRole({ name, ...range }),
  };
}

/** Groups with such a role and those below them, save where the portal's configuration protects them. */
async function powerfulGroups(
  realm: Realm,
  roles: readonly PowerfulRole[],
  limit: LimitFunction,
): Promise<PowerfulGroup[]> {
  const calls = roleCalls(realm);
  const found = new Map<string, PowerfulGroup>();
  const lists = await Promise.all(
    roles.map((role) =>
      limit(async () => ({
        role: role.name,
        groups: await allPages((range) => calls.groups(role, range)),
      })),
    ),
  );
  const visit = async ({ id, path }: GroupRepresentation, role: string): Promise<void> => {
    if (!id || !path || found.has(id)) return;
    if (isWithin(path, realm.config.keycloak.protectedGroups)) return;
    found.set(id, { id, path, role });
    const children = await allPages((range) =>
      realm.admin.groups.listSubGroups({ parentId: id, ...range }),
    );
    for (const child of children) await visit(child, role);
  };
  for (const { role, groups } of lists) for (const group of groups) await visit(group, role);
  return [...found.values()];
}

/**
 * A user that is written with `attributes` loses those that are not in the body, and then its names and address, so
 * it is written whole; but without what would undo a lock or a disabling that came between.
 */
async function protect({ admin }: Realm, id: string): Promise<void> {
  const user = await admin.users.findOne({ id });
  if (!user) return;
  const {
    enabled: _enabled,
    emailVerified: _emailVerified,
    requiredActions: _requiredActions,
    ...whole
  } = user;
  await admin.users.update(
    { id },
    { ...whole, attributes: { ...user.attributes, [PORTAL_ATTRIBUTES.protected]: ['true'] } },
  );
  const written = await admin.users.findOne({ id });
  if (written?.attributes?.[PORTAL_ATTRIBUTES.protected]?.[0] !== 'true')
    throw new RealmSetupError(
      `Keycloak didn't keep the mark of protection on the account "${user.username}".`,
    );
}

/** By the client that it says it is of: anybody may be called service-account-something. */
async function isServiceAccount(realm: Realm, { id, username }: Holder): Promise<boolean> {
  if (!username.startsWith(SERVICE_ACCOUNT)) return false;
  const client = await findClient(realm, username.slice(SERVICE_ACCOUNT.length));
  if (!client?.serviceAccountsEnabled) return false;
  return (await realm.admin.clients.getServiceAccountUser({ id: client.id })).id === id;
}

function isHolder(user: UserRepresentation): user is Holder {
  return user.id !== undefined && user.username !== undefined;
}
