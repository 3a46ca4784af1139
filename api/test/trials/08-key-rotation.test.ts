import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KeycloakProxy, startKeycloakProxy } from '../support/keycloak-proxy.ts';
import { startLoad } from '../support/load.ts';
import { type Portal, startPortal } from '../support/portal.ts';
import { createRealm, type TestMember, type TestRealm } from '../support/realm.ts';
import { createRealmKeysByHand, type RealmKeysByHand } from '../support/realm-keys-by-hand.ts';
import { FULL, tally } from '../support/sign-ups.ts';
import { jws, newSigningKey, part, rs256 } from '../support/signing-key.ts';

const PER_SECOND = 50;
const CONNECTIONS = 25;
/** In `npm test` the second rotation comes before the keys may be loaded again; at full size there is every distance. */
const ROTATIONS = FULL ? [2, 1, 10, 4, 10] : [2, 1];
const UNKNOWN_KEYS = 1_000;
const AT_ONCE = FULL ? 200 : 1_000;
/** Least time between two loads of the realm's keys. */
const COOL_DOWN_MS = 5_000;
/** Between a timer and the proxy that sees its call. */
const SLACK_MS = 100;

let realm: TestRealm;
let proxy: KeycloakProxy;
let portal: Portal;
let ada: TestMember;
let keys: RealmKeysByHand;

beforeAll(async () => {
  realm = await createRealm();
  // It takes a sign-in that follows another at once for a wrong one now and then.
  await realm.admin.put('', { bruteForceProtected: false });
  proxy = await startKeycloakProxy(realm.keycloakUrl);
  portal = await startPortal({ realm, environment: { KEYCLOAK_INTERNAL_URL: proxy.url } });
  ada = await realm.member('ada');
  keys = await createRealmKeysByHand(realm);
});
afterAll(async () => {
  await portal.stop();
  await proxy.stop();
  await realm.remove();
});

const me = async (token: string) => (await portal.api.get('/me', { token })).status;
/** When the realm was asked for its keys. */
const keyLoads = () =>
  proxy.calls.filter(({ path }) => path.endsWith('/certs')).map(({ at }) => at);

describe('the realm’s key is rotated while 50 requests a second come in', () => {
  test('nobody is refused: not by an old token, whose key is passive, nor by the first of a new key', {
    timeout: 120_000,
  }, async () => {
    const tokens = [await ada.token()];
    let turn = 0;
    const load = startLoad(portal.url, PER_SECOND, CONNECTIONS, () => ({
      method: 'GET',
      path: '/api/v1/me',
      token: tokens[turn++ % tokens.length],
    }));
    const kids = new Set([part(tokens[0] ?? '', 0).kid]);
    for (const seconds of ROTATIONS) {
      await wait(seconds * 1000);
      await keys.rotate('passive');
      const fresh = await ada.token();
      kids.add(part(fresh, 0).kid);
      // From here on some of what comes in names a key that the portal has not seen yet.
      tokens.push(fresh);
    }
    await wait(COOL_DOWN_MS);
    const outcomes = await load.stop();

    expect(kids.size).toBe(ROTATIONS.length + 1);
    expect(tally(outcomes.map(({ status, error }) => status ?? error ?? ''))).toEqual({
      200: outcomes.length,
    });
    const seconds = ROTATIONS.reduce((sum, each) => sum + each, 0);
    expect(outcomes.length).toBeGreaterThan(PER_SECOND * seconds);
    // Some did wait for the keys, and no longer than until these may be asked for, and come.
    const longest = Math.max(...outcomes.map(({ tookMs }) => tookMs));
    expect(longest).toBeLessThan(COOL_DOWN_MS + 1_000);
  });
});

describe('an old key that the realm has no more', () => {
  const ways = FULL ? (['disabled', 'removed'] as const) : (['disabled'] as const);
  const name = 'has its tokens refused within a minute, while those of the new one go on (%s)';
  test.for(ways)(name, { timeout: 120_000 }, async (way) => {
    const old = await ada.token();
    expect(await me(old)).toBe(200);
    await keys.rotate(way);
    const disabledAt = performance.now();
    const fresh = await ada.token();
    expect(part(fresh, 0).kid).not.toBe(part(old, 0).kid);
    // The keys are loaded every 30 s, or when somebody names one that isn't known: in `npm test` the new token does
    // that at once, at full size nobody does.
    const others = async () => (FULL ? [] : [await me(fresh)]);
    const seen: number[] = [];
    await expect
      .poll(
        async () => {
          seen.push(...(await others()));
          return me(old);
        },
        { timeout: 65_000, interval: 200 },
      )
      .toBe(401);
    expect(performance.now() - disabledAt).toBeLessThan(60_000);
    expect(seen.filter((status) => status !== 200)).toEqual([]);
    expect(await me(fresh)).toBe(200);
  });
});

describe('1,000 tokens that each name a key that nobody has', () => {
  test('are refused, for at most one question to the realm in 5 s, and in nobody’s way', {
    timeout: 120_000,
  }, async () => {
    const token = await ada.token();
    expect(await me(token)).toBe(200);
    const header = part(token, 0);
    const claims = part(token, 1);
    const signer = rs256(newSigningKey());
    const forged = Array.from({ length: UNKNOWN_KEYS }, (_, i) =>
      jws({ ...header, kid: `nobody-has-${i}` }, claims, signer),
    );
    const before = keyLoads().length;
    const startedAt = performance.now();
    const statuses: number[] = [];
    const valid: { status: number; tookMs: number }[] = [];
    while (forged.length > 0) {
      const some = Promise.all(forged.splice(0, AT_ONCE).map(me));
      const askedAt = performance.now();
      valid.push({ status: await me(token), tookMs: performance.now() - askedAt });
      statuses.push(...(await some));
    }
    const tookMs = performance.now() - startedAt;

    expect(tally(statuses)).toEqual({ 401: UNKNOWN_KEYS });
    const loads = keyLoads().slice(before);
    expect(loads.length).toBeGreaterThan(0);
    expect(loads.length).toBeLessThanOrEqual(1 + Math.floor(tookMs / COOL_DOWN_MS));
    const gaps = keyLoads().map((at, i, all) => at - (all[i - 1] ?? Number.NEGATIVE_INFINITY));
    expect(gaps.filter((gap) => gap < COOL_DOWN_MS - SLACK_MS)).toEqual([]);
    for (const { status, tookMs: took } of valid) {
      expect(status).toBe(200);
      expect(took).toBeLessThan(COOL_DOWN_MS / 2);
    }
  });
});
