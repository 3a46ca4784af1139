import type { FastifyServerOptions } from 'fastify';

/** What the services need of a logger. */
export interface Log {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

interface LoggedError {
  type: string;
  message: string;
  stack: string;
  cause?: LoggedError;
  [member: string]: unknown;
}

/**
 * What is logged: no header, no body, no query (an access token may have been put there), nothing of a path that is
 * longer than an id, and of an error what it says and where it was, not what it carries: Redis's hold the command's
 * arguments, the admin client's the whole response.
 */
export function logging(level: string): NonNullable<FastifyServerOptions['logger']> {
  return {
    level,
    serializers: {
      req: ({ method, url, ip, id }) => ({ id, method, url: loggedUrl(url), ip: printable(ip) }),
      err: loggedError,
    },
  };
}

/** Longer than any id: a link's token, or an access token, that somebody put where an id belongs. */
const SECRET = /[\w.~%-]{40,}/g;

const loggedUrl = (url: string): string => printable(url.replace(/\?.*/s, '')).replace(SECRET, '…');

/** Some take more than a line feed for the end of a line, and Node lets all bytes from 128 on into an address. */
function printable(text: string): string {
  return text.replace(
    /[^\x20-\x7e]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

function loggedError(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error), stack: '' };
  const logged: LoggedError = {
    type: error.name,
    message: error.message,
    stack: error.stack ?? '',
  };
  if ('code' in error) logged.code = error.code;
  if ('status' in error) logged.status = error.status;
  if (error.cause !== undefined) logged.cause = loggedError(error.cause);
  return logged;
}
