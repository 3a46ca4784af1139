import type { Problem } from '@portal/shared';
import { afterAll, describe, expect, test } from 'vitest';
import { type Portal, randomName, startPortal } from '../support/portal.ts';
import { createRealm } from '../support/realm.ts';
import { makeInvite, signUpBody, tally } from '../support/sign-ups.ts';

const realm = await createRealm();
const started: Portal[] = [];
afterAll(async () => {
  await Promise.all(started.map((portal) => portal.stop()));
  await realm.remove();
});

/** A portal that counts for itself. */
async function limited(environment: Record<string, string> = {}) {
  const prefix = `test-${realm.name}-${randomName('limit')}:`;
  const portal = await startPortal({
    realm,
    environment: { RATE_LIMIT: '3', REDIS_PREFIX: prefix, ...environment },
  });
  started.push(portal);
  return portal;
}
const lookUp = (portal: Portal, forwardedFor?: string) =>
  portal.api.post<Problem>(
    '/invites/lookup',
    { token: 'x' },
    { headers: forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor } },
  );
const statuses = async (portal: Portal, ...forwardedFor: (string | undefined)[]) => {
  const seen: number[] = [];
  for (const from of forwardedFor) seen.push((await lookUp(portal, from)).status);
  return seen;
};

describe('too many tries', () => {
  test('are refused, and told for how long', async () => {
    const portal = await limited();
    expect(await statuses(portal, ...Array(3))).toEqual([404, 404, 404]);
    const { status, headers, body } = await lookUp(portal);
    expect(status).toBe(429);
    expect(headers.get('content-type')).toMatch('application/problem+json');
    expect(body.code).toBe('too-many-requests');
    const seconds = Number(headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(50);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(body.params).toEqual({ retryAfter: seconds });
  });

  test('are counted together, whatever the route and however many come at once', async () => {
    const portal = await limited();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        i % 2
          ? lookUp(portal)
          : portal.api.post('/registrations', signUpBody({ token: 'A'.repeat(43) })),
      ),
    );
    expect(tally(answers.map(({ status }) => status))).toEqual({ 404: 3, 429: 17 });
  });

  test('are counted over all processes', async () => {
    const one = await limited();
    const other = await limited({ REDIS_PREFIX: one.config.redis.prefix });
    expect(await statuses(one, ...Array(2))).toEqual([404, 404]);
    expect(await statuses(other, ...Array(2))).toEqual([404, 429]);
    expect(await statuses(one, undefined)).toEqual([429]);
  });

  test('are those of the routes that anybody may try; members and pages go on', async () => {
    const portal = await limited();
    const token = await (await realm.member('ada')).token();
    await statuses(portal, ...Array(4));
    expect((await portal.api.get('/config')).status).toBe(200);
    expect((await portal.api.get('/me', { token })).status).toBe(200);
    expect((await portal.api.get('/healthz')).status).toBe(200);
  });
});

describe('whose tries they are', () => {
  test('no header says, where no proxy is trusted', async () => {
    const portal = await limited();
    expect(
      await statuses(portal, '203.0.113.1', '203.0.113.2', '203.0.113.3', '203.0.113.4'),
    ).toEqual([404, 404, 404, 429]);
  });

  test('no header says, where another proxy is trusted', async () => {
    const portal = await limited({ TRUST_PROXY: '192.0.2.1' });
    expect(
      await statuses(portal, '203.0.113.1', '203.0.113.2', '203.0.113.3', '203.0.113.4'),
    ).toEqual([404, 404, 404, 429]);
  });

  test('a trusted proxy says: each client has a bucket', async () => {
    const portal = await limited({ TRUST_PROXY: '127.0.0.0/8' });
    const [ann, bob] = ['203.0.113.1', '203.0.113.2'];
    expect(await statuses(portal, ann, ann, ann, ann)).toEqual([404, 404, 404, 429]);
    expect(await statuses(portal, bob, bob, bob, bob)).toEqual([404, 404, 404, 429]);
  });

  test('what the client wrote before the proxy did is not believed', async () => {
    const portal = await limited({ TRUST_PROXY: '127.0.0.1' });
    const forged = [1, 2, 3, 4].map((i) => `198.51.100.${i}, 203.0.113.1`);
    expect(await statuses(portal, ...forged)).toEqual([404, 404, 404, 429]);
    expect(await statuses(portal, '203.0.113.2')).toEqual([404]);
  });
});

describe('one link', () => {
  test('is limited wherever it is tried from; others are not', async () => {
    const portal = await limited({
      RATE_LIMIT: '1000',
      RATE_LIMIT_PER_LINK: '3',
      TRUST_PROXY: '127.0.0.0/8',
    });
    const ada = await realm.member(randomName('ada'));
    const [tried, other] = [await makeInvite(portal.api, ada), await makeInvite(portal.api, ada)];
    const from = (i: number) => ({ headers: { 'x-forwarded-for': `203.0.113.${i}` } });
    const look = (token: string, i: number) =>
      portal.api.post<Problem>('/invites/lookup', { token }, from(i));
    const seen = [];
    for (const i of [1, 2, 3]) seen.push((await look(tried.token, i)).status);
    expect(seen).toEqual([200, 200, 200]);
    const { status, headers, body } = await portal.api.post<Problem>(
      '/registrations',
      signUpBody(tried),
      from(4),
    );
    expect({ status, code: body.code }).toEqual({ status: 429, code: 'too-many-requests' });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(50);
    expect((await look(other.token, 1)).status).toBe(200);
  });
});
