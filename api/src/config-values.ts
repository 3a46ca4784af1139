import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { Environment } from './environment.ts';
import { parseColour, toHex } from './look/colours.ts';
import { parseRedisUrl } from './redis/connection.ts';
import { isPlainEmail } from './typed-text.ts';

/**
 * How the text of one variable becomes a value. Each throws an Error whose message goes on after the variable's name, and
 * holds nothing of the value.
 */
const SAMPLE_SECRET = 'change-me';
const SHORTEST_SECRET = 32;

export function required(value: string | undefined): string {
  if (!value) throw new Error('is not set');
  return value;
}

export function address(value: string): string {
  const url = URL.parse(value);
  if (!url || !/^https?:$/.test(url.protocol)) throw new Error('must be an http(s) address');
  if (url.username || url.password) throw new Error('must not hold a password');
  if (url.search || url.hash) throw new Error('must not have a query or fragment');
  return url.href.replace(/\/+$/, '');
}

/** Compared letter by letter with what tokens say, so it is kept as it was written. */
export function issuer(value: string | undefined): string | undefined {
  if (value !== undefined) address(value);
  return value;
}

export function realmName(value: string | undefined): string {
  if (required(value) === 'master')
    throw new Error('is Keycloak’s own: give the community a realm of its own');
  return required(value);
}

export function oneLine(value: string): string {
  if (/[\r\n]/.test(value)) throw new Error('must be one line');
  return value;
}

/** In a file of variables an unquoted # begins a comment, so it may be left out. */
export function accent(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const colour = parseColour(value);
  if (!colour) throw new Error('must be a colour such as #1c6b54');
  return toHex(colour);
}

/** A brace would make another hash tag, and an invite’s keys would fall apart in a Cluster. */
export function keyPrefix(value: string): string {
  if (/[{}\s]/.test(value)) throw new Error('must have no braces and no white space');
  return value;
}

export function keycloakUrl({ KEYCLOAK_URL, KEYCLOAK_DOMAIN }: Environment): string {
  if (KEYCLOAK_URL) return address(KEYCLOAK_URL);
  if (!KEYCLOAK_DOMAIN) throw new Error('is not set (nor is KEYCLOAK_DOMAIN)');
  return address(
    /^https?:\/\//.test(KEYCLOAK_DOMAIN) ? KEYCLOAK_DOMAIN : `https://${KEYCLOAK_DOMAIN}`,
  );
}

export function clientSecret(env: Environment): string {
  if (env.KEYCLOAK_CLIENT_SECRET) {
    if (env.KEYCLOAK_CLIENT_SECRET_FILE)
      throw new Error('is set, and so is KEYCLOAK_CLIENT_SECRET_FILE: leave one of them out');
    refuseSample(env, env.KEYCLOAK_CLIENT_SECRET, 'take the one that the set-up wrote');
    return env.KEYCLOAK_CLIENT_SECRET;
  }
  if (!env.KEYCLOAK_CLIENT_SECRET_FILE)
    throw new Error('is not set (nor is KEYCLOAK_CLIENT_SECRET_FILE)');
  const secret = contentOf(env.KEYCLOAK_CLIENT_SECRET_FILE);
  if (!secret) throw new Error('is not set, and KEYCLOAK_CLIENT_SECRET_FILE is empty');
  return secret;
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new Error("is not set, and KEYCLOAK_CLIENT_SECRET_FILE can't be read");
  }
}

export function secrets(env: Environment): [string, ...string[]] {
  const [first = '', ...others] = required(env.APP_SECRET_KEY)
    .split(',')
    .map((secret) => secret.trim());
  for (const secret of [first, ...others]) {
    if (secret.length < SHORTEST_SECRET)
      throw new Error(`must have ${SHORTEST_SECRET} characters at the least`);
    refuseSample(env, secret, 'make one with: openssl rand -base64 48');
  }
  return [first, ...others];
}

/** Only where the portal is worked on does a sample do. */
function refuseSample({ NODE_ENV }: Environment, secret: string, instead: string): void {
  if (!['development', 'test'].includes(NODE_ENV) && secret.includes(SAMPLE_SECRET))
    throw new Error(`is the sample; ${instead}`);
}

/** Keycloak's paths: a leading slash, no slash at the end. `~` escapes are left to Keycloak. */
export function path(value: string): string {
  const trimmed = value.trim().replace(/^\/+|\/+$/g, '');
  if (!trimmed) throw new Error('has an empty group in it');
  return `/${trimmed}`;
}

/** `true`, a number of hops or a CIDR of all addresses would take a forged header at its word. */
export function proxy(value: string): string {
  const [ip = '', bits] = value.trim().split('/');
  const version = isIP(ip);
  const longest = version === 6 ? 128 : 32;
  const isLength = (text: string) =>
    /^\d{1,3}$/.test(text) && Number(text) > 0 && Number(text) <= longest;
  if (!version || (bits !== undefined && !isLength(bits)))
    throw new Error('takes addresses and CIDRs alone, such as 10.0.0.0/8');
  return value.trim();
}

export function passwordRules(value: string | undefined): Record<string, string> {
  if (!value) return {};
  if (!value.startsWith('{')) return { '': value };
  const parsed = parseJson(value);
  const isRules = (it: unknown): it is Record<string, string> =>
    typeof it === 'object' && it !== null && Object.values(it).every((t) => typeof t === 'string');
  if (!isRules(parsed)) throw new Error('must be a text, or a JSON object of texts by language');
  return parsed;
}

/** Gives undefined for what is no JSON; the parser's own words would quote it. */
function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** Where the portal's own mails go out, and whom they are from. */
export interface MailConfig {
  host: string;
  port: number;
  /** TLS from the first byte on; else STARTTLS, where the server has it. */
  secure: boolean;
  auth: { user: string; pass: string } | undefined;
  from: { name: string; address: string };
}

/** Undefined: the portal sends none. */
export function mail(env: Environment, community: string): MailConfig | undefined {
  if (!env.SMTP_URL) {
    if (env.MAIL_FROM) throw new Error('is not set, and MAIL_FROM is: set both, or neither');
    return undefined;
  }
  const url = URL.parse(env.SMTP_URL);
  if (!url?.hostname || !/^smtps?:$/.test(url.protocol))
    throw new Error('must be an smtp:// or smtps:// address');
  if (url.search || url.hash || !/^\/?$/.test(url.pathname))
    throw new Error('must have nothing after its port');
  const secure = url.protocol === 'smtps:';
  const { username, password } = url;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    auth: username
      ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) }
      : undefined,
    from: mailbox(env.MAIL_FROM, community),
  };
}

function mailbox(from: string | undefined, community: string) {
  if (!from) throw new Error('needs MAIL_FROM, too: whom mails are from');
  const [, name = '', bracketed] = /^(.*?)\s*<([^<>]*)>$/.exec(from) ?? [];
  const address = bracketed ?? from;
  if (!isPlainEmail(address)) throw new Error('needs an address in MAIL_FROM');
  return { name: oneLine(name.replace(/^"|"$/g, '')) || community, address };
}

export function redisUrl(env: Environment): string {
  const { REDIS_URL, REDIS_HOST, REDIS_PORT, REDIS_DB } = env;
  const url = REDIS_URL ?? `redis://${REDIS_HOST}:${REDIS_PORT}/${REDIS_DB}`;
  parseRedisUrl(url);
  return url;
}
