import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, loadConfig } from '../src/config.ts';

const SECRET = 'kR7wq1Vn5bXc0ZtL3mHs9pYd2fGj6uEa';
const required = {
  PUBLIC_URL: 'https://portal.example.org',
  APP_SECRET_KEY: SECRET,
  KEYCLOAK_URL: 'https://sso.example.org',
  KEYCLOAK_REALM: 'weavers',
  KEYCLOAK_CLIENT_SECRET: 'hush',
};
const load = (more: Record<string, string | undefined> = {}) =>
  loadConfig({ ...required, ...more });

/** What is wrong with an environment; nothing where it is right. */
function problemsOf(variables: Record<string, string | undefined>): readonly string[] {
  try {
    loadConfig(variables);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
const problemsWith = (more: Record<string, string | undefined>) =>
  problemsOf({ ...required, ...more });
const named = (problems: readonly string[]) => problems.map((problem) => problem.split(' ')[0]);

describe('what must be said', () => {
  test('is five variables; the rest has defaults', () => {
    expect(load()).toEqual({
      community: 'Our community',
      look: {},
      publicUrl: 'https://portal.example.org',
      secrets: [SECRET],
      server: { host: '127.0.0.1', port: 8000, logLevel: 'info', trustProxy: [] },
      rateLimits: { perAddress: 120, perLink: 600 },
      keycloak: {
        url: 'https://sso.example.org',
        internalUrl: 'https://sso.example.org',
        issuer: undefined,
        realm: 'weavers',
        clientId: 'portal',
        clientSecret: 'hush',
        webClientId: 'portal-web',
        groupsClaim: 'groups',
        adminsGroup: '/Administrators',
        protectedGroups: ['/Administrators'],
        timeoutMs: 8000,
      },
      adminsOnly: false,
      automaticallyLogIn: false,
      invites: {
        defaultDays: 30,
        maxDays: null,
        maxUses: null,
        retentionMs: 7_776_000_000,
        groups: [],
      },
      passwordRules: {},
      redis: {
        url: 'redis://127.0.0.1:6379/0',
        prefix: 'portal:',
        timeoutMs: 800,
        waitReplicas: 0,
      },
    });
  });

  test('is named all at once where it is missing, and empty is missing', () => {
    expect(named(problemsOf({ KEYCLOAK_REALM: '  ' })).sort()).toEqual(
      Object.keys(required).sort(),
    );
  });

  test('is named all at once where it is wrong, and never printed', () => {
    const wrong = {
      PUBLIC_URL: 'ftp://wrong-1.example.org',
      APP_SECRET_KEY: 'wrong-2-is-short',
      PORT: 'wrong-3',
      LOG_LEVEL: 'wrong-4',
      RATE_LIMIT: '0.5',
      TRUST_PROXY: 'wrong-5',
      KEYCLOAK_URL: 'https://me:wrong-6@sso.example.org',
      KEYCLOAK_INTERNAL_URL: 'wrong-7',
      KEYCLOAK_ADMINS_GROUP: '/',
      KEYCLOAK_TIMEOUT: '-1',
      PROTECTED_GROUPS: '/a,,/b',
      INVITE_GROUPS: '/a,/',
      INVITE_TIME_LIMIT: '0',
      INVITE_MAX_DAYS: 'wrong-8',
      INVITE_MAX_USES: '1e9',
      FEATURE_FLAG_ADMINS_ONLY: 'wrong-9',
      AUTOMATICALLY_LOG_IN: 'wrong-10',
      PASSWORD_RULES: '{"en": wrong-11}',
      REDIS_URL: 'http://wrong-12',
      REDIS_PORT: '70000',
      REDIS_TIMEOUT: 'wrong-13',
      COMMUNITY_ACCENT: 'wrong-14',
    };
    const problems = problemsWith(wrong);
    expect(named(problems).sort()).toEqual(Object.keys(wrong).sort());
    expect(problems.join('\n')).not.toMatch(/wrong-/);
    expect(() => load(wrong)).toThrow(problems.join('\n  '));
  });

  test('can’t be changed once it is read', () => {
    const config = load({ INVITE_GROUPS: '/looms' });
    expect(Object.isFrozen(config)).toBe(true);
    expect(() => config.invites.groups.push('/more')).toThrow(TypeError);
    expect(() => Object.assign(config.keycloak, { realm: 'other' })).toThrow(TypeError);
  });
});

describe('the older portal’s names', () => {
  test('mean what they meant', () => {
    const config = loadConfig({
      PUBLIC_URL: 'https://portal.example.org',
      APP_SECRET_KEY: SECRET,
      INVITE_TIME_LIMIT: '14',
      KEYCLOAK_CLIENT_ID: 'old-portal',
      KEYCLOAK_CLIENT_SECRET: 'hush',
      KEYCLOAK_DOMAIN: 'sso.example.org',
      KEYCLOAK_REALM: 'weavers',
      KEYCLOAK_GROUPS_KEY: 'memberships',
      KEYCLOAK_ADMINS_GROUP: 'Stewards',
      FEATURE_FLAG_ADMINS_ONLY: 'True',
      AUTOMATICALLY_LOG_IN: 'False',
      REDIS_HOST: 'redis.example.org',
      REDIS_PORT: '6380',
      REDIS_DB: '3',
    });
    expect(config).toMatchObject({
      keycloak: {
        url: 'https://sso.example.org',
        clientId: 'old-portal',
        groupsClaim: 'memberships',
        adminsGroup: '/Stewards',
      },
      adminsOnly: true,
      automaticallyLogIn: false,
      invites: { defaultDays: 14 },
      redis: { url: 'redis://redis.example.org:6380/3' },
    });
  });

  test.each([
    ['sso.example.org/auth', 'https://sso.example.org/auth'],
    ['https://sso.example.org/', 'https://sso.example.org'],
    ['http://localhost:8080', 'http://localhost:8080'],
  ])('KEYCLOAK_DOMAIN %s is %s', (domain, url) => {
    expect(load({ KEYCLOAK_URL: undefined, KEYCLOAK_DOMAIN: domain }).keycloak.url).toBe(url);
  });

  test.each(['True', 'TRUE', 'true', ' true '])('%j is true', (value) => {
    expect(load({ FEATURE_FLAG_ADMINS_ONLY: value }).adminsOnly).toBe(true);
  });

  test.each(['yes', '1', 'on'])('%j is neither true nor false', (value) => {
    expect(named(problemsWith({ FEATURE_FLAG_ADMINS_ONLY: value }))).toEqual([
      'FEATURE_FLAG_ADMINS_ONLY',
    ]);
  });
});

describe('addresses', () => {
  test('keep their path, and lose the slash at their end', () => {
    expect(load({ PUBLIC_URL: 'https://example.org/portal//' }).publicUrl).toBe(
      'https://example.org/portal',
    );
  });

  test('are two for Keycloak where the API reaches it by another', () => {
    expect(load({ KEYCLOAK_INTERNAL_URL: 'http://keycloak:8080/auth/' }).keycloak).toMatchObject({
      url: 'https://sso.example.org',
      internalUrl: 'http://keycloak:8080/auth',
    });
  });

  test.each(['portal.example.org', '/portal', 'https://a.example/?q', 'https://a.example/#x'])(
    'PUBLIC_URL is not %s',
    (url) => {
      expect(named(problemsWith({ PUBLIC_URL: url }))).toEqual(['PUBLIC_URL']);
    },
  );

  test.each([
    'redis://:p%2Fa%23s%3Fs%40@redis.example.org:6379/2',
    'rediss://user:secret@redis.example.org',
    'redis://redis.example.org:6379/',
  ])('REDIS_URL may be %s', (url) => {
    expect(load({ REDIS_URL: url }).redis.url).toBe(url);
  });

  test.each([
    'redis.example.org:6379',
    'redis://:p/ss@redis.example.org',
    'redis://user:1/2@redis.example.org',
    'redis://user:1#2@redis.example.org',
    'redis://user:1?2@redis.example.org',
    'redis://:p@ss@redis.example.org',
    'redis://:100%@redis.example.org',
  ])('REDIS_URL is refused where a password isn’t encoded: %s', (url) => {
    const problems = problemsWith({ REDIS_URL: url });
    expect(named(problems)).toEqual(['REDIS_URL']);
    expect(problems.join()).not.toContain(url);
  });
});

describe('secrets', () => {
  test('are several by commas: the first signs', () => {
    const older = 'x'.repeat(32);
    expect(load({ APP_SECRET_KEY: `${SECRET}, ${older}` }).secrets).toEqual([SECRET, older]);
  });

  test.each([
    ['short', 'x'.repeat(31)],
    ['short among others', `${SECRET},short`],
    ['followed by nothing', `${SECRET},`],
    ['the sample', `change-me${'x'.repeat(40)}`],
  ])('are refused where one is %s', (_what, value) => {
    const problems = problemsWith({ APP_SECRET_KEY: value });
    expect(named(problems)).toEqual(['APP_SECRET_KEY']);
    expect(problems.join()).not.toContain(value);
  });

  test('of the sample do while developing', () => {
    const sample = `change-me${'x'.repeat(40)}`;
    expect(load({ NODE_ENV: 'development', APP_SECRET_KEY: sample }).secrets).toEqual([sample]);
  });

  test('of the client may be in a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'portal-config-'));
    const file = join(folder, 'secret');
    await writeFile(file, 'from a file\n');
    const inFile = { KEYCLOAK_CLIENT_SECRET: undefined, KEYCLOAK_CLIENT_SECRET_FILE: file };
    expect(load(inFile).keycloak.clientSecret).toBe('from a file');
    await writeFile(file, '\n');
    expect(named(problemsWith(inFile))).toEqual(['KEYCLOAK_CLIENT_SECRET']);
    await rm(folder, { recursive: true });
    expect(problemsWith(inFile)).toEqual([
      "KEYCLOAK_CLIENT_SECRET is not set, and KEYCLOAK_CLIENT_SECRET_FILE can't be read",
    ]);
  });
});

describe('TRUST_PROXY', () => {
  test.each([
    ['', []],
    ['127.0.0.1', ['127.0.0.1']],
    ['10.0.0.0/8, ::1', ['10.0.0.0/8', '::1']],
    ['fd00::/8', ['fd00::/8']],
  ])('may be %j', (value, expected) => {
    expect(load({ TRUST_PROXY: value }).server.trustProxy).toEqual(expected);
  });

  test.each([
    '1',
    'true',
    'loopback',
    '*',
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/33',
    '10.0.0.0/',
    'nginx',
  ])('is refused where it would believe anybody, or nobody: %s', (value) => {
    expect(named(problemsWith({ TRUST_PROXY: value }))).toEqual(['TRUST_PROXY']);
  });
});

describe('groups', () => {
  test('are paths, with or without their slash', () => {
    expect(
      load({
        INVITE_GROUPS: 'looms, /spinning/ ,/dyers/indigo',
        PROTECTED_GROUPS: 'board',
        KEYCLOAK_ADMINS_GROUP: '/Stewards',
      }),
    ).toMatchObject({
      invites: { groups: ['/looms', '/spinning', '/dyers/indigo'] },
      keycloak: { adminsGroup: '/Stewards', protectedGroups: ['/Stewards', '/board'] },
    });
  });

  test.each(['/Administrators', '/Administrators/juniors', 'board', '/looms,/board/x'])(
    'a link must not put people in a protected one: %s',
    (groups) => {
      const problems = problemsWith({ INVITE_GROUPS: groups, PROTECTED_GROUPS: '/board' });
      expect(problems).toEqual([expect.stringMatching(/^INVITE_GROUPS names a protected group/)]);
    },
  );

  test('of a similar name are not protected', () => {
    expect(load({ INVITE_GROUPS: '/Administrators-to-be' }).invites.groups).toHaveLength(1);
  });
});

describe('what contradicts itself', () => {
  test('fewer days at the most than by default', () => {
    const days = { INVITE_MAX_DAYS: '7', INVITE_TIME_LIMIT: '30' };
    expect(named(problemsWith(days))).toEqual(['INVITE_MAX_DAYS']);
  });

  test('pages that sign in by the confidential client', () => {
    expect(named(problemsWith({ KEYCLOAK_WEB_CLIENT_ID: 'portal' }))).toEqual([
      'KEYCLOAK_WEB_CLIENT_ID',
    ]);
  });
});

describe('PASSWORD_RULES', () => {
  test('may be one text for all languages', () => {
    expect(load({ PASSWORD_RULES: 'Twelve characters' }).passwordRules).toEqual({
      '': 'Twelve characters',
    });
  });

  test('may be a text for each', () => {
    expect(load({ PASSWORD_RULES: '{"": "Twelve", "de": "Zwölf"}' }).passwordRules).toEqual({
      '': 'Twelve',
      de: 'Zwölf',
    });
  });

  test.each(['{"de": 12}', '{"de"', '{}}'])('are not %s', (value) => {
    expect(problemsWith({ PASSWORD_RULES: value })).toEqual([
      'PASSWORD_RULES must be a text, or a JSON object of texts by language',
    ]);
  });
});

describe('SMTP_URL', () => {
  const of = (SMTP_URL: string, MAIL_FROM = 'portal@example.org') =>
    load({ SMTP_URL, MAIL_FROM }).mail;

  test('may be left out, and then the portal sends no mails', () => {
    expect(load({}).mail).toBeUndefined();
  });

  test.each([
    ['smtp://mail.example.org', { host: 'mail.example.org', port: 587, secure: false }],
    ['smtps://mail.example.org/', { host: 'mail.example.org', port: 465, secure: true }],
    ['smtp://[::1]:2525', { host: '::1', port: 2525, secure: false }],
  ])('%s', (url, where) => {
    expect(of(url)).toMatchObject({ ...where, auth: undefined });
  });

  test('holds user and password, percent-encoded', () => {
    expect(of('smtp://a%40b.org:p%3A%2F@mail.example.org')?.auth).toEqual({
      ...{ user: 'a@b.org', pass: 'p:/' },
    });
  });

  test.each([
    ['portal@example.org', { name: 'Our community', address: 'portal@example.org' }],
    ['The Weavers <portal@example.org>', { name: 'The Weavers', address: 'portal@example.org' }],
    ['"A, B" <portal@example.org>', { name: 'A, B', address: 'portal@example.org' }],
  ])('mails are from %s', (from, mailbox) => {
    expect(of('smtp://mail.example.org', from)?.from).toEqual(mailbox);
  });

  test.each([
    ['http://secret@mail.example.org', 'portal@example.org'],
    ['mail.example.org:25/secret', 'portal@example.org'],
    ['smtp://user:secret@mail.example.org/?tls=no', 'portal@example.org'],
    ['smtp://user:secret@mail.example.org', ''],
    ['smtp://user:secret@mail.example.org', 'secret'],
    ['smtp://user:secret@mail.example.org', 'a@secret.org, b@example.org'],
    ['', 'secret@example.org'],
  ])('refuses %s from %s', (SMTP_URL, MAIL_FROM) => {
    const problems = problemsWith({ SMTP_URL, MAIL_FROM });
    expect(named(problems)).toEqual(['SMTP_URL']);
    expect(problems.join()).not.toContain('secret');
  });
});

describe('what would only fail later is refused at the start, under its own name', () => {
  test.each([
    ['KEYCLOAK_ISSUER', 'not an address'],
    ['KEYCLOAK_REALM', 'master'],
    ['COMMUNITY_NAME', 'Weavers\nCo-op'],
    ['REDIS_PREFIX', '{a}'],
    ['KEYCLOAK_CLIENT_SECRET', 'change-me-to-what-the-set-up-wrote'],
    ['KEYCLOAK_CLIENT_SECRET_FILE', '/nowhere'],
  ])('%s=%s', (name, value) => {
    const problems = problemsWith({ [name]: value });
    expect(named(problems)).toEqual([name.replace('_FILE', '')]);
    expect(problems.join()).not.toContain(value);
  });

  test('a sample secret, whatever NODE_ENV is called', () => {
    const secret = 'change-me-to-what-openssl-rand-base64-48-says';
    for (const environment of ['production', 'prod', 'staging'])
      expect(named(problemsWith({ NODE_ENV: environment, APP_SECRET_KEY: secret }))).toEqual([
        'APP_SECRET_KEY',
      ]);
  });

  test('an older name is the one that is said', () => {
    expect(named(problemsWith({ KEYCLOAK_URL: '', KEYCLOAK_DOMAIN: 'a b' }))).toEqual([
      'KEYCLOAK_DOMAIN',
    ]);
    expect(named(problemsWith({ REDIS_HOST: 'x/y:z@q' }))).toEqual(['REDIS_HOST']);
  });
});
