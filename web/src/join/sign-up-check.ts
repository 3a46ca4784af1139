import type { FieldError, InviteLookup, SignUpField } from '@portal/shared';
import type { Entries } from './sign-up-values.ts';

export type Wrong = Omit<FieldError, 'field'>;
export type WrongFields = Partial<Record<string, Wrong>>;

/** What can be told before asking the server, which has the last word. Gentle: nothing that a realm might allow is refused. */
export function checkSignUp(lookup: InviteLookup, entries: Entries): WrongFields {
  const wrong: WrongFields = {};
  for (const field of lookup.fields) {
    const found = checkField(field, entries.fields[field.name] ?? []);
    if (found) wrong[field.name] = found;
  }
  const password = checkPassword(lookup, entries.password);
  return password ? { ...wrong, password } : wrong;
}

export function checkField(field: SignUpField, values: string[]): Wrong | undefined {
  const given = values.filter((value) => value.trim() !== '');
  if (given.length === 0) return field.required ? { code: 'required' } : undefined;
  for (const value of given) {
    const wrong = checkValue(field, value.trim());
    if (wrong) return wrong;
  }
  return undefined;
}

function checkValue(field: SignUpField, value: string): Wrong | undefined {
  const { minLength, maxLength, kind, name } = field;
  const length = [...value].length;
  if (name === 'username' && value.includes('@')) return { code: 'at-sign' };
  if (minLength !== undefined && length < minLength)
    return { code: 'too-short', params: { min: minLength } };
  if (maxLength !== undefined && length > maxLength)
    return { code: 'too-long', params: { max: maxLength } };
  if (name === 'email' || kind === 'email')
    return /^[^\s@].*@[^\s@]+$/.test(value) ? undefined : { code: 'email' };
  return kind === 'number' ? checkNumber(field, value) : undefined;
}

function checkNumber({ min, max }: SignUpField, value: string): Wrong | undefined {
  const number = Number(value);
  if (Number.isNaN(number)) return { code: 'number' };
  if (min !== undefined && number < min) return { code: 'too-small', params: { min } };
  if (max !== undefined && number > max) return { code: 'too-large', params: { max } };
  return undefined;
}

function checkPassword({ password }: InviteLookup, value: string): Wrong | undefined {
  if (value === '') return { code: 'required' };
  const tooLong = [...value].length > password.maxLength;
  return tooLong ? { code: 'password-too-long', params: { max: password.maxLength } } : undefined;
}
