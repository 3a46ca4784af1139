import type KeycloakAdminClient from '@keycloak/keycloak-admin-client';
import type ClientRepresentation from '@keycloak/keycloak-admin-client/lib/defs/clientRepresentation.js';
import type RealmRepresentation from '@keycloak/keycloak-admin-client/lib/defs/realmRepresentation.js';
import type { RealmConfig } from '../../config.ts';
import { type Findings, RealmSetupError } from './changes.ts';

/** What a realm that setup creates may differ in from its defaults. */
export type NewRealm = Pick<
  RealmRepresentation,
  | 'displayName'
  | 'supportedLocales'
  | 'defaultLocale'
  | 'smtpServer'
  | 'passwordPolicy'
  | 'verifyEmail'
  | 'registrationEmailAsUsername'
  | 'accessTokenLifespan'
>;

/** The realm that is looked at, and what it is to be. */
export interface Realm {
  admin: KeycloakAdminClient;
  config: RealmConfig;
  /** Undefined: there is none of that name yet. */
  existing: RealmRepresentation | undefined;
}

/** The client of the realm's that holds the roles of its administration. */
export const REALM_MANAGEMENT = 'realm-management';

const MOST_AT_ONCE = 100;

export async function openRealm(admin: KeycloakAdminClient, config: RealmConfig): Promise<Realm> {
  const { realm } = config.keycloak;
  if (realm === 'master')
    throw new RealmSetupError(
      'The realm master administers Keycloak itself: give the community a realm of its own (KEYCLOAK_REALM).',
    );
  // The admin client says null for what isn't there.
  const existing = (await admin.realms.findOne({ realm })) ?? undefined;
  return { admin, config, existing };
}

/** Says nothing of a realm that is there: how it is set is its administrators' business. */
export function planRealm({ admin, config, existing }: Realm, wishes: NewRealm): Findings {
  const { realm } = config.keycloak;
  if (existing)
    return {
      changes: [],
      warnings: existing.enabled === false ? [`The realm "${realm}" is disabled.`] : [],
    };
  // No `clientScopes` in here, ever: a realm that is created with some gets none of the built-in ones.
  const representation: RealmRepresentation = {
    realm,
    displayName: config.community,
    enabled: true,
    internationalizationEnabled: true,
    supportedLocales: ['en', 'ar', 'de', 'es', 'fr', 'it', 'nl', 'pt'],
    defaultLocale: 'en',
    registrationAllowed: false,
    loginWithEmailAllowed: true,
    duplicateEmailsAllowed: false,
    resetPasswordAllowed: true,
    rememberMe: true,
    bruteForceProtected: true,
    passwordPolicy: 'length(8)',
    ...wishes,
  };
  return {
    changes: [
      {
        what: `create the realm "${realm}"`,
        after: [],
        apply: () => admin.realms.create(representation),
      },
    ],
    warnings: [],
  };
}

/** The client of that name; Keycloak's search is by the exact one. */
export async function findClient(
  { admin }: Realm,
  clientId: string,
): Promise<(ClientRepresentation & { id: string }) | undefined> {
  const [client] = await admin.clients.find({ clientId });
  return client?.id ? { ...client, id: client.id } : undefined;
}

/** @throws RealmSetupError */
export async function theClient(realm: Realm, clientId: string) {
  const client = await findClient(realm, clientId);
  if (!client) throw new RealmSetupError(`The realm has no client "${clientId}".`);
  return client;
}

/** All of a list that Keycloak gives in pages, or the first `most` of it. */
export async function allPages<T>(
  page: (range: { first: number; max: number }) => Promise<T[]>,
  most = Number.POSITIVE_INFINITY,
): Promise<T[]> {
  const all: T[] = [];
  while (all.length < most) {
    const next = await page({ first: all.length, max: MOST_AT_ONCE });
    all.push(...next);
    if (next.length < MOST_AT_ONCE) break;
  }
  return all.slice(0, most);
}
