import type { CurrentRegistration, Invite, Page } from '@portal/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRedisKeys, type RedisKeys } from '../../src/redis/keys.ts';
import { type ApiProcess, startApiProcess } from '../support/api-process.ts';
import type { Answer } from '../support/client.ts';
import { createOwnRedis, type OwnRedis } from '../support/own-redis.ts';
import { portalEnvironment } from '../support/portal.ts';
import { createRealm, type TestMember, type TestRealm } from '../support/realm.ts';
import { type RedisProxy, scriptCall, startRedisProxy } from '../support/redis-proxy.ts';
import { cookieOf, ORIGIN } from '../support/sign-up-cookie.ts';
import {
  accountsOf,
  type MadeInvite,
  makeInvite,
  signUpBody,
  tokenOf,
} from '../support/sign-ups.ts';

let own: OwnRedis;
let proxy: RedisProxy;
let realm: TestRealm;
let process: ApiProcess;
let keys: RedisKeys;
let ada: TestMember;

beforeAll(async () => {
  own = await createOwnRedis();
  await own.start();
  proxy = await startRedisProxy(own.url);
  realm = await createRealm();
  ada = await realm.member('ada');
  const environment: Record<string, string> = {
    ...portalEnvironment(realm),
    REDIS_URL: proxy.url,
    // Production's.
    REDIS_TIMEOUT: '800',
    SMTP_URL: `smtp://127.0.0.1:${globalThis.process.env.TEST_SMTP_PORT}`,
    MAIL_FROM: 'portal@example.org',
  };
  keys = createRedisKeys(environment.REDIS_PREFIX ?? '');
  process = await startApiProcess(environment);
});
afterAll(async () => {
  await process.stop();
  await proxy.stop();
  await own.remove();
  await realm.remove();
});

async function signedUp() {
  const invite = await makeInvite(process.api, ada);
  const made = await process.api.post('/registrations', signUpBody(invite));
  expect(made.status).toBe(201);
  return { invite, cookie: cookieOf(made) };
}

/** Freezes Redis with the script in its hands but not yet run, and wakes it when the caller has been told no. */
async function frozenAt(script: string, about: string, ask: () => Promise<Answer>) {
  const isScript = await scriptCall(own.redis, script);
  const call = proxy.hold('before', isScript(about));
  const startedAt = performance.now();
  const answering = ask();
  await call.reached;
  own.freeze();
  call.release();
  const answer = await answering;
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  expect(answer).toMatchObject({ status: 503, body: { code: expect.any(String) } });
  expect(answer.headers.get('retry-after')).toBeTruthy();
  await own.thaw();
  return answer;
}

/** The links, as soon as the portal has its memory back. */
const list = async () => {
  const token = await tokenOf(ada);
  const read = () => process.api.get<Page<Invite>>('/invites', { token });
  await expect.poll(async () => (await read()).status, { timeout: 5_000 }).toBe(200);
  return (await read()).body.items.map(({ id }) => id);
};
const kept = ({ id }: MadeInvite) => own.redis.hgetall(keys.invite(id));

describe('nothing runs late: a write that reached a frozen Redis, and whose caller was told no, does nothing when that wakes', () => {
  test('a new link', async () => {
    const before = await list();
    const token = await tokenOf(ada);
    await frozenAt('invites/create-invite', keys.invite('').slice(0, -1), () =>
      process.api.post('/invites', { label: 'late' }, { token }),
    );
    expect(await list()).toEqual(before);
    const hashes = await own.redis.keys(`${keys.invite('').slice(0, -1).replace('{', '\\{')}*`);
    const labels = await Promise.all(
      hashes.filter((key) => key.endsWith('}')).map((key) => own.redis.hget(key, 'data')),
    );
    expect(labels.filter((data) => data?.includes('"late"'))).toEqual([]);
  });

  test.for<[string, string, object]>([
    ['a change of a link', 'PATCH', { label: 'late' }],
    ['taking a link back', 'DELETE', {}],
  ])('%s', async ([, method, body]) => {
    await list();
    const invite = await makeInvite(process.api, ada);
    const before = await kept(invite);
    const token = await tokenOf(ada);
    await frozenAt('invites/change-invite', invite.id, () =>
      process.api.ask(method, `/invites/${invite.id}`, {
        token,
        body: method === 'PATCH' ? body : undefined,
      }),
    );
    expect(await kept(invite)).toEqual(before);
  });

  test('a sign-up: no use is taken, and nobody is made', async () => {
    await list();
    const invite = await makeInvite(process.api, ada);
    const before = await kept(invite);
    const answer = await frozenAt('registrations/reserve', invite.id, () =>
      process.api.post('/registrations', signUpBody(invite)),
    );
    expect(answer.body.code).toBe('redis-away');
    expect(await kept(invite)).toEqual(before);
    expect(await accountsOf(realm, invite)).toEqual([]);
    // And the link is as good as it was.
    await list();
    expect((await process.api.post('/registrations', signUpBody(invite))).status).toBe(201);
  });

  test.for<[string, string, string, string, object | undefined]>([
    ['a mended address', 'registrations/take-change', 'PATCH', '', { email: 'late@example.org' }],
    [
      'a mail that was asked for',
      'registrations/ask-mail',
      'POST',
      '/verification-email',
      undefined,
    ],
  ])('%s', async ([, script, method, path, body]) => {
    await list();
    const { invite, cookie } = await signedUp();
    const [registration = ''] = await own.redis.zrange(keys.registrations(invite.id), '0', '-1');
    const hash = keys.registration(invite.id, registration);
    await expect.poll(() => own.redis.hget(hash, 'mail')).toBe('sent');
    // The mail of signing up was long ago.
    await own.redis.hset(hash, 'askedAt', '0');
    const before = await own.redis.hgetall(hash);
    const headers = { cookie, origin: ORIGIN };
    await frozenAt(script, registration, () =>
      process.api.ask(method, `/registrations/current${path}`, { headers, body }),
    );
    expect(await own.redis.hgetall(hash)).toEqual(before);
    await list();
    const current = await process.api.get<CurrentRegistration>('/registrations/current', {
      headers,
    });
    expect(current.body).toMatchObject({ changesLeft: 3, resendAfter: 0 });
  });

  test('how a member wants to be told who joined', async () => {
    const token = await tokenOf(ada);
    const settings = keys.settings(ada.id);
    await frozenAt('joins/choose-mails', ada.id, () =>
      process.api.ask('PUT', '/api/v1/joins/mails', {
        token,
        body: { wanted: true, language: 'en' },
      }),
    );
    expect(await own.redis.hget(settings, 'mails')).toBeNull();
  });

  test('that a member has looked at who joined', async () => {
    const token = await tokenOf(ada);
    await list();
    await signedUp();
    const waiting = () => own.redis.zcard(keys.joins(ada.id));
    await expect.poll(waiting).toBeGreaterThan(0);
    const before = await waiting();
    await frozenAt('joins/see-joins', ada.id, () =>
      process.api.post('/joins/seen', { until: new Date().toISOString() }, { token }),
    );
    expect(await waiting()).toBe(before);
  });
});
