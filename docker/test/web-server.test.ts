import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, get, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWebServer } from '../web-server.ts';

let dist: string;
let api: FastifyInstance;

beforeAll(async () => {
  dist = await mkdtemp(join(tmpdir(), 'portal-pages-'));
  await mkdir(join(dist, 'assets'));
  await writeFile(join(dist, 'index.html'), '<base href="/"><title>Portal</title>');
  await writeFile(join(dist, 'assets/main-1a2b.js'), 'export {};');
  await writeFile(join(dist, 'door.svg'), '<svg/>');
  api = Fastify();
  api.get('/api/v1/echo', ({ url, headers }) => ({ url, forwarded: headers['x-forwarded-for'] }));
  api.get('/api/v1/busy', (_request, reply) =>
    reply.code(503).header('retry-after', '7').send({ code: 'keycloak-away' }),
  );
  api.get('/api/v1/look.css', (_request, reply) =>
    reply.type('text/css').header('content-security-policy', 'sandbox').send('html:root{}'),
  );
  api.setNotFoundHandler((_request, reply) => reply.code(404).send({ code: 'not-found' }));
  await api.listen({ port: 0 });
});

afterAll(async () => {
  await api.close();
  await rm(dist, { recursive: true });
});

function portOf(server: FastifyInstance): number {
  const address = server.server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

interface Answer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

/** By `node:http`, which sends a path as it is. */
function ask(port: number, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, headers }, async (response) =>
      resolve({
        status: response.statusCode,
        headers: response.headers,
        body: await text(response),
      }),
    ).on('error', reject);
  });
}

async function withServer(
  options: { prefix?: string; apiPort?: number },
  use: (port: number) => Promise<void>,
): Promise<void> {
  const { prefix = '', apiPort = portOf(api) } = options;
  const server = await createWebServer({
    dist,
    publicUrl: `https://portal.example${prefix}`,
    apiUrl: `http://127.0.0.1:${apiPort}`,
    keycloakUrl: 'https://sso.example/auth',
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  try {
    await use(portOf(server));
  } finally {
    await server.close();
  }
}

describe.each([{ prefix: '' }, { prefix: '/door' }])('below "$prefix"', ({ prefix }) => {
  test('every page is the one page, with its base, never kept', () =>
    withServer({ prefix }, async (port) => {
      for (const path of ['/', '/join', '/invites/1a2b?status=open']) {
        const { status, headers, body } = await ask(port, `${prefix}${path}`);
        expect({ path, status, body }).toEqual({
          path,
          status: 200,
          body: `<base href="${prefix}/"><title>Portal</title>`,
        });
        expect(headers['cache-control']).toBe('no-cache');
      }
    }));

  test('assets are kept for ever, other files are asked for again', () =>
    withServer({ prefix }, async (port) => {
      const asset = await ask(port, `${prefix}/assets/main-1a2b.js`);
      expect(asset.headers['cache-control']).toContain('immutable');
      const icon = await ask(port, `${prefix}/door.svg`);
      expect(icon.headers['cache-control']).toBe('no-cache');
    }));

  test('a file that is not there is no page', () =>
    withServer({ prefix }, async (port) => {
      for (const path of ['/assets/main-0000.js', '/index.html', '/wp-login.php', '/.env']) {
        const { status, body } = await ask(port, `${prefix}${path}`);
        expect({ path, status, code: JSON.parse(body).code }).toEqual({
          path,
          status: 404,
          code: 'not-found',
        });
      }
    }));

  test('the API is asked once, with the address of who asks, and its answers come through', () =>
    withServer({ prefix }, async (port) => {
      const from = { 'x-forwarded-for': '203.0.113.9' };
      const echo = await ask(port, `${prefix}/api/v1/echo?x=1`, from);
      expect(JSON.parse(echo.body)).toEqual({
        url: '/api/v1/echo?x=1',
        forwarded: '203.0.113.9, 127.0.0.1',
      });
      const busy = await ask(port, `${prefix}/api/v1/busy`);
      expect([busy.status, busy.headers['retry-after']]).toEqual([503, '7']);
      const unknown = await ask(port, `${prefix}/api/v1/none`);
      expect([unknown.status, unknown.body]).toEqual([404, '{"code":"not-found"}']);
    }));

  test('an API that is away is said to be away', () =>
    withServer({ prefix, apiPort: 1 }, async (port) => {
      const { status, headers, body } = await ask(port, `${prefix}/api/v1/config`);
      expect(status).toBe(503);
      expect(headers['content-type']).toContain('application/problem+json');
      expect(headers['retry-after']).toBe('5');
      expect(JSON.parse(body)).toMatchObject({ status: 503, code: 'failed' });
    }));

  test('the community’s look comes from the API as it is, headers and all', () =>
    withServer({ prefix }, async (port) => {
      const { status, headers, body } = await ask(port, `${prefix}/api/v1/look.css?v=1`);
      expect({ status, body }).toEqual({ status: 200, body: 'html:root{}' });
      expect(headers['content-type']).toMatch(/^text\/css/);
      expect(headers['content-security-policy']).toBe('sandbox');
    }));

  test('an API that is silent keeps no page from being shown: its look is given up soon', async () => {
    const silent = createServer(() => undefined);
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const address = silent.address();
    const apiPort = typeof address === 'object' && address ? address.port : 0;
    await withServer({ prefix, apiPort }, async (port) => {
      const start = performance.now();
      const { status } = await ask(port, `${prefix}/api/v1/look.css`);
      expect(status).toBe(503);
      expect(performance.now() - start).toBeLessThan(6_000);
    });
    silent.closeAllConnections();
    silent.close();
  }, 15_000);

  test('no path leads out of the pages, nor out of the API', () =>
    withServer({ prefix }, async (port) => {
      const paths = [
        '/../package.json',
        '/%2e%2e/package.json',
        '/assets/..%2f..%2fx.js',
        '/api/..%2f..%2fhealthz',
        '/%E0%A4%A',
      ];
      for (const path of paths) {
        const { status = 0 } = await ask(port, `${prefix}${path}`);
        expect([400, 403, 404], path).toContain(status);
      }
    }));
});

test('every answer has the headers that keep a page safe, errors too', () =>
  withServer({}, async (port) => {
    for (const path of ['/', '/assets/main-1a2b.js', '/none.js', '/api/v1/none', '/%E0%A4%A']) {
      const { headers } = await ask(port, path);
      expect(headers['content-security-policy'], path).toContain("default-src 'none'");
      expect(headers['content-security-policy'], path).toContain("frame-ancestors 'none'");
      expect(headers['x-content-type-options'], path).toBe('nosniff');
      expect(headers['referrer-policy'], path).toBe('no-referrer');
    }
    const { headers } = await ask(port, '/');
    expect(headers['content-security-policy']).toContain("script-src 'self';");
    expect(headers['content-security-policy']).toContain("connect-src 'self' https://sso.example;");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['strict-transport-security']).toContain('max-age=');
  }));

test('headers that are too long are refused in our own words', () =>
  withServer({}, async (port) => {
    const { status, body } = await ask(port, '/', {
      authorization: `Bearer ${'x'.repeat(20_000)}`,
    });
    expect(status).toBe(431);
    expect(JSON.parse(body)).toMatchObject({ status: 431, code: 'too-large' });
  }));

test('what is no HTTP is refused in our own words', () =>
  withServer({}, async (port) => {
    const socket = connect(port, '127.0.0.1');
    socket.write('HELO portal\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 .*"code":"invalid-input"}$/s);
  }));
