import type { FieldError, FieldErrorCode, FieldErrorParams } from '@portal/shared';
import { fieldError } from '../errors.ts';

/** What was sent, under the realm's names. */
export type SentFields = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * What Keycloak refused of a new account, at the fields of our form. It says so in four shapes (realm-wide errors,
 * password policy, one profile error, several of them) and names fields as the realm does.
 *
 * @param body the answer's body, with a status of 400 or 409.
 * @param sent by what was sent it shows which of two limits was missed: Keycloak names both.
 * @returns nothing where the refusal is not about a field.
 */
export function fieldErrorsOf(
  status: number,
  body: unknown,
  emailAsUsername: boolean,
  sent: SentFields = {},
): FieldError[] {
  const errors = status === 409 ? takenFields(body) : invalidFields(body, sent);
  const named = errors.map((error) => ({
    ...error,
    field: emailAsUsername && error.field === 'username' ? 'email' : error.field,
  }));
  // The same field can come twice; one reason is enough to mend it.
  return [...new Map(named.map((error) => [error.field, error])).values()];
}

/** Whether a 409 leaves open which of the two is taken, as it does where two sign-ups meet at the commit. */
export function isUnclearConflict(status: number, body: unknown): boolean {
  return status === 409 && takenFields(body).length === 0;
}

const TAKEN = /^User exists with same (username|email)$/;

function takenFields(body: unknown): FieldError[] {
  const field = TAKEN.exec(text(body, 'errorMessage'))?.[1];
  return field ? [fieldError(field, 'taken')] : [];
}

function invalidFields(body: unknown, sent: SentFields): FieldError[] {
  if (!isRecord(body)) return [];
  if (Array.isArray(body.errors)) return body.errors.flatMap((error) => profileError(error, sent));
  if (typeof body.field === 'string') return profileError(body, sent);
  if (typeof body.error === 'string')
    return passwordError(body.error, text(body, 'error_description'));
  if (text(body, 'errorMessage') === 'User name is missing')
    return [fieldError('username', 'required')];
  return [];
}

/** Keycloak's message keys, as `org.keycloak.validate` and the user profile give them. */
const PROFILE_CODES: Record<string, FieldErrorCode> = {
  'error-user-attribute-required': 'required',
  'error-invalid-blank': 'required',
  'error-empty': 'required',
  'error-invalid-length': 'too-long',
  'error-invalid-length-too-short': 'too-short',
  'error-invalid-length-too-long': 'too-long',
  'error-invalid-email': 'email',
  'error-non-ascii-local-part-email': 'email',
  'error-username-invalid-character': 'characters',
  'error-person-name-invalid-character': 'characters',
  'error-invalid-value': 'not-an-option',
  'error-invalid-multivalued-size': 'too-many',
  'error-pattern-no-match': 'malformed',
  'error-invalid-number': 'number',
  'error-number-out-of-range': 'number',
  'error-number-out-of-range-too-small': 'too-small',
  'error-number-out-of-range-too-big': 'too-large',
  'error-invalid-date': 'date',
  'error-invalid-uri': 'uri',
  'error-invalid-uri-scheme': 'uri',
  'error-invalid-uri-fragment': 'uri',
  'error-user-attribute-read-only': 'read-only',
};

const OWN_FIELDS = new Set(['username', 'email', 'firstName', 'lastName']);

function profileError(error: unknown, sent: SentFields): FieldError[] {
  if (!isRecord(error) || typeof error.field !== 'string') return [];
  const field = OWN_FIELDS.has(error.field) ? error.field : `attributes.${error.field}`;
  const message = text(error, 'errorMessage');
  const code = PROFILE_CODES[message];
  // A key that isn't known may be a sentence that the realm's administrator wrote for people.
  if (!code) return [fieldError(field, 'refused', { message })];
  const limits = limitsOf(error.params);
  const values = [sent[error.field] ?? []].flat();
  return [fieldError(field, missed(code, values, limits), limits)];
}

/** Keycloak has one key for what is too much and what is too little. It counts in UTF-16 units, as we do. */
function missed(
  code: FieldErrorCode,
  values: string[],
  { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: FieldErrorParams = {},
): FieldErrorCode {
  if (code === 'too-long' && values.some(({ length }) => length < min)) return 'too-short';
  if (code === 'too-many' && values.length < min) return 'too-few';
  if (code === 'number' && values.some((value) => Number(value) < min)) return 'too-small';
  if (code === 'number' && values.some((value) => Number(value) > max)) return 'too-large';
  return code;
}

/** Parameters are the field's name and then what the message speaks of: least and greatest, where it has both. */
function limitsOf(params: unknown): FieldErrorParams | undefined {
  if (!Array.isArray(params) || params.length < 3) return undefined;
  const [, min, max] = params.map((value) => (isNumeric(value) ? Number(value) : undefined));
  if (min === undefined && max === undefined) return undefined;
  return { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
}

const PASSWORD_CODES: Record<string, FieldErrorCode> = {
  invalidPasswordMinLengthMessage: 'password-too-short',
  invalidPasswordMaxLengthMessage: 'password-too-long',
  invalidPasswordMinDigitsMessage: 'password-digits',
  invalidPasswordMinLowerCaseCharsMessage: 'password-lower-case',
  invalidPasswordMinUpperCaseCharsMessage: 'password-upper-case',
  invalidPasswordMinSpecialCharsMessage: 'password-special',
  invalidPasswordNotUsernameMessage: 'password-is-username',
  invalidPasswordNotEmailMessage: 'password-is-email',
  invalidPasswordNotContainsUsernameMessage: 'password-has-username',
  invalidPasswordRegexPatternMessage: 'password-pattern',
  invalidPasswordBlacklistedMessage: 'password-common',
};

/** The number that a rule speaks of stands in its text alone, which is in the realm's language. */
function passwordError(key: string, message: string): FieldError[] {
  const code = PASSWORD_CODES[key];
  if (!code && !key.startsWith('invalidPassword')) return [];
  if (!code) return [fieldError('password', 'password-refused', { message })];
  const number = /\d+/.exec(message)?.[0];
  if (number === undefined) return [fieldError('password', code, { message })];
  const limit = code === 'password-too-long' ? { max: Number(number) } : { min: Number(number) };
  return [fieldError('password', code, { ...limit, message })];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isNumeric(value: unknown): boolean {
  return (
    (typeof value === 'number' || typeof value === 'string') &&
    /^-?\d+(\.\d+)?$/.test(String(value))
  );
}

function text(value: unknown, member: string): string {
  const found = isRecord(value) ? value[member] : undefined;
  return typeof found === 'string' ? found : '';
}
