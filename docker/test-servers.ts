import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Say } from './stack/commands.ts';
import { startKeycloak } from './stack/keycloak.ts';
import { startMail } from './stack/mail.ts';
import { startRedis } from './stack/redis.ts';
import { startRedisCluster } from './stack/redis-cluster.ts';

/** Where the real servers of a test run are. */
export interface TestServers {
  /** `http://localhost:<port>`, without a slash at its end. */
  keycloakUrl: string;
  /** Administrator of the realm `master`. */
  keycloakAdmin: string;
  keycloakPassword: string;
  /** `redis://127.0.0.1:<port>`, without a database, or `redis+cluster://…`. */
  redisUrl: string;
  smtpPort: number;
  /** Of the mail catcher's page and API. */
  mailUrl: string;
  /** Stops what was started here; servers of somebody else's go on. */
  stop(): Promise<void>;
}

/** How they are handed from `npm test` to the test runners. */
const VARIABLES = {
  keycloakUrl: 'TEST_KEYCLOAK_URL',
  keycloakAdmin: 'TEST_KEYCLOAK_ADMIN',
  keycloakPassword: 'TEST_KEYCLOAK_PASSWORD',
  redisUrl: 'TEST_REDIS_URL',
  smtpPort: 'TEST_SMTP_PORT',
  mailUrl: 'TEST_MAIL_URL',
} as const;

/**
 * One Keycloak, one Redis and one mail catcher, on free ports of loopback and with nothing in them: those that the environment names, or else new ones.
 * With `TEST_REDIS=cluster`, Redis is a Cluster of six.
 *
 * @throws StackError that says what failed and where its log is, or what to install.
 */
export async function startTestServers(say: Say = () => {}): Promise<TestServers> {
  return fromEnvironment() ?? startAll(say);
}

const startAnyRedis = process.env.TEST_REDIS === 'cluster' ? startRedisCluster : startRedis;

/** The same servers, but a Redis Cluster, for as long as some work takes. */
export async function withRedisCluster<T>(
  servers: TestServers,
  work: (servers: TestServers) => Promise<T>,
): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'portal-cluster-'));
  const cluster = await startRedisCluster({ dir });
  try {
    return await work({ ...servers, redisUrl: cluster.url });
  } finally {
    await cluster.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

/** The variables that make `startTestServers` in another process give these servers. */
export function toEnvironment(servers: TestServers): Record<string, string> {
  return Object.fromEntries(
    names().map((name) => [VARIABLES[name], String(servers[name])] as const),
  );
}

function names(): (keyof typeof VARIABLES)[] {
  return ['keycloakUrl', 'keycloakAdmin', 'keycloakPassword', 'redisUrl', 'smtpPort', 'mailUrl'];
}

function fromEnvironment(): TestServers | undefined {
  const value = (name: keyof typeof VARIABLES) => process.env[VARIABLES[name]] ?? '';
  if (!names().every(value)) return undefined;
  return {
    keycloakUrl: value('keycloakUrl'),
    keycloakAdmin: value('keycloakAdmin'),
    keycloakPassword: value('keycloakPassword'),
    redisUrl: value('redisUrl'),
    smtpPort: Number(value('smtpPort')),
    mailUrl: value('mailUrl'),
    stop: async () => {},
  };
}

async function startAll(say: Say): Promise<TestServers> {
  const dir = await mkdtemp(join(tmpdir(), 'portal-test-'));
  const starting = [
    startKeycloak({ dataDir: join(dir, 'keycloak'), say }),
    startAnyRedis({ dir: join(dir, 'redis'), say }),
    startMail({ dir: join(dir, 'mail') }),
  ] as const;
  const stopAll = async () => {
    const outcomes = await Promise.allSettled(starting);
    await Promise.all(outcomes.map((outcome) => 'value' in outcome && outcome.value.stop()));
  };
  try {
    const [keycloak, redis, mail] = await Promise.all(starting);
    return {
      keycloakUrl: keycloak.url,
      keycloakAdmin: keycloak.adminUsername,
      keycloakPassword: keycloak.adminPassword,
      redisUrl: redis.url,
      smtpPort: mail.smtpPort,
      mailUrl: mail.url,
      stop: async () => {
        await stopAll();
        await rm(dir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    // The folder stays: the logs are in it.
    await stopAll();
    throw error;
  }
}
