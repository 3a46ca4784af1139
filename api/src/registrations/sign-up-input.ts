import { domainToUnicode } from 'node:url';
import type { FieldError, NewRegistration, SignUpField } from '@portal/shared';
import { fieldError, ProblemError } from '../errors.ts';
import type { SignUpProfile } from '../keycloak/user-profile.ts';
import type { Terms } from '../pages/page-library.ts';
import {
  comparableEmail,
  fitsBinding,
  hasControls,
  hasLineBreak,
  isDomain,
  isEmail,
  tidy,
} from '../typed-text.ts';

/** What the realm is sent of a sign-up's form. */
export interface SignUpForm {
  username: string | undefined;
  email: string;
  firstName: string | undefined;
  lastName: string | undefined;
  attributes: Record<string, string[]>;
  /** What was accepted. */
  terms: Terms | undefined;
}

const OWN = ['username', 'email', 'firstName', 'lastName'] as const;
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * A sign-up's form, tidied, and checked for what the realm would not check for us: the admin API lets through what the
 * realm asks of its users, and every sign-in then fails. What a value may be is left to the realm.
 *
 * @param boundTo the one address or domain that may join, in its comparable form; null: any.
 * @param terms what has to be accepted; undefined: nothing.
 * @throws ProblemError `invalid-input`, naming each field that is wrong.
 */
export function signUpForm(
  input: NewRegistration,
  profile: SignUpProfile,
  boundTo: string | null,
  terms?: Terms,
): SignUpForm {
  const asked = new Map(profile.fields.map((field) => [field.name, field]));
  const errors: FieldError[] = [];
  const own = (name: (typeof OWN)[number]): string | undefined => {
    const text = input[name] === undefined ? '' : tidy(input[name]);
    const error = ownError(name, text, asked.get(name));
    if (error) errors.push(error);
    return text === '' ? undefined : text;
  };

  const email = own('email') ?? '';
  const form = {
    username: own('username'),
    email,
    firstName: own('firstName'),
    lastName: own('lastName'),
    attributes: attributesOf(input, profile, asked, errors),
    terms,
  };
  const emailError = checkEmail(email, boundTo);
  if (emailError && !errors.some(({ field }) => field === 'email')) errors.push(emailError);
  // Keycloak would take an empty one, past every rule, and break the account.
  if (input.password === '') errors.push(fieldError('password', 'required'));
  if (terms && input.acceptedTerms !== terms.version)
    errors.push(fieldError('acceptedTerms', input.acceptedTerms ? 'terms-changed' : 'required'));
  if (errors.length > 0) throw new ProblemError('invalid-input', { errors });
  return form;
}

/** @returns what is wrong with an address for this link; undefined: nothing that we know of. */
export function checkEmail(email: string, boundTo: string | null): FieldError | undefined {
  if (email === '') return fieldError('email', 'required');
  if (hasLineBreak(email)) return fieldError('email', 'line-break');
  if (!isEmail(email)) return fieldError('email', 'email');
  if (boundTo !== null && !fitsBinding(email, boundTo))
    return fieldError('email', isDomain(boundTo) ? 'email-domain' : 'email-bound');
  return undefined;
}

/**
 * The same address in its other spelling, where its domain has one: the realm would keep `bücher.example` and
 * `xn--bcher-kva.example` apart.
 */
export function otherSpelling(email: string): string | undefined {
  const ascii = comparableEmail(email);
  if (ascii !== email.toLowerCase()) return ascii;
  const at = ascii.lastIndexOf('@');
  const unicode = `${ascii.slice(0, at)}@${domainToUnicode(ascii.slice(at + 1))}`;
  return unicode === ascii ? undefined : unicode;
}

function ownError(
  name: (typeof OWN)[number],
  text: string,
  field: SignUpField | undefined,
): FieldError | undefined {
  if (name === 'email') return undefined;
  if (!field) return text === '' ? undefined : fieldError(name, 'read-only');
  if (text === '') return field.required ? fieldError(name, 'required') : undefined;
  if (hasLineBreak(text)) return fieldError(name, 'line-break');
  if (hasControls(text)) return fieldError(name, 'characters');
  // A username that looks like an address would lock the owner of that address out.
  if (name === 'username' && text.includes('@')) return fieldError(name, 'at-sign');
  return undefined;
}

function attributesOf(
  { attributes = {}, locale }: NewRegistration,
  profile: SignUpProfile,
  asked: Map<string, SignUpField>,
  errors: FieldError[],
): Record<string, string[]> {
  const own = new Set<string>(OWN);
  for (const name of Object.keys(attributes))
    if (!asked.has(name) || own.has(name))
      errors.push(fieldError(`attributes.${name}`, 'unknown-field'));

  const kept: Record<string, string[]> = {};
  for (const field of asked.values()) {
    if (own.has(field.name)) continue;
    const given = Object.hasOwn(attributes, field.name) ? (attributes[field.name] ?? []) : [];
    const values = given.map(tidy).filter((value) => value !== '');
    const error = attributeError(field, values);
    if (error) errors.push(error);
    if (values.length > 0)
      kept[field.name] = profile.localDates.has(field.name)
        ? values.map((value) => localDate(value, profile.defaultLanguage))
        : values;
  }
  if (locale !== undefined && profile.keepsLocale && profile.languages.includes(locale))
    kept.locale = [locale];
  return kept;
}

function attributeError(field: SignUpField, values: string[]): FieldError | undefined {
  const path = `attributes.${field.name}`;
  if (values.length === 0) return field.required ? fieldError(path, 'required') : undefined;
  if (!field.multivalued && values.length > 1) return fieldError(path, 'too-many', { max: 1 });
  if (field.kind !== 'textarea' && values.some(hasLineBreak)) return fieldError(path, 'line-break');
  if (values.some(hasControls)) return fieldError(path, 'characters');
  return undefined;
}

/** The realm's `local-date` takes the short form of its default language, with the whole year. */
function localDate(value: string, language: string): string {
  const date = ISO_DATE.test(value) ? new Date(`${value}T00:00:00Z`) : undefined;
  if (!date || Number.isNaN(date.getTime())) return value;
  return new Intl.DateTimeFormat(language, { dateStyle: 'short', timeZone: 'UTC' })
    .formatToParts(date)
    .map(({ type, value: part }) => (type === 'year' ? value.slice(0, 4) : part))
    .join('');
}
