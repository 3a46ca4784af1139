import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { portal } from '../../src/cli/portal.ts';
import {
  adminApi,
  administrator,
  claims,
  keycloakUrl,
  pkce,
  signInByBrowser,
  token,
} from '../support/keycloak-by-hand.ts';

export const PUBLIC_URL = 'http://localhost:8000/portal';
export const SIGNED_IN = `${PUBLIC_URL}/signed-in`;
export const PASSWORD = 'correct horse battery';

export type Runs = Awaited<ReturnType<typeof createRuns>>;

/** `portal setup`, as a terminal runs it, on realms and in a folder of one test file's own. */
export async function createRuns() {
  const folder = await mkdtemp(join(tmpdir(), 'portal-setup-'));
  const realms = new Set<string>();

  /** Runs the command, and gives all that it says. */
  async function run(args: string[], variables: Record<string, string>) {
    const out: string[] = [];
    const say = (text: string) => out.push(text);
    const code = await portal(args, { variables, print: say, complain: say });
    return { code, output: out.join('\n') };
  }

  return {
    folder,
    run,
    setup: (realm: string, args: string[] = [], more: Record<string, string> = {}) =>
      run(['setup', ...args], variables(realm, more)),
    /** A name that no realm has yet; the realm goes with the others at the end. */
    newName(prefix: string): string {
      const name = `${prefix} ${randomUUID().slice(0, 8)}`;
      realms.add(name);
      return name;
    },
    async clear(): Promise<void> {
      await Promise.all([...realms].map((realm) => adminApi(realm).remove()));
      await rm(folder, { recursive: true });
    },
  };
}

export function variables(
  realm: string,
  more: Record<string, string> = {},
): Record<string, string> {
  return {
    PUBLIC_URL,
    KEYCLOAK_URL: keycloakUrl,
    KEYCLOAK_REALM: realm,
    KEYCLOAK_ADMIN_USERNAME: administrator.username,
    KEYCLOAK_ADMIN_PASSWORD: administrator.password,
    ...more,
  };
}

/** A token as the pages get it: authorization code flow with PKCE, by Keycloak's own sign-in form. */
export async function pagesToken(
  realm: string,
  username: string,
): Promise<Record<string, unknown>> {
  const { verifier, challenge } = pkce();
  const request = { client_id: 'portal-web', redirect_uri: SIGNED_IN };
  const back = await signInByBrowser(
    realm,
    {
      ...request,
      response_type: 'code',
      scope: 'openid',
      code_challenge: challenge,
      code_challenge_method: 'S256',
    },
    { username, password: PASSWORD },
  );
  return claims(
    await token(realm, {
      ...request,
      grant_type: 'authorization_code',
      code: back.searchParams.get('code') ?? `none in ${back}`,
      code_verifier: verifier,
    }),
  );
}

/** What Keycloak is sent for a new user who can sign in. */
export const person = (username: string, more: object = {}) => ({
  username,
  email: `${username}@example.org`,
  firstName: 'Ann',
  lastName: 'Lee',
  enabled: true,
  emailVerified: true,
  credentials: [{ type: 'password', value: PASSWORD }],
  ...more,
});
