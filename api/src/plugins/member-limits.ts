import fastifyRateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { tooManyRequests } from '../errors.ts';
import type { RedisConnection } from '../redis/connection.ts';

/** So many of one kind in a while, counted by what they are for. */
export interface MemberLimit {
  max: number;
  windowMs: number;
  /** What is counted together; no name or address, as it becomes a key. */
  keyOf(request: FastifyRequest): string;
}

/** Counts a request. @throws ProblemError `too-many-requests` where there were too many. */
export type CountRequest = (request: FastifyRequest) => Promise<void>;
export type MakeLimit = (limit: MemberLimit) => CountRequest;

/**
 * Limits of what one member may do, counted in Redis for all processes together. Costs the routes that ask, and no other.
 *
 * @returns makes a limit.
 */
export async function memberLimits(
  scope: FastifyInstance,
  { redis, nameSpace }: { redis: RedisConnection; nameSpace: string },
): Promise<MakeLimit> {
  await scope.register(fastifyRateLimit, { global: false, redis, nameSpace });

  return ({ max, windowMs, keyOf }: MemberLimit) => {
    const count = scope.createRateLimit({ max, timeWindow: windowMs, keyGenerator: keyOf });
    return async (request) => {
      const limit = await count(request);
      if (!limit.isAllowed && limit.isExceeded) throw tooManyRequests(limit.ttl);
    };
  };
}
