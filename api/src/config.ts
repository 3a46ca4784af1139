import { envSchema } from 'env-schema';
import {
  accent,
  address,
  clientSecret,
  issuer,
  keycloakUrl,
  keyPrefix,
  type MailConfig,
  mail,
  oneLine,
  passwordRules,
  path,
  proxy,
  realmName,
  redisUrl,
  required,
  secrets,
} from './config-values.ts';
import { type Environment, EnvironmentSchema } from './environment.ts';

/** Everything that differs between one installation and the next. Frozen; made once, handed down. */
export interface Config {
  community: string;
  look: {
    /** `#rrggbb`; undefined: the portal's own. */
    accent: string | undefined;
    /** The folder of the logo, the favicon and the fonts. */
    dir: string | undefined;
  };
  /** The folder of the community's own pages. */
  pagesDir: string | undefined;
  /** The portal's own address, without a slash at its end. */
  publicUrl: string;
  /** Secrets of at least 32 characters: the first signs, all verify. */
  secrets: readonly [string, ...string[]];
  server: { host: string; port: number; logLevel: Environment['LOG_LEVEL']; trustProxy: string[] };
  /** Requests a minute to each of the public routes. */
  rateLimits: { perAddress: number; perLink: number };
  keycloak: KeycloakConfig;
  adminsOnly: boolean;
  automaticallyLogIn: boolean;
  invites: {
    defaultDays: number;
    /** How long a link is kept after its end. */
    retentionMs: number;
    /** Null: a link may have no end. */
    maxDays: number | null;
    /** Null: a link may let in any number. */
    maxUses: number | null;
    /** Paths of the groups that a link may put people in. */
    groups: string[];
  };
  /** Undefined: the portal sends no mails of its own. */
  mail: MailConfig | undefined;
  /** By language; the empty tag is for all others. */
  passwordRules: Record<string, string>;
  redis: {
    url: string;
    prefix: string;
    timeoutMs: number;
    /** How many replicas must have a write before it is answered. */
    waitReplicas: number;
  };
}

export interface KeycloakConfig {
  /** As browsers see it, without a slash at its end. */
  url: string;
  /** As the API reaches it, without a slash at its end. */
  internalUrl: string;
  /** Undefined: what discovery says. */
  issuer: string | undefined;
  realm: string;
  clientId: string;
  clientSecret: string;
  webClientId: string;
  groupsClaim: string;
  /** Path of the administrators' group, with its slash. */
  adminsGroup: string;
  /** Paths of the groups whose members are never touched, the administrators' among them. */
  protectedGroups: string[];
  timeoutMs: number;
}

/** The part that the realm is set up by: what `portal setup` needs, before there is a client secret. */
export interface RealmConfig extends Pick<Config, 'community' | 'publicUrl'> {
  keycloak: Omit<KeycloakConfig, 'clientSecret'>;
  invites: Pick<Config['invites'], 'groups'>;
}

/** What is wrong with the environment, each with the variable's name and never its value. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The configuration is not right:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

const DAY_MS = 86_400_000;

/**
 * Reads the environment, the only input of the portal's that isn't a request.
 *
 * @throws ConfigError naming every variable that is wrong.
 */
export function loadConfig(variables: Record<string, string | undefined>): Config {
  const reading = read(variables);
  const { env, check, problems } = reading;
  const realm = realmConfig(reading);

  const config: Config = {
    ...realm,
    look: {
      accent: check('COMMUNITY_ACCENT', () => accent(env.COMMUNITY_ACCENT), undefined),
      dir: env.BRAND_DIR,
    },
    pagesDir: env.PAGES_DIR,
    secrets: check('APP_SECRET_KEY', () => secrets(env), ['']),
    server: {
      host: env.HOST,
      port: env.PORT,
      logLevel: env.LOG_LEVEL,
      trustProxy: check('TRUST_PROXY', () => env.TRUST_PROXY.map(proxy), []),
    },
    rateLimits: { perAddress: env.RATE_LIMIT, perLink: env.RATE_LIMIT_PER_LINK },
    keycloak: {
      ...realm.keycloak,
      clientSecret: check('KEYCLOAK_CLIENT_SECRET', () => clientSecret(env), ''),
    },
    adminsOnly: env.FEATURE_FLAG_ADMINS_ONLY,
    automaticallyLogIn: env.AUTOMATICALLY_LOG_IN,
    invites: {
      ...realm.invites,
      defaultDays: env.INVITE_TIME_LIMIT,
      retentionMs: env.INVITE_RETENTION * DAY_MS,
      maxDays: env.INVITE_MAX_DAYS ?? null,
      maxUses: env.INVITE_MAX_USES ?? null,
    },
    mail: check('SMTP_URL', () => mail(env, realm.community), undefined),
    passwordRules: check('PASSWORD_RULES', () => passwordRules(env.PASSWORD_RULES), {}),
    redis: {
      url: check(env.REDIS_URL ? 'REDIS_URL' : 'REDIS_HOST', () => redisUrl(env), ''),
      prefix: check('REDIS_PREFIX', () => keyPrefix(env.REDIS_PREFIX), ''),
      timeoutMs: env.REDIS_TIMEOUT,
      waitReplicas: env.REDIS_WAIT_REPLICAS,
    },
  };

  if (config.invites.maxDays !== null && config.invites.maxDays < config.invites.defaultDays)
    problems.push('INVITE_MAX_DAYS is less than INVITE_TIME_LIMIT');
  return finished(config, problems);
}

