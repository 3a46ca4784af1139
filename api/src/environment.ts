import { type Static, Type } from 'typebox';

const text = (description: string, options: { default?: string; maxLength?: number } = {}) =>
  Type.String({ description, minLength: 1, ...options });
const optional = (description: string) => Type.Optional(Type.String({ description, minLength: 1 }));
const flag = (description: string) => Type.Boolean({ description, default: false });
const whole = (
  description: string,
  options: { minimum: number; maximum: number; default?: number },
) => Type.Integer({ description, ...options });
/** A list, separated by commas (`separator` is a keyword of env-schema's). */
const list = (description: string) =>
  Type.Unsafe<string[]>({ type: 'string', separator: ',', default: '', description });

/**
 * Every environment variable that the portal reads, with its meaning and its default. `.env.sample` and the README's
 * table list the same ones; a test compares them.
 */
export const EnvironmentSchema = Type.Object({
  NODE_ENV: text('`production` refuses sample secrets', { default: 'production' }),
  COMMUNITY_NAME: text('The name of the community', { default: 'Our community', maxLength: 100 }),
  COMMUNITY_ACCENT: optional(
    'Its colour, as #rrggbb; what is written in it and on it is made to be readable',
  ),
  BRAND_DIR: optional('A folder with its logo, favicon and fonts: `logo.svg`, `heading.woff2`, …'),
  PAGES_DIR: optional(
    'A folder with pages of its own, in Markdown: `welcome.md`, `welcome.nl.md`, …',
  ),
  PUBLIC_URL: optional("The portal's own address, as browsers see it; a path prefix is allowed"),
  APP_SECRET_KEY: optional(
    'At least 32 random characters; several by commas: the first signs, all verify',
  ),
  HOST: text('Address to listen on', { default: '127.0.0.1' }),
  PORT: whole('Port to listen on', { minimum: 0, maximum: 65535, default: 8000 }),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    description: 'How much is logged',
    default: 'info',
  }),
  TRUST_PROXY: list('Addresses or CIDRs of the proxies in front, by commas'),
  RATE_LIMIT: whole('Requests a minute from one address to the public routes', {
    minimum: 1,
    maximum: 1_000_000_000,
    default: 120,
  }),
  RATE_LIMIT_PER_LINK: whole('Requests a minute by one link to the public routes', {
    minimum: 1,
    maximum: 1_000_000_000,
    default: 600,
  }),

  KEYCLOAK_URL: optional("Keycloak's address as browsers see it; a path prefix is allowed"),
  KEYCLOAK_DOMAIN: optional("The older portal's name for the same: a host, reached by https"),
  KEYCLOAK_INTERNAL_URL: optional(
    "Keycloak's address as the API reaches it, where that is another one",
  ),
  KEYCLOAK_ISSUER: optional("The realm's issuer, where the API can't ask KEYCLOAK_URL for it"),
  KEYCLOAK_REALM: optional('The realm'),
  KEYCLOAK_CLIENT_ID: text('The confidential client: service account, and audience of the tokens', {
    default: 'portal',
  }),
  KEYCLOAK_CLIENT_SECRET: optional('Its secret'),
  KEYCLOAK_CLIENT_SECRET_FILE: optional('A file that holds its secret, in place of the above'),
  KEYCLOAK_WEB_CLIENT_ID: text('The public client of the pages', { default: 'portal-web' }),
  KEYCLOAK_GROUPS_KEY: text('The claim that has the groups', { default: 'groups' }),
  KEYCLOAK_ADMINS_GROUP: text('The administrators’ group: a name, or a path', {
    default: 'Administrators',
  }),
  KEYCLOAK_TIMEOUT: whole('Milliseconds that a call to Keycloak may take', {
    minimum: 100,
    maximum: 60_000,
    default: 8000,
  }),
  PROTECTED_GROUPS: list('Paths of groups whose members the portal never touches, by commas'),
  FEATURE_FLAG_ADMINS_ONLY: flag('Admit the administrators’ group only'),
  AUTOMATICALLY_LOG_IN: flag('Go to the sign-in page at once, without a welcome'),

  INVITE_TIME_LIMIT: whole('Days that a link works where its maker says nothing', {
    minimum: 1,
    maximum: 3650,
    default: 30,
  }),
  INVITE_MAX_DAYS: Type.Optional(
    whole('The most days that a link may work; unset: a link may also have no end', {
      minimum: 1,
      maximum: 3650,
    }),
  ),
  INVITE_MAX_USES: Type.Optional(
    whole('The most people that one link may let in; unset: any number', {
      minimum: 1,
      maximum: 1_000_000,
    }),
  ),
  INVITE_RETENTION: whole('Days that a link is kept after its end', {
    minimum: 1,
    maximum: 3650,
    default: 90,
  }),
  INVITE_GROUPS: list('Paths of the groups that a link may put people in, by commas'),
  PASSWORD_RULES: optional(
    'What the sign-up page says of the realm’s password rules: a text, or a JSON object by language',
  ),

  SMTP_URL: optional(
    'A mail server, smtp:// or smtps:// with user and password: members may then mail their links',
  ),
  MAIL_FROM: optional('Whom the portal’s own mails are from: an address, or `Name <address>`'),

  REDIS_URL: optional(
    'Redis: redis://, rediss://, redis+sentinel:// or redis+cluster://, with password and database',
  ),
  REDIS_HOST: text('Redis, said in parts', { default: '127.0.0.1' }),
  REDIS_PORT: whole('Redis, said in parts', { minimum: 1, maximum: 65535, default: 6379 }),
  REDIS_DB: whole('Redis, said in parts', { minimum: 0, maximum: 1023, default: 0 }),
  REDIS_PREFIX: text('What every key begins with', { default: 'portal:', maxLength: 50 }),
  REDIS_TIMEOUT: whole('Milliseconds that a Redis command may take', {
    minimum: 50,
    maximum: 10_000,
    default: 800,
  }),
  REDIS_WAIT_REPLICAS: whole('Replicas that must have a link or a sign-up before it is confirmed', {
    minimum: 0,
    maximum: 10,
    default: 0,
  }),
});

export type Environment = Static<typeof EnvironmentSchema>;
