import { readFileSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import helmet from '@fastify/helmet';
import httpProxy, { type FastifyHttpProxyOptions } from '@fastify/http-proxy';
import fastifyStatic, { type FastifyStaticOptions } from '@fastify/static';
import type { Problem, ProblemCode } from '@portal/shared';
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import { BARE_HEADERS, securityHeaders } from './web-headers.ts';

export interface WebServerOptions {
  /** The folder of the built pages. Default: `web/dist` of this repository. */
  dist?: string;
  /** The portal's own address; everything is served below its path. */
  publicUrl: string;
  /** Where the API listens: `http://127.0.0.1:8001`. */
  apiUrl: string;
  /** Keycloak, as browsers see it: the one other place that the pages may talk to. */
  keycloakUrl: string;
  logger?: FastifyServerOptions['logger'];
}

const DIST = fileURLToPath(new URL('../web/dist', import.meta.url));
/** What the API answers, below the portal's path. */
const API_PATHS = ['/api', '/healthz', '/readyz'];
const YEAR = 365 * 24 * 60 * 60;
/** Longer than the API itself waits for Keycloak, at its most patient. */
const API_TIMEOUT = 75_000;
/** Browsers show nothing before they have it, or a no: an API that is silent must not keep them. */
const LOOK_PATH = '/api/v1/look.css';
const LOOK_TIMEOUT = 2_000;

/** Serves the built pages and passes the API's requests on, with production's headers. Not listening yet. */
export async function createWebServer(options: WebServerOptions): Promise<FastifyInstance> {
  const { dist = DIST, publicUrl, apiUrl, keycloakUrl, logger = false } = options;
  const prefix = new URL(publicUrl).pathname.replace(/\/+$/, '');
  const page = indexPage(dist, prefix);

  const app = Fastify({
    logger,
    // No hook runs for an address that can't be read, so these answers get their headers here; nor for what isn't HTTP.
    frameworkErrors: (error, request, reply) => {
      sendError(error, request, reply.headers(BARE_HEADERS));
    },
    clientErrorHandler: refuse,
    return503OnClosing: false,
  });
  app.setErrorHandler(sendError);
  const sendPage = (reply: FastifyReply) =>
    reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page);
  app.setNotFoundHandler((request, reply) =>
    isPage(request, prefix) ? sendPage(reply) : sendProblem(reply, 404, 'There is no such page.'),
  );
  await app.register(helmet, securityHeaders(publicUrl, keycloakUrl));
  app.addHook('onSend', async (_request, reply) => {
    reply.header('permissions-policy', 'camera=(), geolocation=(), microphone=()');
  });

  await app.register(
    async (portal) => {
      portal.setErrorHandler(sendAway);
      for (const path of API_PATHS) await portal.register(httpProxy, proxyTo(apiUrl, path));
      await portal.register(httpProxy, proxyTo(apiUrl, LOOK_PATH, LOOK_TIMEOUT));
    },
    { prefix },
  );
  await app.register(fastifyStatic, filesOf(dist, prefix));
  app.get(`${prefix}/`, (_request, reply) => sendPage(reply));
  if (prefix) app.get(prefix, (_request, reply) => reply.redirect(`${prefix}/`, 308));
  return app;
}

function indexPage(dist: string, prefix: string): string {
  const built = readFileSync(join(dist, 'index.html'), 'utf8');
  const base = /<base href="\/"\s*\/?>/;
  if (!base.test(built)) throw new Error(`${dist}/index.html has no <base href="/">.`);
  return built.replace(base, `<base href="${prefix}/">`);
}

/** Which page there is, the pages themselves know; a path with an extension is a file that isn't there. */
function isPage({ method, url }: FastifyRequest, prefix: string): boolean {
  const path = url.split('?')[0] ?? '';
  return /^(GET|HEAD)$/.test(method) && path.startsWith(`${prefix}/`) && !/\.[^/]*$/.test(path);
}

function filesOf(dist: string, prefix: string): FastifyStaticOptions {
  return {
    root: dist,
    prefix: `${prefix}/`,
    index: false,
    // With its <base> it is served for every page.
    allowedPath: (path) => path !== '/index.html',
    cacheControl: false,
    setHeaders: (reply, path) => {
      // The names of these change with what is in them.
      const isAsset = path.startsWith(join(dist, 'assets/'));
      reply.header('cache-control', isAsset ? `public, max-age=${YEAR}, immutable` : 'no-cache');
    },
  };
}

function proxyTo(apiUrl: string, path: string, timeout = API_TIMEOUT): FastifyHttpProxyOptions {
  return {
    upstream: apiUrl,
    prefix: path,
    rewritePrefix: path,
    // What was asked is asked once: the API says itself when to come again.
    maxRetriesOn503: 0,
    undici: { headersTimeout: timeout, bodyTimeout: timeout },
    replyOptions: {
      rewriteRequestHeaders: (request, headers) => ({
        ...headers,
        'x-forwarded-for': [request.headers['x-forwarded-for'], request.ip]
          .filter(Boolean)
          .join(', '),
      }),
    },
  };
}

const statusOf = (error: unknown): number =>
  error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;

function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = statusOf(error);
  if (status < 500) return sendProblem(reply, status, 'This can not be asked.');
  request.log.error(error);
  return sendProblem(reply, 500, 'Something went wrong here.');
}

/** Among the API's paths: it gave no answer, whatever kept it. */
function sendAway(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (statusOf(error) < 500) return sendError(error, request, reply);
  request.log.warn(error);
  reply.header('retry-after', '5');
  return sendProblem(reply, 503, 'The server is away. Please try again in a moment.');
}

function sendProblem(reply: FastifyReply, status: number, title: string): FastifyReply {
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .send(problem(status, title));
}

function problem(status: number, title: string): Problem {
  return { type: 'about:blank', title, status, code: codeOf(status) };
}

function codeOf(status: number): ProblemCode {
  if (status === 404) return 'not-found';
  if (status === 413 || status === 431) return 'too-large';
  return status < 500 ? 'invalid-input' : 'failed';
}

/** Answers what could not be read as a request: a header that is too long, or no HTTP at all. */
function refuse({ code }: Error & { code?: string }, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
  const body = JSON.stringify(problem(status, 'This can not be asked.'));
  const headers = {
    ...BARE_HEADERS,
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n'));
}
