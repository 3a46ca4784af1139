import fastifyRateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ProblemError } from '../errors.ts';
import type { RedisConnection } from '../redis/connection.ts';

const WINDOW_MS = 60_000;

export interface RateLimitOptions {
  redis: RedisConnection;
  nameSpace: string;
  /** Requests a minute. */
  perAddress: number;
  perLink: number;
  /** The invite that a token was made for; undefined where it was not made here. */
  inviteOf: (token: string) => string | undefined;
}

/**
 * So many requests a minute, from one address to the routes of this scope together, and by one link likewise, counted in
 * Redis for all processes together. The address is a proxy's word only where `TRUST_PROXY` names that proxy; a link that is none is
 * not counted, and asks nothing of Redis.
 */
export async function rateLimit(scope: FastifyInstance, options: RateLimitOptions): Promise<void> {
  const { redis, nameSpace, perAddress, perLink, inviteOf } = options;
  await scope.register(fastifyRateLimit, {
    redis,
    nameSpace,
    max: perAddress,
    timeWindow: WINDOW_MS,
    enableDraftSpec: true,
    errorResponseBuilder: (_request, { ttl }) => tooMany(ttl),
  });
  const linkOf = ({ body }: FastifyRequest) =>
    typeof body === 'object' && body !== null && 'token' in body && typeof body.token === 'string'
      ? inviteOf(body.token)
      : undefined;
  scope.decorateRequest('linkedInvite');
  const limitLink = scope.createRateLimit({
    max: perLink,
    timeWindow: WINDOW_MS,
    keyGenerator: (request) => `link:${request.linkedInvite}`,
  });
  scope.addHook('preHandler', async (request) => {
    request.linkedInvite = linkOf(request);
    if (request.linkedInvite === undefined) return;
    const limit = await limitLink(request);
    if (!limit.isAllowed && limit.isExceeded) throw tooMany(limit.ttl);
  });
}

function tooMany(milliseconds: number): ProblemError {
  return new ProblemError('too-many-requests', {
    params: { retryAfter: Math.ceil(milliseconds / 1000) },
  });
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Where requests are limited by link: the invite that the body's token was made for. Found once, for it takes an HMAC. */
    linkedInvite: string | undefined;
  }
}
