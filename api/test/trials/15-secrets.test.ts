import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type RedisServer, startRedis } from '../../../docker/stack/redis.ts';
import { createRedisKeys } from '../../src/redis/keys.ts';
import { deriveKey } from '../../src/secrets.ts';
import { type ApiProcess, startApiProcess } from '../support/api-process.ts';
import { canary, type Interview, KEY, openInterview, PASSWORDS } from '../support/interview.ts';
import { leaksIn, type Secrets } from '../support/leaks.ts';
import { mountedFolder } from '../support/mounted-folder.ts';
import { portalEnvironment } from '../support/portal.ts';
import { createRealm, type TestRealm } from '../support/realm.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recording-proxy.ts';
import { everythingIn, recordCommands } from '../support/redis-record.ts';

/*
 * The API in a process of its own at the log level `trace`, with secrets that are known again wherever they turn up. It is
 * asked everything that it answers, in the right and in many wrong ways, with Keycloak and Redis there and away. What a
 * browser sends, and to whom, is in `web/e2e/secrets.spec.ts`.
 */

const APP_SECRET = `${canary('app-secret')}-and-longer`;
const OLDER_SECRET = `${canary('older-secret')}-and-longer`;
/** With everything that an address has to encode. */
const REDIS_PASSWORD = `${canary('redis')}/+=#@:? %`;
const NEXT_REDIS_PASSWORD = canary('next-redis');

const folders = await Promise.all([
  mountedFolder({ 'welcome.md': '# Welcome' }),
  mountedFolder({ 'logo.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>' }),
]);
const [pages, brand] = folders;

let dir: string;
let redis: RedisServer;
/** Of the test's own. */
let beside: Redis;
let realm: TestRealm;
let keycloak: RecordingProxy;
let api: ApiProcess;
let interview: Interview;
let endRecord: () => Promise<string>;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'portal-secrets-'));
  redis = await startRedis({ dir });
  beside = new Redis(redis.url);
  await beside.config('SET', 'requirepass', REDIS_PASSWORD);
  await beside.auth(REDIS_PASSWORD);
  endRecord = await recordCommands(beside, REDIS_PASSWORD);
  realm = await createRealm();
  keycloak = await startRecordingProxy(realm.keycloakUrl);
  api = await startApiProcess(
    {
      ...portalEnvironment(realm),
      APP_SECRET_KEY: `${APP_SECRET},${OLDER_SECRET}`,
      REDIS_URL: redis.url.replace('//', `//:${encodeURIComponent(REDIS_PASSWORD)}@`),
      REDIS_TIMEOUT: '1000',
      KEYCLOAK_INTERNAL_URL: keycloak.url,
      KEYCLOAK_TIMEOUT: '2000',
      SMTP_URL: `smtp://127.0.0.1:${process.env.TEST_SMTP_PORT}`,
      MAIL_FROM: 'portal@example.org',
      PAGES_DIR: pages.dir,
      BRAND_DIR: brand.dir,
    },
    'trace',
  );
  interview = await openInterview({
    url: api.url,
    ada: await realm.member('ada'),
    letMailsGo: async () => {
      for (const key of await beside.keys('*:registration:*')) await beside.hset(key, 'askedAt', 0);
    },
  });
  await realm.admin.put('', { passwordPolicy: 'length(8) and digits(1)' });
}, 180_000);
afterAll(async () => {
  await api.stop();
  await keycloak.stop();
  beside.disconnect();
  await redis.stop();
  await realm.remove();
  await rm(dir, { recursive: true, force: true });
  await Promise.all(folders.map((folder) => folder.remove()));
});

async function keycloakAway(): Promise<void> {
  keycloak.cut(true);
  await interview.everythingAgain();
  keycloak.cut(false);
  await realm.admin.put('', { enabled: false });
  await interview.everythingAgain();
  await realm.admin.put('', { enabled: true });
}

async function redisAway(): Promise<void> {
  const before = interview.told.length;
  redis.signal('SIGSTOP');
  const asking = interview.everythingAgain();
  const refused = () => interview.told.slice(before).filter(({ status }) => status === 503);
  await vi.waitFor(() => expect(refused().length).toBeGreaterThan(2), { timeout: 20_000 });
  redis.signal('SIGCONT');
  await asking;
  await recovered();
  // Connections are cut, and the password is another one: it is refused, again and again.
  await beside.config('SET', 'requirepass', NEXT_REDIS_PASSWORD);
  await cutConnections();
  await interview.everythingAgain();
  await beside.config('SET', 'requirepass', REDIS_PASSWORD);
  await recovered();
}

async function recovered(): Promise<void> {
  const ready = async () => expect((await interview.ask('GET', '/readyz')).status).toBe(200);
  await vi.waitFor(ready, { timeout: 20_000, interval: 250 });
}

/** All of the API's to Redis. */
async function cutConnections(): Promise<void> {
  const own = `id=${await beside.client('ID')} `;
  const clients = String(await beside.client('LIST'))
    .trim()
    .split('\n');
  const others = clients.filter((client) => !client.startsWith(own) && !/cmd=monitor/.test(client));
  expect(others.length).toBeGreaterThan(0);
  for (const client of others)
    await beside.call('CLIENT', 'KILL', 'ID', /^id=(\d+)/.exec(client)?.[1] ?? '');
}

