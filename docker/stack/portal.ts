import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './commands.ts';
import type { Keycloak } from './keycloak.ts';
import { inPlace, keptSecret, logFile, ROOT } from './place.ts';
import { answersHttp, type Service, startService, untilReady } from './service.ts';

export const REALM = 'community';
const PORTAL = join(ROOT, 'api/src/cli/portal.ts');
const SERVER = join(ROOT, 'api/src/server.ts');
const WEB = join(ROOT, 'web');
/** So that a first look has them; `PAGES_DIR` says otherwise. */
const DEMO_PAGES = join(ROOT, 'docker/demo/pages');
/** A heap that fits an API of which some 40 MB are in use: without a bound, garbage piles up to several times that. */
const LEAN = ['--max-semi-space-size=4', '--max-old-space-size=96'];

export interface Addresses {
  /** The portal's own, as browsers see it. */
  publicUrl: string;
  apiPort: number;
  keycloakUrl: string;
  redisUrl: string;
  /** Of the mail catcher. */
  smtpPort: number;
}

type Variables = Record<string, string | undefined>;

/** Say otherwise where things are than we do. */
const NOT_FROM_OUTSIDE = [
  'KEYCLOAK_DOMAIN',
  'KEYCLOAK_INTERNAL_URL',
  'KEYCLOAK_ISSUER',
  'KEYCLOAK_CLIENT_SECRET',
];

/**
 * The portal's environment here: where things are and its secrets, and for all else what the caller's says, such as `COMMUNITY_NAME`.
 * Also left in a file, for `node --env-file=.portal/env api/src/cli/portal.ts`.
 */
export function portalEnvironment(addresses: Addresses, isDevelopment: boolean): Variables {
  const ours = {
    NODE_ENV: isDevelopment ? 'development' : 'production',
    PUBLIC_URL: addresses.publicUrl,
    HOST: '127.0.0.1',
    PORT: String(addresses.apiPort),
    TRUST_PROXY: '127.0.0.1',
    KEYCLOAK_URL: addresses.keycloakUrl,
    KEYCLOAK_REALM: REALM,
    KEYCLOAK_CLIENT_SECRET_FILE: inPlace('client-secret'),
    REDIS_URL: addresses.redisUrl,
    APP_SECRET_KEY: keptSecret('app-secret-key'),
  };
  const lines = Object.entries(ours).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(inPlace('env'), lines.join(''), { mode: 0o600 });
  const theirs = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !NOT_FROM_OUTSIDE.includes(name)),
  );
  const mails = {
    SMTP_URL: `smtp://127.0.0.1:${addresses.smtpPort}`,
    MAIL_FROM: 'portal@example.org',
  };
  return { PAGES_DIR: DEMO_PAGES, ...mails, ...theirs, ...ours };
}

/** @throws Error that names the log. */
export async function setUpRealm(keycloak: Keycloak, env: Variables): Promise<void> {
  await run(
    process.execPath,
    [PORTAL, 'setup', '--secret-file', env.KEYCLOAK_CLIENT_SECRET_FILE ?? ''],
    {
      env: {
        ...env,
        KEYCLOAK_ADMIN_USERNAME: keycloak.adminUsername,
        KEYCLOAK_ADMIN_PASSWORD: keycloak.adminPassword,
      },
      logFile: logFile('setup'),
    },
  );
}

/** @throws StackError that says where the log is. */
export async function startApi(variables: Variables, isDevelopment: boolean): Promise<Service> {
  // Types are stripped once, not at every start: 20 MB less, and sooner there.
  const env: Variables = { ...variables, NODE_COMPILE_CACHE: inPlace('compile-cache') };
  if (!existsSync(inPlace('compile-cache')))
    await run(process.execPath, [...LEAN, SERVER, '--check'], { env, logFile: logFile('api') });
  const service = await startService({
    name: 'The API',
    command: process.execPath,
    args: [...(isDevelopment ? ['--watch'] : []), ...LEAN, SERVER],
    cwd: ROOT,
    env,
    logFile: logFile('api'),
  });
  await untilReady(service, () => answersHttp(`http://127.0.0.1:${env.PORT}/readyz`), 60);
  return service;
}

/**
 * Vite's own server, which shows a change of the pages at once.
 *
 * @throws StackError that says where the log is.
 */
export async function startVite(port: number, apiPort: number): Promise<Service> {
  const service = await startService({
    name: "Vite's server",
    command: join(WEB, 'node_modules/.bin/vite'),
    args: ['--host', '127.0.0.1', '--port', String(port), '--strictPort'],
    cwd: WEB,
    env: { ...process.env, API_PORT: String(apiPort) },
    logFile: logFile('pages'),
  });
  await untilReady(service, () => answersHttp(`http://127.0.0.1:${port}/`), 60);
  return service;
}
