import type { FieldError, FieldErrorCode, ProblemCode, ProblemParams } from '@portal/shared';

/** Every problem that the API answers with. The code is the contract; the title is for people and may change. */
const catalogue = {
  'invalid-input': { status: 400, title: 'Some of what was sent is not right.' },
  'foreign-origin': { status: 403, title: 'This can only be done from the portal’s own pages.' },
  'not-signed-in': { status: 401, title: 'Sign in first: a valid access token is needed.' },
  'not-a-member': { status: 403, title: 'This is for members of a group that you are not in.' },
  'not-yours': { status: 403, title: 'Only whoever made it can do this.' },
  'not-found': { status: 404, title: 'There is nothing here.' },
  'unsupported-media-type': { status: 415, title: 'Send it as application/json.' },
  'too-large': { status: 413, title: 'That is more than is taken at once.' },
  'too-many-requests': { status: 429, title: 'Too many tries. Wait a moment, then try again.' },
  'invite-unknown': { status: 404, title: 'There is no such invite link. Check that it is whole.' },
  'invite-expired': { status: 410, title: 'This invite link has ended. Ask for a new one.' },
  'invite-revoked': { status: 410, title: 'This invite link was taken back. Ask for a new one.' },
  'invite-used-up': { status: 410, title: 'This invite link was already used. Ask for a new one.' },
  'invite-paused': {
    status: 410,
    title: 'This invite link is paused: its maker may not give what it gives any more.',
  },
  'invite-busy': {
    status: 409,
    title: 'Somebody is signing up with this link right now. Try again in a moment.',
  },
  'idempotency-mismatch': {
    status: 422,
    title: 'This Idempotency-Key was used for something else. Use a new one.',
  },
  'outcome-unknown': {
    status: 503,
    title: 'It is not known yet whether the account was made. Send the same again in a minute.',
  },
  'registration-unknown': { status: 404, title: 'No sign-up is known here. Start from your link.' },
  'registration-complete': { status: 410, title: 'This sign-up is complete. Sign in.' },
  'mail-too-soon': { status: 429, title: 'A mail has just been sent. Wait before asking again.' },
  'too-many-changes': {
    status: 403,
    title: 'The address was changed as often as it can be. Ask whoever invited you for help.',
  },
  'realm-not-ready': {
    status: 503,
    title: 'The realm is not ready for sign-ups. Whoever runs the portal has to run its set-up.',
  },
  'keycloak-away': { status: 503, title: 'The sign-in server is away. Try again in a moment.' },
  'redis-away': { status: 503, title: 'The portal’s memory is away. Try again in a moment.' },
  'mail-away': {
    status: 503,
    title: 'The mail could not be sent. Try again in a moment, or hand the link on yourself.',
  },
  failed: { status: 500, title: 'Something went wrong on our side. It has been noted.' },
} as const satisfies Record<ProblemCode, { status: number; title: string }>;

/** Seconds to wait where a problem passes by itself and nothing better is known. */
const RETRY_AFTER: Partial<Record<ProblemCode, number>> = {
  'keycloak-away': 5,
  'redis-away': 2,
  'mail-away': 10,
  'invite-busy': 5,
  'outcome-unknown': 30,
  'realm-not-ready': 60,
};

export const problemCodes = Object.keys(catalogue) as ProblemCode[];

/** Thrown by services, written as `application/problem+json` by one plugin. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly params: ProblemParams | undefined;
  readonly errors: FieldError[] | undefined;

  constructor(
    code: ProblemCode,
    details: { params?: ProblemParams; errors?: FieldError[]; cause?: unknown } = {},
  ) {
    super(catalogue[code].title, details.cause === undefined ? {} : { cause: details.cause });
    this.code = code;
    const retryAfter = details.params?.retryAfter ?? RETRY_AFTER[code];
    this.params = retryAfter === undefined ? details.params : { ...details.params, retryAfter };
    this.errors = details.errors;
  }

  get status(): number {
    return catalogue[this.code].status;
  }
}

/** A 429 that says when it is over. */
export function tooManyRequests(milliseconds: number): ProblemError {
  return new ProblemError('too-many-requests', {
    params: { retryAfter: Math.ceil(milliseconds / 1000) },
  });
}

/** Whether it tells that an account has this name or address already. */
export function saysTaken(error: unknown): boolean {
  return (
    error instanceof ProblemError && error.errors?.some(({ code }) => code === 'taken') === true
  );
}

/** A 400 at one field. */
export function fieldProblem(
  field: string,
  code: FieldErrorCode,
  params?: FieldError['params'],
): ProblemError {
  return new ProblemError('invalid-input', { errors: [fieldError(field, code, params)] });
}

export function fieldError(
  field: string,
  code: FieldErrorCode,
  params?: FieldError['params'],
): FieldError {
  return params ? { field, code, params } : { field, code };
}