describe('no secret gets out', () => {
  let log: string;
  let commands: string;
  let kept: string;
  let secrets: Secrets;

  beforeAll(async () => {
    for (const [route, right] of Object.entries(interview.right)) {
      const { status, body } = await right();
      expect({ route, ok: status < 300, body: status < 300 ? '' : body }).toEqual({
        ...{ route, ok: true, body: '' },
      });
    }
    await interview.wrongWays();
    await keycloakAway();
    await redisAway();
    await interview.everythingAgain();
    // It ends while something is under way.
    const last = Promise.all([interview.signUp(), interview.signUpWeakly()]).catch(() => undefined);
    api.signal('SIGTERM');
    await last;
    await api.ended;
    log = await api.log();
    kept = await everythingIn(beside);
    commands = await endRecord();

    const { link, bearer } = interview;
    const cookie = interview.cookie();
    const mac = Buffer.from(link.token, 'base64url').subarray(16);
    secrets = {
      ...PASSWORDS,
      'the Idempotency-Key': KEY,
      'the bearer token': bearer,
      'the signature of the bearer token': bearer.split('.')[2] ?? '',
      'the link’s token': link.token,
      // The two bits before it belong to the id.
      'the link’s token after its id': link.token.slice(22),
      'the MAC of the link': mac,
      'the sign-up cookie': cookie.split('=')[1] ?? '',
      'the signature of the sign-up cookie': cookie.split('.')[2] ?? '',
      'the client’s secret': realm.clientSecret,
      'APP_SECRET_KEY, its first': APP_SECRET,
      'APP_SECRET_KEY, its second': OLDER_SECRET,
      ...derivedKeys(),
      'the password of Redis': REDIS_PASSWORD,
      ...serviceAccountsTokens(),
    };
  }, 240_000);

  function derivedKeys(): Secrets {
    const purposes = ['invite token', 'sign-up cookie', 'idempotency', 'mail limits'] as const;
    const keys = purposes.map((purpose) => [
      `the key for ${purpose}`,
      deriveKey(APP_SECRET, purpose).export(),
    ]);
    return Object.fromEntries(keys);
  }

  function serviceAccountsTokens(): Secrets {
    const answers = keycloak.requests.filter(({ url }) => url.endsWith('/token'));
    const given = answers.flatMap(
      ({ answer }) => /"access_token":"([^"]+)"/.exec(answer)?.[1] ?? [],
    );
    expect(given.length).toBeGreaterThan(0);
    return Object.fromEntries(given.map((token, i) => [`access token ${i} of the portal`, token]));
  }

  test('of all that there is to ask, in the right way and the wrong', async () => {
    const { paths }: { paths: Record<string, object> } = JSON.parse(await openApiDocument());
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(Object.keys(interview.right).sort()).toEqual(expect.arrayContaining(routes.sort()));
    const statuses = new Set(interview.told.map(({ status }) => status));
    const wanted = [200, 201, 204, 400, 401, 403, 404, 413, 415, 422, 429, 431, 503];
    expect([...statuses].sort()).toEqual(expect.arrayContaining(wanted));
  });

  test('into the log', () => {
    const lines = log.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(interview.told.length);
    expect(log).toContain('/api/v1/registrations');
    expect(log).toContain('"level":50');
    expect(log).toContain('"err"');
    expect(leaksIn({ 'the log': log }, secrets)).toEqual([]);
  });

  test('into an answer', () => {
    for (const { asked, status, headers, body } of interview.told) {
      const own = /"url":"[^"]*"/g;
      const withoutCookie = headers.filter(
        ([name, value]) => name !== 'set-cookie' || !value.startsWith('portal-sign-up='),
      );
      const places = {
        [`the headers of ${asked.slice(0, 60)}`]: JSON.stringify(withoutCookie),
        // A link is shown to its maker, in a success alone.
        [`the body of ${asked.slice(0, 60)}`]: status < 300 ? body.replace(own, '') : body,
      };
      expect(leaksIn(places, secrets)).toEqual([]);
    }
  });

  test('to Keycloak, but for what is Keycloak’s to check', () => {
    expect(keycloak.requests.length).toBeGreaterThan(20);
    const { 'the client’s secret': _client, ...others } = secrets;
    const ofPeople = Object.keys(PASSWORDS);
    for (const { method, url, headers, body } of keycloak.requests) {
      const { authorization: _authorization, ...rest } = headers;
      const place = `${method} ${url}`;
      expect(
        leaksIn({ [place]: url, [`headers of ${place}`]: JSON.stringify(rest) }, secrets),
      ).toEqual([]);
      const isMaking = method === 'POST' && /\/users\/?$/.test(url);
      const found = leaksIn(
        { [`the body of ${place}`]: body },
        url.endsWith('/token') ? others : secrets,
      );
      expect(
        found.filter((leak) => !(isMaking && ofPeople.some((name) => leak.startsWith(name)))),
      ).toEqual([]);
    }
    expect(keycloak.requests.some(({ body }) => body.includes(PASSWORDS['the password']))).toBe(
      true,
    );
  });

  test('into Redis, neither to stay nor on its way', () => {
    const { invite } = createRedisKeys(portalEnvironment(realm).REDIS_PREFIX ?? '');
    expect(kept).toContain(invite(interview.link.id));
    expect(commands).toContain(invite(interview.link.id));
    expect(leaksIn({ 'what Redis keeps': kept, 'what Redis is told': commands }, secrets)).toEqual(
      [],
    );
  });
});

/** The process has ended by then; a second one says the same. */
async function openApiDocument(): Promise<string> {
  const fresh = await startApiProcess({ ...portalEnvironment(realm) });
  const document = await (await fetch(`${fresh.url}/api/openapi.json`)).text();
  await fresh.stop();
  return document;
}
