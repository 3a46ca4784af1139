import swagger from '@fastify/swagger';
import type { FieldErrorCode, Problem } from '@portal/shared';
import type { FastifyInstance } from 'fastify';
import { type TUnsafe, Type } from 'typebox';
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

interface ProblemResponse {
  description: string;
  content: { 'application/problem+json': { schema: TUnsafe<Problem> } };
}

const DESCRIPTIONS: Record<number, string> = {
  400: 'A field is wrong; `errors` names each',
  401: 'No valid access token',
  403: 'Not allowed',
  404: 'There is no such thing',
  409: 'Busy; try again after Retry-After seconds',
  410: 'It has ended; the code says how',
  422: 'The Idempotency-Key was used for another request',
  429: 'Too many tries; wait Retry-After seconds',
  503: 'Keycloak or Redis is away; try again after Retry-After seconds',
};

/** The error answers of a route, for its schema. */
export function problems(...statuses: number[]): Record<number, ProblemResponse> {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: DESCRIPTIONS[status] ?? 'An error',
        content: {
          'application/problem+json': { schema: Type.Unsafe<Problem>(Type.Ref('Problem')) },
        },
      },
    ]),
  );
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
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) =>
        typeof json.$id === 'string' ? json.$id : `Schema${index}`,
    },
  });
  app.get('/api/openapi.json', { schema: { hide: true } }, () => app.swagger());
}
