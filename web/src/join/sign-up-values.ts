import type { InviteLookup, NewRegistration, SignUpField } from '@portal/shared';

/** What the form holds: the values of each field, and apart from them the password, which is kept nowhere. */
export interface Entries {
  fields: Record<string, string[]>;
  password: string;
}

const NAMED = ['username', 'email', 'firstName', 'lastName'] as const;
type Named = (typeof NAMED)[number];
const isNamed = (name: string): name is Named => NAMED.some((each) => each === name);

/**
 * Reads the form as it stands: a password manager may have filled it without a key press.
 * Only fields that the form shows are read.
 */
export function readForm(form: HTMLFormElement, lookup: InviteLookup): Entries {
  const data = new FormData(form);
  const texts = (name: string) => data.getAll(name).filter((value) => typeof value === 'string');
  const fields = Object.fromEntries(
    lookup.fields.map((field) => [field.name, split(field, texts(field.name))]),
  );
  return { fields, password: texts('password')[0] ?? '' };
}

/** A field for several texts takes one on each line. */
function split(field: SignUpField, values: string[]): string[] {
  return isLines(field) ? values.flatMap((value) => value.split('\n')) : values;
}

export function isLines(field: SignUpField): boolean {
  return field.multivalued && !isChoice(field);
}

export function isChoice(field: SignUpField): boolean {
  return ['select', 'radios', 'multiselect', 'checkboxes'].includes(field.kind);
}

/** The one address that may join by the link; empty: there is none, or a whole domain may. */
export function boundAddress({ email }: InviteLookup): string {
  return email === null || email.startsWith('@') ? '' : email;
}

/** The body of the sign-up. What was left empty isn't sent. */
export function toRegistration(
  token: string,
  lookup: InviteLookup,
  { fields, password }: Entries,
  locale: string | undefined,
): NewRegistration {
  const registration: NewRegistration = { token, password, ...(locale && { locale }) };
  const attributes: Record<string, string[]> = {};
  for (const { name } of lookup.fields) {
    const values = (fields[name] ?? []).map((value) => value.trim()).filter(Boolean);
    const [first] = values;
    if (first === undefined) continue;
    if (isNamed(name)) registration[name] = first;
    else attributes[name] = values;
  }
  const bound = boundAddress(lookup);
  if (bound) registration.email = bound;
  return Object.keys(attributes).length > 0 ? { ...registration, attributes } : registration;
}

/** The first of the reader's languages that the realm speaks, for its mails. */
export function mailLocale(
  wanted: readonly string[],
  spoken: readonly string[],
): string | undefined {
  const short = (tag: string) => tag.toLowerCase().split('-')[0];
  for (const tag of wanted) {
    const found =
      spoken.find((each) => each.toLowerCase() === tag.toLowerCase()) ??
      spoken.find((each) => short(each) === short(tag));
    if (found) return found;
  }
  return undefined;
}
