import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FieldError, FieldErrorCode, Problem, ProblemCode } from '@portal/shared';
import type {
  ConnectionError,
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  FastifySchemaValidationError,
} from 'fastify';
import { ProblemError } from '../errors.ts';
import { isRedisAway } from '../redis/away.ts';
import { SAFE_HEADERS } from './safe-headers.ts';

/** Answers every error as `application/problem+json` (RFC 9457), and nothing of our insides with it. */
export function problemDetails(app: FastifyInstance, publicUrl: string): void {
  app.setNotFoundHandler((_request, reply) => send(reply, new ProblemError('not-found')));

  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const problem = toProblem(error, request.routeOptions.config.onTimeout);
    if (problem.status >= 500) request.log.error({ err: error.cause ?? error }, problem.code);
    return send(reply, problem);
  });

  function send(reply: FastifyReply, problem: ProblemError): FastifyReply {
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
    if (problem.params?.retryAfter !== undefined)
      reply.header('retry-after', String(problem.params.retryAfter));
    return reply
      .code(problem.status)
      .type('application/problem+json')
      .send(problemBody(problem, publicUrl));
  }
}

/** For what goes wrong before there is a route: an address that isn't one. */
export const frameworkErrors =
  (publicUrl: string) =>
  (error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void => {
    const problem = toProblem(error);
    void reply
      .code(problem.status)
      .headers(SAFE_HEADERS)
      .type('application/problem+json')
      .send(problemBody(problem, publicUrl));
  };

/** For what isn't even HTTP, or too much of it (Node's own limit on headers); nobody but the socket is there to tell. */
export const clientErrorHandler =
  (publicUrl: string) =>
  (error: ConnectionError, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
    const problem = new ProblemError(tooLarge ? 'too-large' : 'invalid-input');
    const status = tooLarge ? 431 : problem.status;
    const body = JSON.stringify({ ...problemBody(problem, publicUrl), status });
    const headers = {
      ...SAFE_HEADERS,
      'content-type': 'application/problem+json',
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
  };

export function problemBody(problem: ProblemError, publicUrl: string): Problem {
  const { code, status, message, params, errors } = problem;
  return {
    type: `${publicUrl}/api/problems/${code}`,
    title: message,
    status,
    code,
    ...(params && { params }),
    ...(errors && { errors }),
  };
}

/** Fastify's own refusals, by status; what isn't here is 400. */
const BY_STATUS: Record<number, ConstructorParameters<typeof ProblemError>[0]> = {
  404: 'not-found',
  413: 'too-large',
  414: 'too-large',
  415: 'unsupported-media-type',
  429: 'too-many-requests',
  431: 'too-large',
};

function toProblem(error: FastifyError, onTimeout: ProblemCode = 'keycloak-away'): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error.code === 'FST_ERR_HANDLER_TIMEOUT') return new ProblemError(onTimeout);
  if (isRedisAway(error)) return new ProblemError('redis-away', { cause: error });
  if (error.validation)
    return new ProblemError('invalid-input', { errors: toFieldErrors(error.validation) });
  if (error.statusCode !== undefined && error.statusCode < 500)
    return new ProblemError(BY_STATUS[error.statusCode] ?? 'invalid-input');
  return new ProblemError('failed', { cause: error });
}

/** Ajv's keywords, as the contract names them. */
const KEYWORDS: Record<string, FieldErrorCode> = {
  required: 'required',
  additionalProperties: 'unknown-field',
  unevaluatedProperties: 'unknown-field',
  type: 'wrong-type',
  anyOf: 'wrong-type',
  minLength: 'too-short',
  maxLength: 'too-long',
  minimum: 'too-small',
  maximum: 'too-large',
  minItems: 'too-few',
  maxItems: 'too-many',
  maxProperties: 'too-many',
  pattern: 'malformed',
  format: 'malformed',
  enum: 'not-an-option',
  const: 'not-an-option',
};

/** One error a field: the first is enough to mend it, and an `anyOf` names each of its branches. */
function toFieldErrors(faults: FastifySchemaValidationError[]): FieldError[] {
  const byField = new Map<string, FieldError>();
  for (const { instancePath, keyword, params } of faults) {
    // Ajv names a missing or unknown member in its parameters, every other fault by its path.
    const member = params.missingProperty ?? params.additionalProperty;
    const path = [...instancePath.split('/').slice(1), ...(member === undefined ? [] : [member])];
    const field = path
      .map((part) => String(part).replaceAll('~1', '/').replaceAll('~0', '~'))
      .join('.');
    if (byField.has(field)) continue;
    const limit = typeof params.limit === 'number' ? params.limit : undefined;
    byField.set(field, {
      field,
      code: KEYWORDS[keyword] ?? 'malformed',
      ...(limit !== undefined && {
        params: /^min/.test(keyword) ? { min: limit } : { max: limit },
      }),
    });
  }
  return [...byField.values()];
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The problem that it is when this route takes too long. */
    onTimeout?: ProblemCode;
  }
}
