import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Realm } from './realm.ts';
import { createTokenKeeper } from './token-keeper.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/**
 * A realm whose session ends at a set time, told in seconds from now; its tokens live `life` seconds and
 * never longer than the session. A fake, as a real one can't be made to age within a test.
 */
function realm(life: number, session: number) {
  const start = Date.now();
  const now = () => (Date.now() - start) / 1000;
  let token = { made: 0, until: Math.min(life, session) };
  let answer: 'up' | 'away' = 'up';
  const renew = vi.fn<Realm['renew']>(async () => {
    if (answer === 'away') return 'unreachable';
    if (now() >= session) return 'refused';
    token = { made: now(), until: Math.min(now() + life, session) };
    return 'renewed';
  });
  return {
    renew,
    token: () => ({
      value: `token of ${token.made}`,
      secondsLeft: token.until - now(),
      lifetime: token.until - token.made,
    }),
    goAway: () => {
      answer = 'away';
    },
    comeBack: () => {
      answer = 'up';
    },
  };
}

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000);

test('renews ahead of the end while the page stays open, and not before', async () => {
  const fake = realm(300, 36_000);
  const keeper = createTokenKeeper(fake, vi.fn());
  await seconds(269);
  expect(fake.renew).not.toHaveBeenCalled();
  await seconds(2);
  expect(fake.renew).toHaveBeenCalledOnce();
  expect(await keeper.fresh()).toBe('token of 270');
});

test('many requests with an old token share one renewal', async () => {
  const fake = realm(300, 36_000);
  fake.goAway();
  const keeper = createTokenKeeper(fake, vi.fn());
  await seconds(280);
  fake.comeBack();
  await seconds(6);
  fake.renew.mockClear();
  await seconds(275);
  const tokens = await Promise.all(Array.from({ length: 20 }, () => keeper.fresh()));
  expect(new Set(tokens).size).toBe(1);
  expect(fake.renew.mock.calls.length).toBeLessThanOrEqual(1);
});

test('a session that ends in 60 s with ever shorter tokens: a handful of renewals, then one “over”', async () => {
  const over = vi.fn();
  const fake = realm(300, 60);
  const keeper = createTokenKeeper(fake, over);
  for (let second = 0; second < 120; second += 1) {
    await keeper.fresh().catch(() => undefined);
    await seconds(1);
  }
  expect(fake.renew.mock.calls.length).toBeLessThan(9);
  expect(over).toHaveBeenCalledOnce();
  await expect(keeper.fresh()).rejects.toMatchObject({ problem: { code: 'not-signed-in' } });
});

test('a laptop that slept past the session asks once', async () => {
  const over = vi.fn();
  const fake = realm(300, 1800);
  createTokenKeeper(fake, over);
  vi.setSystemTime(Date.now() + 3_600_000);
  await seconds(300);
  expect(fake.renew).toHaveBeenCalledOnce();
  expect(over).toHaveBeenCalledOnce();
});

test('a realm that is away doesn’t sign anybody out: the token serves to its end, and is renewed later', async () => {
  const over = vi.fn();
  const fake = realm(300, 36_000);
  const keeper = createTokenKeeper(fake, over);
  fake.goAway();
  await seconds(290);
  expect(await keeper.fresh()).toBe('token of 0');
  await seconds(20);
  await expect(keeper.fresh()).rejects.toMatchObject({ problem: { code: 'keycloak-away' } });
  const asked = fake.renew.mock.calls.length;
  await Promise.all(Array.from({ length: 20 }, () => keeper.fresh().catch(() => undefined)));
  expect(fake.renew.mock.calls.length - asked).toBeLessThanOrEqual(1);
  fake.comeBack();
  await seconds(6);
  expect(await keeper.fresh()).toMatch(/^token of 3\d\d/);
  expect(over).not.toHaveBeenCalled();
});

test('a token that the API refused is renewed once; one that was renewed meanwhile is handed out', async () => {
  const fake = realm(300, 36_000);
  const keeper = createTokenKeeper(fake, vi.fn());
  await seconds(10);
  const [first, second] = await Promise.all([
    keeper.replace('token of 0'),
    keeper.replace('token of 0'),
  ]);
  expect(first).toBe('token of 10');
  expect(second).toBe(first);
  expect(await keeper.replace('token of 0')).toBe(first);
  expect(fake.renew).toHaveBeenCalledOnce();
});
