import { randomBytes } from 'node:crypto';
import { buildApp } from '../../src/app.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import { createRedisKeys } from '../../src/redis/keys.ts';
import { createClient } from './client.ts';
import { createRealm, type RealmOptions, type TestRealm } from './realm.ts';
import { openRedis } from './redis.ts';

export interface PortalOptions extends RealmOptions {
  /** The realm of another portal: a second process in front of the same one. */
  realm?: TestRealm;
  environment?: Record<string, string>;
}

export type Portal = Awaited<ReturnType<typeof startPortal>>;

/**
 * The whole portal, listening, in front of a realm of its own and with keys of its own in Redis. Whoever starts it
 * stops it.
 */
export async function startPortal(options: PortalOptions = {}) {
  const realm = options.realm ?? (await createRealm(options));
  const config = loadConfig({ ...portalEnvironment(realm), ...options.environment });
  const app = await buildApp(config);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const redis = openRedis(config.redis.url);

  return {
    ...{ app, url, config, realm, redis },
    keys: createRedisKeys(config.redis.prefix),
    api: createClient(url),
    async stop(): Promise<void> {
      await app.close();
      redis.disconnect();
      if (!options.realm) await realm.remove();
    },
  };
}

/** What a process of the portal's is started with: the same for an app in this process and for one of its own. */
export function portalEnvironment(realm: TestRealm): Record<string, string> {
  return {
    NODE_ENV: 'test',
    COMMUNITY_NAME: 'Weavers’ Co-op',
    PUBLIC_URL: realm.publicUrl,
    APP_SECRET_KEY: realm.portalSecret,
    LOG_LEVEL: 'silent',
    RATE_LIMIT: '1000000',
    RATE_LIMIT_PER_LINK: '1000000',
    KEYCLOAK_URL: realm.keycloakUrl,
    KEYCLOAK_REALM: realm.name,
    KEYCLOAK_CLIENT_SECRET: realm.clientSecret,
    REDIS_URL: process.env.TEST_REDIS_URL ?? '',
    // Where all tests share two cores, a command may have to wait for its turn.
    REDIS_TIMEOUT: '5000',
    REDIS_PREFIX: `test-${realm.name}:`,
    ...realm.environment,
  };
}

export type { Config };
export const randomName = (prefix: string): string => `${prefix}-${randomBytes(4).toString('hex')}`;
