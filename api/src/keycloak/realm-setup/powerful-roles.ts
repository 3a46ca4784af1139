import type RoleRepresentation from '@keycloak/keycloak-admin-client/lib/defs/roleRepresentation.js';
import type { LimitFunction } from 'p-limit';
import { allPages, REALM_MANAGEMENT, type Realm } from './realm.ts';

/** A role that lets its holders change or read the realm by its admin API. */
export interface PowerfulRole {
  id: string;
  name: string;
  /** Id of the client that it is a role of; undefined for a role of the realm. */
  client: string | undefined;
}

/** These let nobody see or change anything without another role. */
const HARMLESS = /^query-/;

/** The roles of `realm-management`, and all roles of the realm or of a client that hold one of them within. */
export async function findPowerfulRoles(
  realm: Realm,
  limit: LimitFunction,
): Promise<PowerfulRole[]> {
  const { admin } = realm;
  const clients = await allPages((range) => admin.clients.find(range));
  const lists = await Promise.all([
    allPages((range) => admin.roles.find(range)),
    ...clients.map(({ id = '' }) => limit(() => admin.clients.listRoles({ id }))),
  ]);
  const roles = lists.flat();
  const management = clients.find(({ clientId }) => clientId === REALM_MANAGEMENT)?.id;
  const powerful = new Set(
    ids(
      roles.filter(
        ({ containerId, name = '' }) => containerId === management && !HARMLESS.test(name),
      ),
    ),
  );

  const composites = await Promise.all(
    roles
      .filter(({ id = '', composite }) => composite && !powerful.has(id))
      .map(({ id = '' }) =>
        limit(async () => ({ id, within: ids(await admin.roles.getCompositeRoles({ id })) })),
      ),
  );
  // A role within a role within a role: until a round finds no other.
  for (let before = -1; before !== powerful.size; ) {
    before = powerful.size;
    for (const { id, within } of composites)
      if (within.some((inner) => powerful.has(inner))) powerful.add(id);
  }

  return roles
    .filter(({ id = '' }) => powerful.has(id))
    .map(({ id = '', name = '', clientRole, containerId }) => ({
      id,
      name,
      client: clientRole ? containerId : undefined,
    }));
}

function ids(roles: readonly RoleRepresentation[]): string[] {
  return roles.map(({ id }) => id).filter((id) => id !== undefined);
}
