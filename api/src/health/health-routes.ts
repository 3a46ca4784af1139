import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { LRUCache } from 'lru-cache';
import { Type } from 'typebox';
import type { Gateway } from '../keycloak/gateway.ts';
import type { RealmKeys } from '../keycloak/realm-keys.ts';
import type { RedisConnection } from '../redis/connection.ts';

/** Keycloak is asked at most this often, however often a probe comes. */
const REMEMBERED_MS = 5_000;

const State = Type.Enum(['ok', 'away']);
const ReadySchema = Type.Object({ redis: State, realmKeys: State, adminApi: State });

export interface HealthRoutesOptions {
  redis: RedisConnection;
  keys: RealmKeys;
  gateway: Gateway;
}

/** For probes: whether this process lives, and whether it can do its work. */
export const healthRoutes: FastifyPluginAsyncTypebox<HealthRoutesOptions> = async (
  app,
  { redis, keys, gateway },
) => {
  const adminApi = new LRUCache<'state', 'ok' | 'away'>({
    max: 1,
    ttl: REMEMBERED_MS,
    fetchMethod: () =>
      gateway.ping().then(
        () => 'ok' as const,
        () => 'away' as const,
      ),
  });

  app.get(
    '/healthz',
    {
      schema: {
        operationId: 'getHealth',
        summary: 'Whether this process lives',
        tags: ['Health'],
        security: [],
        response: { 200: Type.Object({ status: Type.Literal('ok') }) },
      },
    },
    () => ({ status: 'ok' as const }),
  );

  app.get(
    '/readyz',
    {
      schema: {
        operationId: 'getReadiness',
        summary: 'Whether Redis, the realm’s keys and the admin API are there',
        description: 'Says no, too, once this process is about to stop.',
        tags: ['Health'],
        security: [],
        response: { 200: ReadySchema, 503: ReadySchema },
      },
    },
    async (_request, reply) => {
      const [redisState, adminState] = await Promise.all([
        redis.ping().then(
          () => 'ok' as const,
          () => 'away' as const,
        ),
        adminApi.forceFetch('state'),
      ]);
      const realmKeys = keys.isLoaded() ? ('ok' as const) : ('away' as const);
      const ready =
        !app.isLeaving() && redisState === 'ok' && adminState === 'ok' && realmKeys === 'ok';
      return reply
        .code(ready ? 200 : 503)
        .send({ redis: redisState, realmKeys, adminApi: adminState });
    },
  );
};
