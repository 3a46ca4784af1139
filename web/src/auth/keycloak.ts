import type { RealmAddress } from '@portal/shared';
import Keycloak from 'keycloak-js';
import { problem } from '../api/problem.ts';
import type { Realm } from './realm.ts';

const ANSWER_TIMEOUT_MS = 12_000;

/**
 * The only importer of keycloak-js. The realm knows a single redirect, `<base>/signed-in`; the library's
 * iframes stay off, as browsers that block third-party cookies would never answer from them.
 *
 * @param base the portal's own address, with a slash at its end.
 */
export async function openKeycloak(address: RealmAddress, base: string): Promise<Realm> {
  const keycloak = new Keycloak(address);
  const signedIn = await inTime(
    keycloak.init({
      flow: 'standard',
      pkceMethod: 'S256',
      checkLoginIframe: false,
      redirectUri: new URL('signed-in', base).href,
    }),
  );

  return {
    signedIn,
    token() {
      const { token, tokenParsed, timeSkew } = keycloak;
      if (!token || tokenParsed?.exp === undefined) return undefined;
      // The skew is how far this clock is ahead of the realm's.
      const realmNow = Date.now() / 1000 - (timeSkew ?? 0);
      return {
        value: token,
        secondsLeft: tokenParsed.exp - realmNow,
        lifetime: tokenParsed.exp - (tokenParsed.iat ?? realmNow),
      };
    },
    person() {
      const claims = { ...keycloak.tokenParsed, ...keycloak.idTokenParsed };
      const username = text(claims.preferred_username);
      return { username, name: text(claims.name) || username };
    },
    async renew() {
      try {
        await inTime(keycloak.updateToken(-1));
        return 'renewed';
      } catch {
        // The library lets go of the tokens where the realm said no, and keeps them where nothing came.
        return keycloak.token ? 'unreachable' : 'refused';
      }
    },
    loginUrl: ({ quietly, loginHint, locale }) =>
      keycloak.createLoginUrl({
        ...(quietly && { prompt: 'none' as const }),
        ...(loginHint && { loginHint }),
        ...(locale && { locale }),
      }),
    logoutUrl: () => keycloak.createLogoutUrl({ redirectUri: base }),
    accountUrl: () => keycloak.createAccountUrl({ redirectUri: base }),
  };
}

/** A refusal is an answer (a code used twice, a sign-in given up); no answer in time is a problem. */
async function inTime(answer: Promise<boolean>): Promise<boolean> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(away()), ANSWER_TIMEOUT_MS);
  try {
    return (await Promise.race([answer, late.promise])) ?? false;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw away();
  } finally {
    clearTimeout(timer);
  }
}

/** The library's NetworkError, whose type it keeps to itself: an answer came, and it was no. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof Error &&
    'response' in error &&
    error.response instanceof Response &&
    error.response.status < 500
  );
}

function away() {
  return problem('keycloak-away', 'The sign-in server does not answer.');
}

function text(claim: unknown): string {
  return typeof claim === 'string' ? claim : '';
}