/**
 * Reads the realm's part alone, so that a realm can be set up before the rest is there.
 *
 * @throws ConfigError naming every variable of that part that is wrong.
 */
export function loadRealmConfig(variables: Record<string, string | undefined>): RealmConfig {
  const ofRealm = Object.entries(variables).filter(([name]) =>
    /^(KEYCLOAK_|(PUBLIC_URL|COMMUNITY_NAME|INVITE_GROUPS|PROTECTED_GROUPS)$)/.test(name),
  );
  const reading = read(Object.fromEntries(ofRealm));
  return finished(realmConfig(reading), reading.problems);
}

interface Reading {
  env: Environment;
  problems: string[];
  check<T>(name: string, read: () => T, fallback: T): T;
}

function read(variables: Record<string, string | undefined>): Reading {
  const problems: string[] = [];
  const env = parse(variables, problems);
  const check = <T>(name: string, read: () => T, fallback: T): T => {
    try {
      return read();
    } catch (error) {
      problems.push(`${name} ${error instanceof Error ? error.message : 'is not right'}`);
      return fallback;
    }
  };
  return { env, problems, check };
}

function realmConfig({ env, check, problems }: Reading): RealmConfig {
  const publicUrl = check('PUBLIC_URL', () => address(required(env.PUBLIC_URL)), '');
  const named = env.KEYCLOAK_URL || !env.KEYCLOAK_DOMAIN ? 'KEYCLOAK_URL' : 'KEYCLOAK_DOMAIN';
  const url = check(named, () => keycloakUrl(env), '');
  const internalUrl = env.KEYCLOAK_INTERNAL_URL;
  const adminsGroup = check('KEYCLOAK_ADMINS_GROUP', () => path(env.KEYCLOAK_ADMINS_GROUP), '');
  const more = check('PROTECTED_GROUPS', () => env.PROTECTED_GROUPS.map(path), []);
  const groups = check('INVITE_GROUPS', () => env.INVITE_GROUPS.map(path), []);
  const protectedGroups = [adminsGroup, ...more];

  if (groups.some((group) => isWithin(group, protectedGroups)))
    problems.push('INVITE_GROUPS names a protected group: a link could make administrators');
  if (env.KEYCLOAK_WEB_CLIENT_ID === env.KEYCLOAK_CLIENT_ID)
    problems.push('KEYCLOAK_WEB_CLIENT_ID is the confidential client: pages can keep no secret');
  return {
    community: check('COMMUNITY_NAME', () => oneLine(env.COMMUNITY_NAME), ''),
    publicUrl,
    keycloak: {
      url,
      internalUrl: internalUrl
        ? check('KEYCLOAK_INTERNAL_URL', () => address(internalUrl), '')
        : url,
      issuer: check('KEYCLOAK_ISSUER', () => issuer(env.KEYCLOAK_ISSUER), undefined),
      realm: check('KEYCLOAK_REALM', () => realmName(env.KEYCLOAK_REALM), ''),
      clientId: env.KEYCLOAK_CLIENT_ID,
      webClientId: env.KEYCLOAK_WEB_CLIENT_ID,
      groupsClaim: env.KEYCLOAK_GROUPS_KEY,
      adminsGroup,
      protectedGroups,
      timeoutMs: env.KEYCLOAK_TIMEOUT,
    },
    invites: { groups },
  };
}

function finished<T extends object>(config: T, problems: readonly string[]): T {
  if (problems.length > 0) throw new ConfigError(problems);
  return deepFreeze(config);
}

/** Whether a group's path is one of these, or below one. */
export function isWithin(group: string, paths: readonly string[]): boolean {
  return paths.some((above) => group === above || group.startsWith(`${above}/`));
}

/** What is wrong with one variable doesn't hide what is wrong with the others: bad ones are left out, and named. */
function parse(variables: Record<string, string | undefined>, problems: string[]): Environment {
  const data = Object.fromEntries(
    Object.entries(variables)
      .filter((entry): entry is [string, string] => Boolean(entry[1]?.trim()))
      .map(([name, value]) => [name, asBoolean(value.trim())]),
  );
  try {
    return envSchema<Environment>({ schema: EnvironmentSchema, data, env: false });
  } catch (error) {
    const bad = schemaErrors(error);
    problems.push(...bad.map(({ name, message }) => `${name} ${message}`));
    const good = Object.entries(data).filter(([key]) => !bad.some(({ name }) => name === key));
    return envSchema<Environment>({
      schema: EnvironmentSchema,
      data: Object.fromEntries(good),
      env: false,
    });
  }
}

/** The older portal's files say `True`. */
function asBoolean(value: string): string {
  return /^(true|false)$/i.test(value) ? value.toLowerCase() : value;
}

interface SchemaError {
  instancePath: string;
  message?: string;
  params: { allowedValues?: unknown[] };
}

function schemaErrors(error: unknown): { name: string; message: string }[] {
  if (!(error instanceof Error && 'errors' in error && Array.isArray(error.errors))) throw error;
  return error.errors.map(({ instancePath, message, params }: SchemaError) => ({
    name: instancePath.slice(1),
    message: `${message}${params.allowedValues ? `: ${params.allowedValues.join(', ')}` : ''}`,
  }));
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value))
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  return Object.freeze(value);
}
