import fastifyRateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { ProblemError } from '../errors.ts';
import type { RedisConnection } from '../redis/connection.ts';

const WINDOW_MS = 60_000;

/**
 * So many requests a minute from one address to this scope, counted in Redis for all processes together. The address
 * is a proxy's word only where `TRUST_PROXY` names that proxy.
 */
export async function rateLimit(
  scope: FastifyInstance,
  options: { redis: RedisConnection; max: number; nameSpace: string },
): Promise<void> {
  await scope.register(fastifyRateLimit, {
    ...options,
    timeWindow: WINDOW_MS,
    enableDraftSpec: true,
    errorResponseBuilder: (_request, { ttl }) =>
      new ProblemError('too-many-requests', { params: { retryAfter: Math.ceil(ttl / 1000) } }),
  });
}
