import KeycloakAdminClient, { NetworkError } from '@keycloak/keycloak-admin-client';
import { isTimeout } from '../keycloak-errors.ts';
import { type Explain, RealmSetupError } from './changes.ts';

/** An administrator's account, or a client with a service account that administers. */
export type AdminCredentials = {
  /** The realm that the administrator is in, `master` if not said. */
  realm?: string;
} & ({ username: string; password: string } | { clientId: string; clientSecret: string });

export interface Administrator {
  /** Keycloak's address as this machine reaches it. */
  url: string;
  credentials: AdminCredentials;
  timeoutMs: number;
}

const MASTER = 'master';

/**
 * An admin client for one realm, signed in as the administrator. Such a token lives for a minute only and may come
 * without a refresh token, so it is fetched anew when it is needed: once for all who wait.
 */
export function createAdminClient(administrator: Administrator, realm: string) {
  const { url: baseUrl, credentials, timeoutMs: timeout } = administrator;
  const session = new KeycloakAdminClient({
    baseUrl,
    realmName: credentials.realm ?? MASTER,
    timeout,
  });
  const admin = new KeycloakAdminClient({ baseUrl, realmName: realm, timeout });
  let pending: Promise<void> | undefined;

  admin.registerTokenProvider({
    async getAccessToken() {
      if (!session.accessToken || session.isTokenExpired()) {
        pending ??= signIn(session, credentials).finally(() => {
          pending = undefined;
        });
        await pending;
      }
      return session.accessToken;
    },
  });
  return admin;
}

function signIn(session: KeycloakAdminClient, credentials: AdminCredentials): Promise<void> {
  return session.auth(
    'username' in credentials
      ? {
          grantType: 'password',
          clientId: 'admin-cli',
          username: credentials.username,
          password: credentials.password,
        }
      : {
          grantType: 'client_credentials',
          clientId: credentials.clientId,
          clientSecret: credentials.clientSecret,
        },
  );
}

/** Sentences for what Keycloak, or the way to it, answers an administrator. */
export function createExplain(
  { url, credentials, timeoutMs }: Administrator,
  realm: string,
): Explain {
  const adminRealm = credentials.realm ?? MASTER;

  return (error, doing) => {
    if (error instanceof RealmSetupError) return error;
    if (error instanceof NetworkError) {
      const { status, url: asked } = error.response;
      const said = reason(error);
      if (new URL(asked).pathname.endsWith('/protocol/openid-connect/token'))
        return refusedSignIn(status, said);
      if (status === 401 || status === 403)
        return sentence(
          `The administrator may not ${doing}. That takes the role realm-admin of the client realm-management in the realm "${realm}", or admin in the realm master`,
        );
      return sentence(`Couldn't ${doing}: Keycloak answered ${status}${said && `, ${said}`}`);
    }
    if (error instanceof SyntaxError)
      return sentence(`What answers at ${url} is not Keycloak: its path prefix may be missing`);
    if (isTimeout(error))
      return sentence(
        `Couldn't ${doing}: Keycloak at ${url} took longer than ${timeoutMs / 1000} s`,
      );
    if (error instanceof TypeError && error.message === 'fetch failed')
      return sentence(`Keycloak can't be reached at ${url}${code(error.cause)}`);
    return error instanceof Error ? error : sentence(`Couldn't ${doing}`);
  };

  function refusedSignIn(status: number, said: string): RealmSetupError {
    // Some versions answer a realm that isn't there like an address that isn't.
    if (status === 404)
      return sentence(
        `At ${url} is no realm "${adminRealm}" for the administrator to sign in to (--admin-realm), or no Keycloak: its path prefix may be missing`,
      );
    const what =
      'username' in credentials ? "administrator's name or password" : "administrator's client";
    return sentence(
      `Keycloak at ${url} refused the ${what} in the realm "${adminRealm}"${said && `: ${said}`}`,
    );
  }
}

function sentence(text: string): RealmSetupError {
  return new RealmSetupError(/[.!?]$/.test(text) ? text : `${text}.`);
}

/** Keycloak has four shapes of error; these are the texts in them. */
function reason({ responseData }: NetworkError): string {
  if (typeof responseData !== 'object' || responseData === null) return '';
  const { error_description, errorMessage, error }: Record<string, unknown> = { ...responseData };
  const text = [error_description, errorMessage, error].find((it) => typeof it === 'string');
  return text ? `"${text}"` : '';
}

/** `fetch` hides why it failed in `cause`, and that may hold several (IPv4 and IPv6). */
function code(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string'
    ? ` (${cause.code})`
    : '';
}
