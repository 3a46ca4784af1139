import { describe, expect, test } from 'vitest';
import { fieldErrorsOf, isUnclearConflict } from '../../src/keycloak/refusals.ts';

const errorsOf = (status: number, body: unknown) => fieldErrorsOf(status, body, false);

describe('a 409 of Keycloak’s', () => {
  test.each(['username', 'email'])('says that the %s is taken', (field) => {
    const body = { errorMessage: `User exists with same ${field}` };
    expect(errorsOf(409, body)).toEqual([{ field, code: 'taken' }]);
    expect(isUnclearConflict(409, body)).toBe(false);
  });

  test.each([
    { errorMessage: 'User exists with same username or email' },
    { error: 'conflict', error_description: 'Duplicate resource error' },
    {},
    undefined,
  ])('leaves open which: %j', (body) => {
    expect(errorsOf(409, body)).toEqual([]);
    expect(isUnclearConflict(409, body)).toBe(true);
  });
});

describe('a password policy', () => {
  test.each([
    ['invalidPasswordMinLengthMessage', 'minimum length 12.', 'password-too-short', { min: 12 }],
    ['invalidPasswordMaxLengthMessage', 'maximum length 64.', 'password-too-long', { max: 64 }],
    ['invalidPasswordMinDigitsMessage', 'at least 2 digits.', 'password-digits', { min: 2 }],
    ['invalidPasswordMinLowerCaseCharsMessage', '1 lower', 'password-lower-case', { min: 1 }],
    ['invalidPasswordMinUpperCaseCharsMessage', '1 upper', 'password-upper-case', { min: 1 }],
    ['invalidPasswordMinSpecialCharsMessage', '1 special', 'password-special', { min: 1 }],
    ['invalidPasswordNotUsernameMessage', 'must not be', 'password-is-username', {}],
    ['invalidPasswordNotEmailMessage', 'must not be', 'password-is-email', {}],
    ['invalidPasswordNotContainsUsernameMessage', 'no', 'password-has-username', {}],
    ['invalidPasswordRegexPatternMessage', 'no match', 'password-pattern', {}],
    ['invalidPasswordBlacklistedMessage', 'blacklisted', 'password-common', {}],
    ['invalidPasswordOfAProviderOfTheirOwn', 'Nein.', 'password-refused', {}],
  ])('says %s at the password', (error, message, code, limits) => {
    expect(errorsOf(400, { error, error_description: message })).toEqual([
      { field: 'password', code, params: { ...limits, message } },
    ]);
  });

  test('has its number taken out of the text in any language', () => {
    const body = {
      error: 'invalidPasswordMinLengthMessage',
      error_description: 'Ungültiges Passwort: muss mindestens 12 Zeichen beinhalten.',
    };
    expect(errorsOf(400, body)).toMatchObject([{ params: { min: 12 } }]);
  });
});

describe('a user profile', () => {
  const one = (field: string, errorMessage: string, ...params: unknown[]) => ({
    field,
    errorMessage,
    params: [field, ...params],
  });

  test.each([
    [one('username', 'error-username-invalid-character', 'a b'), 'username', 'characters'],
    [one('firstName', 'error-person-name-invalid-character', 'A<'), 'firstName', 'characters'],
    [one('email', 'error-invalid-email', 'ann'), 'email', 'email'],
    [one('email', 'error-non-ascii-local-part-email', 'ä@a'), 'email', 'email'],
    [one('city', 'error-user-attribute-required', ''), 'attributes.city', 'required'],
    [one('city', 'error-invalid-value', 'Atlantis'), 'attributes.city', 'not-an-option'],
    [one('city', 'error-pattern-no-match', '1'), 'attributes.city', 'malformed'],
    [one('age', 'error-invalid-number', '20.5'), 'attributes.age', 'number'],
    [one('born', 'error-invalid-date', 'x'), 'attributes.born', 'date'],
    [one('site', 'error-invalid-uri', 'x'), 'attributes.site', 'uri'],
    [one('site', 'error-invalid-uri-scheme', 'x'), 'attributes.site', 'uri'],
    [one('username', 'error-user-attribute-read-only'), 'username', 'read-only'],
  ])('has one thing to say: %j', (body, field, code) => {
    expect(errorsOf(400, body)).toEqual([{ field, code }]);
  });

  test.each([
    [one('email', 'error-invalid-length-too-long', null, '255'), 'too-long', { max: 255 }],
    [one('city', 'error-invalid-length-too-short', '2', null), 'too-short', { min: 2 }],
  ])('says how much: %j', (body, code, params) => {
    expect(errorsOf(400, body)).toMatchObject([{ code, params }]);
  });

  test.each([
    ['error-invalid-length', 'Jo', 'too-short'],
    ['error-invalid-length', 'x'.repeat(256), 'too-long'],
    ['error-invalid-multivalued-size', ['a', 'b'], 'too-few'],
    ['error-invalid-multivalued-size', Array(256).fill('a'), 'too-many'],
    ['error-number-out-of-range', '2.5', 'too-small'],
    ['error-number-out-of-range', '256', 'too-large'],
  ])('has one key for too much and too little: %s', (key, value, code) => {
    const body = one('city', key, 3, 255);
    expect(fieldErrorsOf(400, body, false, { city: value })).toEqual([
      { field: 'attributes.city', code, params: { min: 3, max: 255 } },
    ]);
  });

  test('has several things to say, one for each field', () => {
    const errors = [
      one('lastName', 'error-user-attribute-required'),
      one('city', 'error-invalid-value', 'Atlantis'),
      one('city', 'error-pattern-no-match', 'Atlantis'),
    ];
    expect(errorsOf(400, { errors }).map(({ field }) => field)).toEqual([
      'lastName',
      'attributes.city',
    ]);
  });

  test('speaks in the administrator’s own words', () => {
    expect(errorsOf(400, one('city', 'Only cities by the sea'))).toEqual([
      {
        field: 'attributes.city',
        code: 'refused',
        params: { message: 'Only cities by the sea' },
      },
    ]);
  });

  test('asks for a username that isn’t there', () => {
    expect(errorsOf(400, { errorMessage: 'User name is missing' })).toEqual([
      { field: 'username', code: 'required' },
    ]);
  });
});

test('where the e-mail is the username, what is said of that is said of the e-mail', () => {
  const invalid = { field: 'username', errorMessage: 'error-username-invalid-character' };
  expect(fieldErrorsOf(400, invalid, true)).toEqual([{ field: 'email', code: 'characters' }]);
  const taken = { errorMessage: 'User exists with same username' };
  expect(fieldErrorsOf(409, taken, true)).toEqual([{ field: 'email', code: 'taken' }]);
});

test.each([
  undefined,
  null,
  '',
  'Bad Gateway',
  [],
  {},
  { error: 'unknown_error' },
  { error: 5 },
  { errors: [null, {}, { field: 7 }] },
  { field: 'city' },
])('what is about no field gives none, or says no more than it knows: %j', (body) => {
  expect(errorsOf(400, body).every(({ code }) => code === 'refused')).toBe(true);
});
