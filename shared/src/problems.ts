/**
 * Everything that can go wrong, by a name that never changes. Callers look at the code, never at the words.
 */
export type ProblemCode =
  | 'invalid-input'
  | 'not-signed-in'
  | 'not-a-member'
  | 'not-yours'
  | 'not-found'
  | 'unsupported-media-type'
  | 'too-large'
  | 'too-many-requests'
  | 'invite-unknown'
  | 'invite-expired'
  | 'invite-revoked'
  | 'invite-used-up'
  | 'invite-paused'
  | 'invite-busy'
  | 'idempotency-mismatch'
  | 'outcome-unknown'
  | 'registration-unknown'
  | 'registration-complete'
  | 'mail-too-soon'
  | 'too-many-changes'
  | 'foreign-origin'
  | 'realm-not-ready'
  | 'keycloak-away'
  | 'redis-away'
  | 'mail-away'
  | 'failed';

/** RFC 9457 problem details, as `application/problem+json`. */
export interface Problem {
  /** Where the problem is described. */
  type: string;
  /** For people, in English; may change. */
  title: string;
  status: number;
  code: ProblemCode;
  /** What a sentence about it needs: who, until when, … */
  params?: ProblemParams;
  /** The fields that are wrong, where it is about fields. */
  errors?: FieldError[];
}

export interface ProblemParams {
  /** The name of the one who made the link. */
  inviter?: string;
  /** When the link ended (RFC 3339, UTC). */
  endedAt?: string;
  /** How many people the link was for. */
  maxUses?: number;
  /** The group that one must be in. */
  group?: string;
  /** Seconds to wait; the same as Retry-After. */
  retryAfter?: number;
}

/** What is wrong with one field. */
export type FieldErrorCode =
  | 'required'
  | 'unknown-field'
  | 'wrong-type'
  | 'too-short'
  | 'too-long'
  | 'too-small'
  | 'too-large'
  | 'too-few'
  | 'too-many'
  | 'malformed'
  | 'line-break'
  | 'characters'
  | 'at-sign'
  | 'email'
  | 'email-bound'
  | 'email-domain'
  | 'domain'
  | 'undeliverable'
  | 'not-an-option'
  | 'number'
  | 'date'
  | 'uri'
  | 'taken'
  | 'in-the-past'
  | 'too-late'
  | 'both'
  | 'below-uses'
  | 'group-not-yours'
  | 'read-only'
  | 'terms-changed'
  | 'password-too-short'
  | 'password-too-long'
  | 'password-digits'
  | 'password-lower-case'
  | 'password-upper-case'
  | 'password-special'
  | 'password-is-username'
  | 'password-is-email'
  | 'password-has-username'
  | 'password-pattern'
  | 'password-common'
  | 'password-refused'
  | 'refused';

export interface FieldError {
  /** The member of the body, with dots for members of members: `attributes.city`. */
  field: string;
  code: FieldErrorCode;
  params?: FieldErrorParams;
}

export interface FieldErrorParams {
  /** The least length, number or count. */
  min?: number;
  /** The greatest length, number or count. */
  max?: number;
  /** The realm's own words, where it gave any. */
  message?: string;
}
