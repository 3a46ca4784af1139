import type {
  UserProfileAttribute,
  UserProfileConfig,
} from '@keycloak/keycloak-admin-client/lib/defs/userProfileMetadata.js';
import type { SignUpField, SignUpFieldKind, SignUpOption } from '@portal/shared';
import { LRUCache } from 'lru-cache';
import { nearestLanguage } from '../languages.ts';
import { remembered } from '../remembered.ts';
import { type Gateway, PORTAL_ATTRIBUTES } from './gateway.ts';

const REMEMBERED_MS = 60_000;
const LANGUAGES = 50;

/** What the realm asks of those who sign up. */
export interface SignUpProfile {
  fields: readonly SignUpField[];
  /** The realm makes the e-mail address the username, and drops any other. */
  emailAsUsername: boolean;
  /** The realm keeps which language somebody wants. */
  keepsLocale: boolean;
  /** BCP 47 tags; empty where the realm speaks its default alone. */
  languages: readonly string[];
  /** Fields that take a date as the realm's default language writes it (validator `local-date`). */
  localDates: ReadonlySet<string>;
  defaultLanguage: string;
  /** The attributes by which the portal finds its own accounts again are declared. */
  ready: boolean;
}

export type UserProfile = ReturnType<typeof createUserProfile>;

/** The realm's declared user profile as a form. Remembered for a minute, and while Keycloak is away. */
export function createUserProfile(gateway: Gateway) {
  const profiles = new LRUCache<'profile', SignUpProfile>({
    max: 1,
    ttl: REMEMBERED_MS,
    allowStale: true,
    noDeleteOnFetchRejection: true,
    fetchMethod: () => load(gateway),
  });
  const texts = new LRUCache<string, Map<string, string>>({
    max: LANGUAGES,
    ttl: REMEMBERED_MS,
    allowStale: true,
    noDeleteOnFetchRejection: true,
    fetchMethod: (language) => gateway.texts(language),
  });

  /** What comes of fields and words, for as long as both are the same. */
  const wordings = new WeakMap<
    Map<string, string>,
    { fields: readonly SignUpField[]; worded: readonly SignUpField[] }
  >();

  return {
    /** @throws KeycloakAway where the realm was never asked before. */
    current: (): Promise<SignUpProfile> => remembered(profiles, 'profile'),

    /** The form's fields with their labels in a language; one that the realm lacks gives its default's. */
    async fields(language: string): Promise<readonly SignUpField[]> {
      const { fields, languages, defaultLanguage } = await remembered(profiles, 'profile');
      const spoken = nearestLanguage(language, languages) ?? defaultLanguage;
      // Without the realm's texts a form with plain names is still a form.
      const words = await remembered(texts, spoken).catch(() => new Map<string, string>());
      const known = wordings.get(words);
      if (known?.fields === fields) return known.worded;
      const wording = { fields, worded: fields.map((field) => worded(field, words)) };
      wordings.set(words, wording);
      return wording.worded;
    },
  };
}

async function load(gateway: Gateway): Promise<SignUpProfile> {
  const [profile, metadata, realm] = await Promise.all([
    gateway.userProfile(),
    gateway.userProfileMetadata(),
    gateway.realm(),
  ]);
  const emailAsUsername = realm?.registrationEmailAsUsername ?? false;
  const attributes = profile.attributes ?? [];
  const declared = new Set(attributes.map(({ name }) => name));
  return {
    fields: inFormOrder(attributes)
      .filter(
        (attribute) => isAsked(attribute) && !(emailAsUsername && attribute.name === 'username'),
      )
      .map((attribute) => toField(attribute, emailAsUsername)),
    emailAsUsername,
    keepsLocale: metadata.attributes?.some(({ name }) => name === 'locale') ?? false,
    languages: realm?.supportedLocales ?? [],
    localDates: new Set(
      attributes.flatMap(({ name, validations = {} }) =>
        name && 'local-date' in validations ? [name] : [],
      ),
    ),
    defaultLanguage: realm?.defaultLocale ?? 'en',
    ready:
      Object.values(PORTAL_ATTRIBUTES).every((name) => declared.has(name)) ||
      keepsUndeclared(profile),
  };
}

const KEYCLOAKS_ORDER = ['username', 'email', 'firstName', 'lastName'];
const FORM_ORDER = ['firstName', 'lastName', 'email', 'username'];

/**
 * People say their name first, and a username can be proposed from it. A realm whose administrator put the four in an
 * order of their own keeps it.
 */
function inFormOrder(attributes: UserProfileAttribute[]): UserProfileAttribute[] {
  const own = attributes.filter(({ name = '' }) => KEYCLOAKS_ORDER.includes(name));
  if (own.map(({ name }) => name).join() !== KEYCLOAKS_ORDER.join()) return attributes;
  const ordered = FORM_ORDER.flatMap((name) => own.filter((attribute) => attribute.name === name));
  return attributes.map((attribute) =>
    own.includes(attribute) ? (ordered.shift() ?? attribute) : attribute,
  );
}

