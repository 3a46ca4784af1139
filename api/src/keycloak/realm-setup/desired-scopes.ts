import type ClientScopeRepresentation from '@keycloak/keycloak-admin-client/lib/defs/clientScopeRepresentation.js';
import type ProtocolMapperRepresentation from '@keycloak/keycloak-admin-client/lib/defs/protocolMapperRepresentation.js';

type Mapper = ProtocolMapperRepresentation &
  Required<Pick<ProtocolMapperRepresentation, 'name' | 'protocolMapper' | 'config'>>;

/** A client scope as it has to be. */
export interface Scope {
  name: string;
  why: string;
  /** The mapper that the scope is there for. */
  mapper: Mapper;
  /** The settings of the mapper that matter; others may be as they are. */
  decisive: readonly string[];
  representation: ClientScopeRepresentation;
}

const OIDC = 'openid-connect';

/** Makes a token one for the portal: the API refuses all that don't name it in `aud`. */
export function audienceScope(name: string, clientId: string): Scope {
  const mapper = mapperOf('audience', 'oidc-audience-mapper', {
    'included.client.audience': clientId,
    ...inAccessTokenOnly,
  });
  return scopeOf(name, `tokens name "${clientId}" as their audience`, mapper, [
    'included.client.audience',
    'access.token.claim',
  ]);
}

/** Whole paths: with short names, /guests/Administrators would equal /Administrators. */
export function groupsScope(name: string, claim: string): Scope {
  const mapper = mapperOf('groups', 'oidc-group-membership-mapper', {
    'full.path': 'true',
    'claim.name': claim,
    ...inAccessTokenOnly,
  });
  return scopeOf(name, `tokens tell the groups, as whole paths, in "${claim}"`, mapper, [
    'full.path',
    'claim.name',
    'access.token.claim',
  ]);
}

const inAccessTokenOnly = {
  'access.token.claim': 'true',
  'introspection.token.claim': 'true',
  'id.token.claim': 'false',
  'userinfo.token.claim': 'false',
};

const inAllTokens = {
  'access.token.claim': 'true',
  'introspection.token.claim': 'true',
  'id.token.claim': 'true',
  'userinfo.token.claim': 'true',
};

/** What Keycloak calls by these names, as far as the portal reads it, for a realm that has lost them. */
export const BUILT_IN_SCOPES: readonly Scope[] = [
  scopeOf(
    'basic',
    'tokens tell whose they are',
    mapperOf('sub', 'oidc-sub-mapper', {
      'access.token.claim': 'true',
      'introspection.token.claim': 'true',
    }),
    [],
  ),
  scopeOf(
    'profile',
    'tokens tell the names',
    property('username', 'username', 'preferred_username'),
    [],
    [
      mapperOf('full name', 'oidc-full-name-mapper', inAllTokens),
      property('given name', 'firstName', 'given_name'),
      property('family name', 'lastName', 'family_name'),
    ],
  ),
  scopeOf(
    'email',
    'tokens tell the e-mail address',
    property('email', 'email', 'email'),
    [],
    [
      mapperOf('email verified', 'oidc-usermodel-property-mapper', {
        'user.attribute': 'emailVerified',
        'claim.name': 'email_verified',
        'jsonType.label': 'boolean',
        ...inAllTokens,
      }),
    ],
  ),
];

function scopeOf(
  name: string,
  why: string,
  mapper: Mapper,
  decisive: readonly string[],
  others: Mapper[] = [],
): Scope {
  const representation: ClientScopeRepresentation = {
    name,
    protocol: OIDC,
    attributes: { 'include.in.token.scope': 'false', 'display.on.consent.screen': 'false' },
    protocolMappers: [mapper, ...others],
  };
  return { name, why, mapper, decisive, representation };
}

function mapperOf(name: string, protocolMapper: string, config: Record<string, string>): Mapper {
  return { name, protocol: OIDC, protocolMapper, config };
}

function property(name: string, attribute: string, claim: string) {
  return mapperOf(name, 'oidc-usermodel-attribute-mapper', {
    'user.attribute': attribute,
    'claim.name': claim,
    'jsonType.label': 'String',
    ...inAllTokens,
  });
}
