import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Say } from './commands.ts';
import { type Engine, findEngine, runContainer } from './container.ts';
import { ensureJava } from './java.ts';
import { KEYCLOAK_VERSION, keycloakDistribution } from './keycloak-distribution.ts';
import { keepConfigured, prepareHome } from './keycloak-home.ts';
import { freePort } from './ports.ts';
import { answersHttp, type Service, startService, untilReady } from './service.ts';

export interface KeycloakOptions {
  /** Keeps the database and the administrator's password from start to start. Made where it isn't there. */
  dataDir: string;
  /** Default: a free one. */
  port?: number;
  /** Default: `keycloak.log` in `dataDir`. */
  logFile?: string;
  say?: Say;
  /** More of Keycloak's own environment, such as `KC_HTTP_RELATIVE_PATH`; goes over ours. */
  env?: Record<string, string>;
  /** Whether a container may be used where an engine answers. Default: no. */
  docker?: boolean;
}

export interface Keycloak extends Service {
  /** `http://localhost:<port>`, without a slash at its end. */
  url: string;
  port: number;
  /** Of the realm `master`. */
  adminUsername: string;
  adminPassword: string;
  /** Where it reaches a server that listens on this machine's loopback. */
  loopback: string;
}

const ADMIN = 'admin';
/** A first start on two busy cores took 70 s. */
const SECONDS_TO_READY = 300;

/**
 * Starts Keycloak in development mode, on loopback, and waits until it is ready.
 *
 * @throws StackError that says what failed and where its log is, or what to install.
 */
export async function startKeycloak(options: KeycloakOptions): Promise<Keycloak> {
  const { say = () => {}, env = {} } = options;
  const dataDir = resolve(options.dataDir);
  const logFile = resolve(options.logFile ?? join(dataDir, 'keycloak.log'));
  const port = options.port ?? (await freePort());
  const management = await freePort();
  const url = `http://localhost:${port}`;
  await mkdir(dataDir, { recursive: true });
  const adminPassword = await keptPassword(join(dataDir, 'admin-password'));
  const settings: Record<string, string> = {
    KC_HTTP_HOST: '127.0.0.1',
    KC_HTTP_PORT: String(port),
    KC_HTTP_MANAGEMENT_HOST: '127.0.0.1',
    KC_HTTP_MANAGEMENT_PORT: String(management),
    KC_HEALTH_ENABLED: 'true',
    KC_HOSTNAME: url,
    KC_BOOTSTRAP_ADMIN_USERNAME: ADMIN,
    KC_BOOTSTRAP_ADMIN_PASSWORD: adminPassword,
    JAVA_OPTS_KC_HEAP: '-Xms64m -Xmx512m',
    ...env,
  };

  const start = { dataDir, logFile, settings, say };
  const engine = options.docker ? await findEngine() : undefined;
  const contained = engine && (await inContainer(start, engine, [port, management]));
  const service = contained ?? (await onJava(start));
  const healthPath = env.KC_HTTP_MANAGEMENT_RELATIVE_PATH ?? env.KC_HTTP_RELATIVE_PATH ?? '';
  const health = `http://127.0.0.1:${management}${healthPath.replace(/\/$/, '')}/health/ready`;
  say('waiting until it is ready');
  await untilReady(service, () => answersHttp(health), SECONDS_TO_READY);
  if (!contained && Object.keys(env).length === 0) await keepConfigured(join(dataDir, 'server'));
  return {
    ...service,
    url,
    port,
    adminUsername: ADMIN,
    adminPassword,
    loopback: contained ? engine.loopback : '127.0.0.1',
  };
}

interface Start {
  dataDir: string;
  logFile: string;
  settings: Record<string, string>;
  say: Say;
}

async function inContainer(
  { dataDir, logFile, settings, say }: Start,
  engine: Engine,
  ports: readonly number[],
): Promise<Service | undefined> {
  const data = join(dataDir, 'server/data');
  await mkdir(data, { recursive: true });
  return runContainer({
    engine,
    name: 'Keycloak',
    image: `quay.io/keycloak/keycloak:${KEYCLOAK_VERSION}`,
    args: ['start-dev'],
    // In a network of its own, loopback would be the container's; what is published is bound to ours.
    env: engine.hostNetwork
      ? settings
      : { ...settings, KC_HTTP_HOST: '0.0.0.0', KC_HTTP_MANAGEMENT_HOST: '0.0.0.0' },
    ports,
    volume: [data, '/opt/keycloak/data'],
    logFile,
    say,
  });
}

async function onJava({ dataDir, logFile, settings, say }: Start): Promise<Service> {
  const java = await ensureJava(say);
  const distribution = await keycloakDistribution(say);
  const home = join(dataDir, 'server');
  await prepareHome(home, distribution);
  return startService({
    name: 'Keycloak',
    command: join(home, 'bin/kc.sh'),
    args: ['start-dev'],
    cwd: home,
    env: { ...withoutKeycloak(process.env), JAVA: java, ...settings },
    logFile,
  });
}

/** What a user's shell says to a Keycloak of their own is not for ours. */
function withoutKeycloak(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const theirs = /^(KC_|KEYCLOAK_|QUARKUS_|JAVA_OPTS|JAVA_HOME$|DEBUG)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !theirs.test(name)));
}

/** Keycloak takes it at the first start alone, so it is kept, for its owner's eyes. */
async function keptPassword(file: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  const password = randomBytes(18).toString('base64url');
  try {
    await writeFile(file, password, { mode: 0o600, flag: 'wx' });
    return password;
  } catch {
    return (await readFile(file, 'utf8')).trim();
  }
}