function keepsUndeclared({ unmanagedAttributePolicy: policy }: UserProfileConfig): boolean {
  return policy === 'ENABLED' || policy === 'ADMIN_EDIT';
}

/**
 * What people fill in themselves and a service account can write: Keycloak drops the rest of what we send without an
 * error. Fields of a client scope are asked at the sign-in that uses it; but no account is made without those that are
 * required.
 */
function isAsked(attribute: UserProfileAttribute): boolean {
  const { name, permissions, selector } = attribute;
  const editors = permissions?.edit ?? [];
  return (
    name !== undefined &&
    name !== 'locale' &&
    !name.startsWith('portal.') &&
    editors.includes('user') &&
    editors.includes('admin') &&
    (!selector?.scopes?.length || isRequired(attribute))
  );
}

function toField(attribute: UserProfileAttribute, emailAsUsername: boolean): SignUpField {
  const { name = '', displayName = '', annotations = {}, multivalued = false } = attribute;
  const validations = attribute.validations ?? {};
  const length = validation(validations, 'length');
  const range = { ...validation(validations, 'integer'), ...validation(validations, 'double') };
  const own = OWN_LABELS[name] === displayName;
  return {
    name,
    label: own ? '' : displayName,
    help: annotation(annotations, 'inputHelperTextBefore'),
    placeholder: annotation(annotations, 'inputTypePlaceholder'),
    kind: kindOf(name, annotations, validations, multivalued),
    required: isRequired(attribute) || name === 'username' || (emailAsUsername && name === 'email'),
    multivalued,
    options: optionsOf(validations, annotations),
    ...limit('minLength', length.min),
    ...limit('maxLength', length.max),
    ...limit('min', range.min),
    ...limit('max', range.max),
    ...(attribute.defaultValue && { defaultValue: attribute.defaultValue }),
  };
}

/** Keycloak's own display names; the page has words of its own for these four. */
const OWN_LABELS: Record<string, string> = {
  username: `\${username}`,
  email: `\${email}`,
  firstName: `\${firstName}`,
  lastName: `\${lastName}`,
};

/**
 * Required of users, or of everyone, or of administrators alone: it is as one of these that we make the account. And a
 * list with a least count is required, whatever it says.
 */
function isRequired({ required, validations }: UserProfileAttribute): boolean {
  const least = Number(validation(validations ?? {}, 'multivalued').min ?? 0);
  if (least >= 1) return true;
  return required !== undefined && !required.scopes?.length;
}

const KINDS: Record<string, SignUpFieldKind> = {
  textarea: 'textarea',
  select: 'select',
  'select-radiobuttons': 'radios',
  multiselect: 'multiselect',
  'multiselect-checkboxes': 'checkboxes',
  'html5-email': 'email',
  'html5-tel': 'tel',
  'html5-url': 'url',
  'html5-number': 'number',
  'html5-date': 'date',
};

function kindOf(
  name: string,
  annotations: Record<string, unknown>,
  validations: Record<string, unknown>,
  multivalued: boolean,
): SignUpFieldKind {
  const said = KINDS[annotation(annotations, 'inputType')];
  if (said) return said;
  if (name === 'email' || 'email' in validations) return 'email';
  if ('options' in validations) return multivalued ? 'checkboxes' : 'select';
  if ('integer' in validations || 'double' in validations) return 'number';
  if ('iso-date' in validations || 'local-date' in validations) return 'date';
  if ('uri' in validations) return 'url';
  return 'text';
}

function optionsOf(
  validations: Record<string, unknown>,
  annotations: Record<string, unknown>,
): SignUpOption[] {
  const { options } = validation(validations, 'options');
  if (!Array.isArray(options)) return [];
  const labels = annotations.inputOptionLabels;
  const prefix = annotation(annotations, 'inputOptionLabelsI18nPrefix');
  return options.map(String).map((value) => {
    if (isRecord(labels) && typeof labels[value] === 'string')
      return { value, label: labels[value] };
    return { value, label: prefix ? `\${${prefix}.${value}}` : value };
  });
}

function worded(field: SignUpField, words: Map<string, string>): SignUpField {
  const say = (text: string, fallback: string) =>
    text.replace(/\$\{([^}]+)\}/g, (_whole, key: string) => words.get(key) ?? fallback);
  return {
    ...field,
    label: OWN_LABELS[field.name] && !field.label ? '' : say(field.label || field.name, field.name),
    help: say(field.help, ''),
    placeholder: say(field.placeholder, ''),
    options: field.options.map(({ value, label }) => ({ value, label: say(label, value) })),
  };
}

function validation(validations: Record<string, unknown>, name: string): Record<string, unknown> {
  const found = validations[name];
  return isRecord(found) ? found : {};
}

/** Limits are numbers or strings, as the realm's administrator typed them. */
function limit<Name extends string>(name: Name, value: unknown): Partial<Record<Name, number>> {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  const limits: Partial<Record<string, number>> = {};
  if (typeof number === 'number' && Number.isFinite(number)) limits[name] = number;
  return limits;
}

function annotation(annotations: Record<string, unknown>, name: string): string {
  const found = annotations[name];
  return typeof found === 'string' ? found : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
