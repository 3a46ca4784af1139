import { Validator } from '@seriousme/openapi-schema-validator';
import type { FastifyInstance } from 'fastify';
import { afterAll, describe, expect, test } from 'vitest';
import { problemCodes } from '../../src/errors.ts';
import { startPortal } from '../support/portal.ts';

const portal = await startPortal();
afterAll(() => portal.stop());

interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  security?: Record<string, string[]>[];
  responses: Record<string, { description: string; content?: Record<string, { schema: unknown }> }>;
}
interface Document {
  openapi: string;
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { properties: { code: { enum: string[] } } }> };
  security: unknown;
}

const { body: document } = await portal.api.get<Document>('/api/openapi.json');
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    route: `${method.toUpperCase()} ${path}`,
    ...operation,
  })),
);
const PUBLIC = [
  'GET /api/v1/config',
  'GET /api/v1/look.css',
  'GET /api/v1/look/{part}',
  'GET /api/v1/pages/{slug}',
  'GET /healthz',
  'GET /readyz',
  'POST /api/v1/invites/lookup',
  'POST /api/v1/registrations',
];
const BY_COOKIE = [
  'GET /api/v1/registrations/current',
  'PATCH /api/v1/registrations/current',
  'POST /api/v1/registrations/current/verification-email',
];

/** Every route of the app, as Fastify draws them: a tree, each branch with what comes after the one above. */
function routesOf(app: FastifyInstance): string[] {
  const above: string[] = [];
  return app
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const [, drawn = '', part = '', methods = ''] =
        /^(.*?)(\/\S*) \(([A-Z, ]+)\)$/.exec(line) ?? [];
      if (!part) return [];
      above.length = drawn.length / 4 - 1;
      const path = `${above.join('')}${part}`;
      above.push(part);
      const named = path.replaceAll(/:(\w+)/g, '{$1}');
      return methods.split(', ').map((method) => `${method} ${named}`);
    });
}

describe('the document', () => {
  test('is OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate({ ...document })).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  test('has every route, and no other', () => {
    const routes = routesOf(portal.app).filter(
      (route) => !route.startsWith('HEAD ') && route !== 'GET /api/openapi.json',
    );
    expect(operations.map(({ route }) => route).sort()).toEqual(routes.sort());
  });

  test('has the portal’s own address', () => {
    expect(document.servers).toEqual([{ url: portal.config.publicUrl }]);
  });

  test('has names that clients can be made from', () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids)).toHaveProperty('size', operations.length);
    expect(ids.every((id) => /^[a-z][A-Za-z]+$/.test(id))).toBe(true);
    expect(operations.every(({ summary, tags }) => summary && tags.length === 1)).toBe(true);
  });
});

describe('what a route needs', () => {
  test('is an access token, where nothing else is said', () => {
    expect(document.security).toEqual([{ realm: [] }]);
    const open = operations.filter(({ security }) => security).map(({ route }) => route);
    expect(open.sort()).toEqual([...PUBLIC, ...BY_COOKIE].sort());
  });

  test.each(operations.filter(({ route }) => PUBLIC.includes(route)))(
    'is nothing for $route',
    ({ security }) => {
      expect(security).toEqual([]);
    },
  );

  test.each(operations.filter(({ route }) => BY_COOKIE.includes(route)))(
    'is the cookie of a sign-up for $route',
    ({ security }) => {
      expect(security).toEqual([{ signUpCookie: [] }]);
    },
  );

  test.each(operations.filter(({ security }) => !security))(
    'is asked for by $route',
    async ({ route, responses }) => {
      const [method = '', path = ''] = route.split(' ');
      const url = path.replace('{id}', '0'.repeat(32));
      const { status } = await portal.api.ask(method, url);
      expect(status).toBe(401);
      expect(responses).toHaveProperty('401');
    },
  );
});

describe('what goes wrong', () => {
  test.each(operations.filter(({ route }) => route.includes('/api/v1/')))(
    'is a Problem, at $route',
    ({ responses }) => {
      const errors = Object.entries(responses).filter(([status]) => Number(status) >= 400);
      expect(errors.length).toBeGreaterThan(0);
      for (const [, { content, description }] of errors) {
        expect(content).toEqual({
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        });
        expect(description).not.toBe('');
      }
    },
  );

  test('has one of the codes that never change', () => {
    expect(document.components.schemas.Problem?.properties.code.enum).toEqual(problemCodes);
  });
});
