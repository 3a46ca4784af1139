import type ClientScopeRepresentation from '@keycloak/keycloak-admin-client/lib/defs/clientScopeRepresentation.js';
import type ProtocolMapperRepresentation from '@keycloak/keycloak-admin-client/lib/defs/protocolMapperRepresentation.js';
import { type Change, type Findings, RealmSetupError } from './changes.ts';
import { audienceScope, BUILT_IN_SCOPES, groupsScope, type Scope } from './desired-scopes.ts';
import type { Realm } from './realm.ts';

export interface ScopeFindings extends Findings {
  /** Names of the two scopes that make a token one for the portal: a script's client needs them too. */
  ofPortal: string[];
  /** Names of all the scopes that the portal's pages need as default ones. */
  ofPages: string[];
  /** What the realm has. */
  existing: ClientScopeRepresentation[];
}

const GROUPS_SCOPES = ['groups', 'portal-groups'];

/** The scopes that put into a token what the API reads: the portal as its audience, and whole group paths. */
export async function planClientScopes(
  realm: Realm,
  after: readonly Change[],
): Promise<ScopeFindings> {
  const { clientId, groupsClaim } = realm.config.keycloak;
  const existing = realm.existing ? await realm.admin.clientScopes.find() : [];
  const audience = audienceScope(`${clientId}-audience`, clientId);
  const groups = chooseGroupsScope(existing, groupsClaim);
  const builtIn = await missingBuiltIn(realm, existing);

  return {
    changes: [...builtIn, audience, groups].flatMap((scope) =>
      scopeChanges(realm, existing, scope, after),
    ),
    warnings: [],
    ofPortal: [audience.name, groups.name],
    ofPages: [...builtInNames(existing, builtIn, realm), audience.name, groups.name],
    existing,
  };
}

/** @throws RealmSetupError */
export async function scopeId({ admin }: Realm, name: string): Promise<string> {
  const id = (await admin.clientScopes.find()).find((scope) => scope.name === name)?.id;
  if (!id) throw new RealmSetupError(`The realm has no client scope "${name}".`);
  return id;
}

/**
 * A scope `groups` of other making may serve other clients, which a change of it would break: it is used where it
 * does what we need, and else stays as it is, with another beside it.
 */
function chooseGroupsScope(existing: readonly ClientScopeRepresentation[], claim: string): Scope {
  const candidates = GROUPS_SCOPES.map((name) => groupsScope(name, claim));
  const found = (scope: Scope) => existing.find(({ name }) => name === scope.name);
  const [own] = candidates.slice(-1);
  const chosen =
    candidates.find((scope) => mapperFor(found(scope), scope)) ??
    candidates.find((scope) => !found(scope)) ??
    own;
  if (!chosen) throw new RealmSetupError('There is no name for the scope of the groups.');
  return chosen;
}

function scopeChanges(
  realm: Realm,
  existing: readonly ClientScopeRepresentation[],
  scope: Scope,
  after: readonly Change[],
): Change[] {
  const { admin } = realm;
  const found = existing.find(({ name }) => name === scope.name);
  if (!found?.id)
    return [
      {
        what: `create the client scope "${scope.name}" (${scope.why})`,
        after,
        apply: () => admin.clientScopes.create(scope.representation),
      },
    ];
  if (mapperFor(found, scope)) return [];

  const { id } = found;
  const wrong = found.protocolMappers?.find(({ name }) => name === scope.mapper.name);
  return [
    {
      what: `mend the mapper "${scope.mapper.name}" of the client scope "${scope.name}"`,
      after,
      apply: () =>
        wrong?.id
          ? admin.clientScopes.updateProtocolMapper(
              { id, mapperId: wrong.id },
              {
                ...scope.mapper,
                id: wrong.id,
                config: { ...wrong.config, ...scope.mapper.config },
              },
            )
          : admin.clientScopes.addProtocolMapper({ id }, scope.mapper),
    },
  ];
}

/** The mapper that does what the scope is for, whatever it is called. */
function mapperFor(
  scope: ClientScopeRepresentation | undefined,
  { mapper, decisive }: Scope,
): ProtocolMapperRepresentation | undefined {
  return scope?.protocolMappers?.find(
    ({ protocolMapper, config }) =>
      protocolMapper === mapper.protocolMapper &&
      decisive.every((key) => config?.[key] === mapper.config[key]),
  );
}

/** A realm that was imported with scopes of its own has lost Keycloak's; tokens then lack the subject and all names. */
async function missingBuiltIn(
  { admin, existing: realm }: Realm,
  existing: readonly ClientScopeRepresentation[],
): Promise<Scope[]> {
  if (!realm) return [];
  const missing = BUILT_IN_SCOPES.filter(
    (scope) => !existing.some(({ name }) => name === scope.name),
  );
  if (missing.length === 0) return [];
  // Keycloak before 25 puts the subject in by itself. It has no such mapper, and takes an unknown one without a word.
  const { protocolMapperTypes } = await admin.serverInfo.find();
  const known = protocolMapperTypes?.['openid-connect']?.map(({ id }) => id) ?? [];
  return missing.filter(({ mapper }) => known.includes(mapper.protocolMapper));
}

function builtInNames(
  existing: readonly ClientScopeRepresentation[],
  toCome: readonly Scope[],
  realm: Realm,
): string[] {
  const there = [...existing, ...toCome].map(({ name }) => name);
  return BUILT_IN_SCOPES.map(({ name }) => name).filter(
    (name) => !realm.existing || there.includes(name),
  );
}
