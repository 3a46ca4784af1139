import type GroupRepresentation from '@keycloak/keycloak-admin-client/lib/defs/groupRepresentation.js';
import { type Change, type Findings, RealmSetupError } from './changes.ts';
import type { Realm } from './realm.ts';

/** The administrators' group is made where it is missing; groups that links give are only looked for. */
export async function planGroups(realm: Realm, after: readonly Change[]): Promise<Findings> {
  const { keycloak, invites } = realm.config;
  const look = async (path: string) => ({ path, found: await groupsAt(realm, path) });
  const [admins, others] = await Promise.all([
    look(keycloak.adminsGroup),
    Promise.all([...keycloak.protectedGroups.slice(1), ...invites.groups].map(look)),
  ]);
  const missing = others.filter(({ found }) => found.length === 0);
  const ambiguous = [admins, ...others].filter(({ found }) => found.length > 1);

  return {
    changes: admins.found.length === 0 ? [creation(realm, admins.path, after)] : [],
    warnings: [
      ...missing.map(
        ({ path }) =>
          `There is no group ${path}, which INVITE_GROUPS or PROTECTED_GROUPS names: create it, or mend the path (capitals count).`,
      ),
      ...ambiguous.map(
        ({ path }) =>
          `The path ${path} names two groups, since one has a slash in its name: rename that one.`,
      ),
    ],
  };
}

function creation(realm: Realm, path: string, after: readonly Change[]): Change {
  return {
    what: `create the group ${path}`,
    after,
    async apply() {
      let parent: string | undefined;
      let above = '';
      for (const name of path.slice(1).split('/')) {
        above = `${above}/${name}`;
        const [there] = await groupsAt(realm, above);
        parent = there?.id ?? (await createGroup(realm, name, parent));
      }
    },
  };
}

async function createGroup({ admin }: Realm, name: string, parent: string | undefined) {
  const { id } = await (parent
    ? admin.groups.createChildGroup({ id: parent }, { name })
    : admin.groups.create({ name }));
  if (!id) throw new RealmSetupError(`Keycloak didn't say what it called the group ${name}.`);
  return id;
}

/** The groups with that path. More than one where a name with a slash in it reads like a path. */
async function groupsAt(realm: Realm, path: string): Promise<GroupRepresentation[]> {
  if (!realm.existing) return [];
  const names = new Set([path.slice(1), path.slice(path.lastIndexOf('/') + 1)]);
  const trees = await Promise.all(
    [...names].map((search) => realm.admin.groups.find({ search, exact: true })),
  );
  const found = trees.flatMap(flattened).filter((group) => group.path === path);
  return [...new Map(found.map((group) => [group.id, group])).values()];
}

function flattened(groups: readonly GroupRepresentation[]): GroupRepresentation[] {
  return groups.flatMap((group) => [group, ...flattened(group.subGroups ?? [])]);
}
