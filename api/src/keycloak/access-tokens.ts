import { type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { KeycloakConfig } from '../config.ts';
import { ProblemError } from '../errors.ts';
import type { Log } from '../plugins/logging.ts';
import { sha256 } from '../secrets.ts';
import type { RealmKeys } from './realm-keys.ts';

/** Signatures with a public key alone: with `HS256` the realm's public key would be a secret to sign with. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
/** Keycloak's own, and RFC 9068's. Other kinds of JWT say so here (RFC 8725, section 3.11). */
const HEADER_TYPES = new Set([undefined, 'JWT', 'at+jwt']);
const TOLERANCE_S = 5;
const REMEMBERED = 4_000;

/** What a realm's access token says of whom it was given to. */
export interface TokenHolder {
  sub: string;
  username: string;
  name: string;
  email: string;
  /** The claim's, as the realm writes them: paths or short names. */
  groups: readonly string[];
}

interface Remembered {
  holder: TokenHolder;
  kid: string;
  /** Seconds since 1970. */
  exp: number;
}

export type AccessTokens = ReturnType<typeof createAccessTokens>;

/**
 * Verifies the realm's access tokens (RFC 9068's rules where Keycloak follows them: RFC 7519 claims, `typ` in the
 * payload). What was verified is remembered until the token's end, and no longer than the realm has its key.
 */
export function createAccessTokens(
  config: KeycloakConfig,
  keys: RealmKeys,
  log: Pick<Log, 'warn'>,
) {
  const remembered = new LRUCache<string, Remembered>({ max: REMEMBERED });

  async function verify(token: string): Promise<Remembered | undefined> {
    const issuer = await keys.issuer();
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keys.key, {
        algorithms: ALGORITHMS,
        issuer,
        audience: config.clientId,
        requiredClaims: ['exp', 'iat', 'sub'],
        clockTolerance: TOLERANCE_S,
      });
      if (!HEADER_TYPES.has(protectedHeader.typ)) return undefined;
      const kid = protectedHeader.kid ?? '';
      const holder = toHolder(payload, config.groupsClaim);
      return holder && { holder, kid, exp: payload.exp ?? 0 };
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      if (isMissingClaim(error))
        log.warn(
          { claim: error.claim },
          'An access token lacks a claim: give its client the scopes that the set-up makes',
        );
      return undefined;
    }
  }

  return {
    /**
     * @returns undefined where the token is not one of the realm's for us.
     * @throws ProblemError `keycloak-away` where no keys were ever had.
     */
    async holderOf(token: string): Promise<TokenHolder | undefined> {
      const hash = sha256(token);
      const known = remembered.get(hash);
      if (known && known.exp + TOLERANCE_S > Date.now() / 1000 && keys.knows(known.kid))
        return known.holder;
      remembered.delete(hash);
      const verified = await verify(token);
      if (verified) remembered.set(hash, verified);
      return verified?.holder;
    },
  };
}

function toHolder(payload: JWTPayload, groupsClaim: string): TokenHolder | undefined {
  // ID and refresh tokens carry the same signature and issuer, and another `typ`.
  if (payload.typ !== 'Bearer') return undefined;
  // jose checks that it is there, not that it is text.
  if (typeof payload.sub !== 'string' || payload.sub === '') return undefined;
  // Bound to a key or certificate that whoever holds it has to prove (RFC 7800): as a bearer's it may be stolen.
  if (payload.cnf !== undefined) return undefined;
  const username = text(payload.preferred_username);
  return {
    sub: payload.sub,
    username,
    name: text(payload.name) || username,
    email: text(payload.email),
    groups: groupsOf(payload[groupsClaim]),
  };
}

/** The realm leaves the claim out for people in no group, and a mapper of one value writes a string. */
function groupsOf(claim: unknown): string[] {
  if (typeof claim === 'string') return [claim];
  return Array.isArray(claim) ? claim.filter((group) => typeof group === 'string') : [];
}

const text = (claim: unknown): string => (typeof claim === 'string' ? claim : '');

function isMissingClaim(error: unknown): error is { claim: string } {
  return (
    error instanceof Error &&
    'claim' in error &&
    'reason' in error &&
    typeof error.claim === 'string' &&
    (error.claim === 'aud' || error.reason === 'missing')
  );
}
