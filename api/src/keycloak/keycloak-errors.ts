import { NetworkError } from '@keycloak/keycloak-admin-client';
import { ProblemError } from '../errors.ts';

/** Keycloak did not answer, or answered with an error of its own: what was asked may or may not have been done. */
export class KeycloakAway extends ProblemError {
  /** False where the request never left, so that nothing can have been done. */
  readonly sent: boolean;
  /** No answer came within the time-out, or nobody was there: the next one to ask would fare no better. */
  readonly silent: boolean;

  constructor(cause: unknown, sent: boolean, silent: boolean) {
    super('keycloak-away', { cause });
    this.sent = sent;
    this.silent = silent;
  }
}

/** Keycloak understood, and said no (4xx). Nothing was done. */
export class KeycloakRefusal extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(`Keycloak refused with ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** What the admin client throws, as one of the two above. It throws `NetworkError` for every status from 400 on. */
export function translated(error: unknown): KeycloakAway | KeycloakRefusal {
  if (error instanceof KeycloakAway || error instanceof KeycloakRefusal) return error;
  if (!(error instanceof NetworkError)) {
    const sent = !neverLeft(error);
    return new KeycloakAway(error, sent, !sent || isTimeout(error));
  }
  const { status } = error.response;
  if (status >= 400 && status < 500 && status !== 408 && status !== 429)
    return new KeycloakRefusal(status, error.responseData);
  return new KeycloakAway(new Error(`Keycloak answered ${status}`), true, false);
}

const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** `fetch` hides why it failed in `cause`. */
export function neverLeft(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return (
    cause instanceof Error &&
    'code' in cause &&
    typeof cause.code === 'string' &&
    NO_CONNECTION.has(cause.code)
  );
}

/** The admin client's time-out is an `AbortSignal`'s. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}
