import type {
  UserProfileAttribute,
  UserProfileConfig,
  UserProfileGroup,
} from '@keycloak/keycloak-admin-client/lib/defs/userProfileMetadata.js';
import { PORTAL_ATTRIBUTES } from '../gateway.ts';
import type { Change, Findings } from './changes.ts';
import type { Realm } from './realm.ts';

const GROUP: UserProfileGroup = {
  name: 'portal',
  displayHeader: 'Portal',
  displayDescription: 'What the portal keeps with an account',
};

/** Who may see and change them: administrators, the portal's service account among them. */
const ADMINS = ['admin'];

const ATTRIBUTES: readonly UserProfileAttribute[] = [
  attribute(PORTAL_ATTRIBUTES.registration, 'Sign-up'),
  attribute(PORTAL_ATTRIBUTES.invite, 'Invite that the sign-up used'),
  attribute(PORTAL_ATTRIBUTES.invitedBy, 'Member who invited'),
  attribute(PORTAL_ATTRIBUTES.protected, 'The portal never touches this account (true)'),
  attribute(PORTAL_ATTRIBUTES.terms, 'Terms accepted', true),
  attribute('portal.claims', 'Invites taken since', true),
];

/** Keycloak drops what the user profile doesn't declare, without an error. */
export async function planProfileAttributes(
  realm: Realm,
  after: readonly Change[],
): Promise<Findings> {
  const profile = realm.existing ? await realm.admin.users.getProfile() : {};
  const wrong = ATTRIBUTES.filter((wanted) => !isRight(find(profile, wanted), wanted));
  if (wrong.length === 0) return { changes: [], warnings: [] };
  return {
    changes: [
      {
        what: `declare in the user profile, for administrators alone: ${wrong.map(({ name }) => name).join(', ')}`,
        after,
        apply: async () =>
          // What is there now, not what was there when the plan was made.
          realm.admin.users.updateProfile(merged(await realm.admin.users.getProfile())),
      },
    ],
    warnings: [],
  };
}

/** The profile with our attributes in it, and all else as it was. */
function merged(profile: UserProfileConfig): UserProfileConfig {
  const { attributes = [], groups = [] } = profile;
  const ours = new Map(ATTRIBUTES.map((wanted) => [wanted.name, wanted]));
  return {
    ...profile,
    attributes: [
      ...attributes.map((it) => mended(it, ours.get(it.name))),
      ...ATTRIBUTES.filter((wanted) => !find(profile, wanted)),
    ],
    groups: groups.some(({ name }) => name === GROUP.name) ? groups : [...groups, GROUP],
  };
}

function mended(
  existing: UserProfileAttribute,
  wanted: UserProfileAttribute | undefined,
): UserProfileAttribute {
  if (!wanted || isRight(existing, wanted)) return existing;
  const { permissions, multivalued } = wanted;
  return {
    ...existing,
    ...(permissions ? { permissions } : {}),
    ...(multivalued ? { multivalued } : {}),
  };
}

/** A label or a validation of the administrators' own is fine; anybody else's access isn't. */
function isRight(
  existing: UserProfileAttribute | undefined,
  wanted: UserProfileAttribute,
): boolean {
  const isForAdmins = (roles: string[] | undefined) =>
    roles?.length === ADMINS.length && ADMINS.every((role) => roles.includes(role));
  return (
    existing !== undefined &&
    isForAdmins(existing.permissions?.view) &&
    isForAdmins(existing.permissions?.edit) &&
    (existing.multivalued === true || !wanted.multivalued)
  );
}

function find({ attributes = [] }: UserProfileConfig, { name }: UserProfileAttribute) {
  return attributes.find((it) => it.name === name);
}

function attribute(name: string, displayName: string, multivalued = false): UserProfileAttribute {
  return {
    name,
    displayName,
    group: 'portal',
    permissions: { view: ADMINS, edit: ADMINS },
    multivalued,
  };
}
