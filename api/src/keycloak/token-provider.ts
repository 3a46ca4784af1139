import KeycloakAdminClient from '@keycloak/keycloak-admin-client';
import { decodeJwt } from 'jose';
import type { KeycloakConfig } from '../config.ts';
import { isTimeout, KeycloakAway, neverLeft } from './keycloak-errors.ts';

const RENEW_BEFORE_MS = 30_000;

/**
 * The service account's access token. The admin client keeps none by client credentials (there is no refresh token),
 * so it is fetched anew here: once for all who wait, half a minute before its end.
 */
export function createTokenProvider(config: KeycloakConfig) {
  let token = '';
  let renewAt = 0;
  let pending: Promise<string> | undefined;

  async function fetchToken(): Promise<string> {
    const client = new KeycloakAdminClient({
      baseUrl: config.internalUrl,
      realmName: config.realm,
      timeout: config.timeoutMs,
    });
    try {
      await client.auth({
        grantType: 'client_credentials',
        clientId: config.clientId,
        clientSecret: config.clientSecret,
      });
    } catch (error) {
      // Without a token, what was to be asked with it has not been asked.
      throw new KeycloakAway(error, false, isTimeout(error) || neverLeft(error));
    }
    token = client.accessToken ?? '';
    renewAt = (decodeJwt(token).exp ?? 0) * 1000 - RENEW_BEFORE_MS;
    return token;
  }

  return {
    /** @throws KeycloakAway */
    async getAccessToken(): Promise<string> {
      if (Date.now() < renewAt) return token;
      pending ??= fetchToken().finally(() => {
        pending = undefined;
      });
      return pending;
    },
    /** Forgets a token that Keycloak didn't take: it was restarted, or the account's sessions were ended. */
    forget(used: string): void {
      if (used === token) renewAt = 0;
    },
    current: () => token,
  };
}
