import swagger from '@fastify/swagger';
import type { FieldErrorCode, Problem } from '@portal/shared';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { Type } from 'typebox';
import { problemCodes } from '../errors.ts';

export const ProblemSchema = Type.Unsafe<Problem>(
  Type.Object(
    {
      type: Type.String({ description: 'Where the problem is described' }),
      title: Type.String({ description: 'For people; may change' }),
      status: Type.Integer(),
      code: Type.Enum(problemCodes, { description: 'What callers look at; never changes' }),
      params: Type.Optional(
        Type.Object(
          {
            inviter: Type.Optional(Type.String()),
            endedAt: Type.Optional(Type.String({ format: 'date-time' })),
            maxUses: Type.Optional(Type.Integer()),
            group: Type.Optional(Type.String()),
            retryAfter: Type.Optional(Type.Integer()),
          },
          { additionalProperties: false },
        ),
      ),
      errors: Type.Optional(
        Type.Array(
          Type.Object(
            {
              field: Type.String(),
              code: Type.Unsafe<FieldErrorCode>(Type.String()),
              params: Type.Optional(
                Type.Object({
                  min: Type.Optional(Type.Number()),
                  max: Type.Optional(Type.Number()),
                  message: Type.Optional(Type.String()),
                }),
              ),
            },
            { additionalProperties: false },
          ),
        ),
      ),
    },
    { $id: 'Problem', additionalProperties: false, description: 'RFC 9457 problem details' },
  ),
);

const DESCRIPTIONS: Record<number, string> = {
  400: 'A field is wrong; `errors` names each',
  401: 'No valid access token',
  403: 'Not allowed',
  404: 'There is no such thing',
  409: 'Busy; try again after Retry-After seconds',
  410: 'It has ended; the code says how',
  413: 'More than is taken at once',
  415: 'Not application/json',
  422: 'The Idempotency-Key was used for another request',
  429: 'Too many tries; wait Retry-After seconds',
  500: 'Our fault; it has been noted',
  503: 'Keycloak or Redis is away; try again after Retry-After seconds',
};

/**
 * A route's schema with its error answers. These are for the document alone, and stay out of the schema that Fastify
 * compiles: one serializer for each status of each route would cost 9 MB.
 */
function withProblems(schema: FastifySchema, own: readonly number[]): FastifySchema {
  const statuses = [...own, ...(schema.body ? [413, 415] : []), 500].sort((a, b) => a - b);
  const problems = statuses.map((status) => [status, problemResponse(status)] as const);
  const response = typeof schema.response === 'object' ? schema.response : {};
  return { ...schema, response: { ...response, ...Object.fromEntries(problems) } };
}

function problemResponse(status: number) {
  return {
    description: DESCRIPTIONS[status] ?? 'An error',
    content: { 'application/problem+json': { schema: Type.Ref('Problem') } },
  };
}

/** Collects the routes' schemas into one OpenAPI 3.1 document; to be registered before the routes. */
export async function openapi(app: FastifyInstance, publicUrl: string): Promise<void> {
  app.addSchema(ProblemSchema);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Collective portal',
        version: '1',
        description: 'Invite people, and sign them up, in front of a Keycloak realm.',
        license: { name: 'AGPL-3.0-only', identifier: 'AGPL-3.0-only' },
      },
      servers: [{ url: publicUrl }],
      components: {
        securitySchemes: {
          realm: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: 'An access token of the realm, with the portal’s audience',
          },
          signUpCookie: {
            type: 'apiKey',
            in: 'cookie',
            name: '__Host-portal-sign-up',
            description: 'Set by a sign-up; opens that sign-up alone',
          },
        },
      },
      security: [{ realm: [] }],
    },
    transform: ({ schema, url, route }) => ({
      schema: withProblems(schema, route.config?.problems ?? []),
      url,
    }),
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) =>
        typeof json.$id === 'string' ? json.$id : `Schema${index}`,
    },
  });
  app.get('/api/openapi.json', { schema: { hide: true } }, () => app.swagger());
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Statuses of the problems that this route answers with, for the OpenAPI document. */
    problems?: readonly number[];
  }
}
