import { LRUCache } from 'lru-cache';
import { expect, test, vi } from 'vitest';
import { remembered } from '../src/remembered.ts';

function memory() {
  const fetchMethod = vi.fn(async (key: string) => `${key} of ${fetchMethod.mock.calls.length}`);
  const cache = new LRUCache<string, string>({
    max: 10,
    ttl: 20,
    noDeleteOnFetchRejection: true,
    fetchMethod,
  });
  return { cache, fetchMethod };
}
const away = async () => {
  throw new Error('away');
};

test('fetches once for all who ask, and again when it is too old', async () => {
  const { cache, fetchMethod } = memory();
  const all = await Promise.all([remembered(cache, 'a'), remembered(cache, 'a')]);
  expect(all).toEqual(['a of 1', 'a of 1']);
  await vi.waitFor(async () => expect(await remembered(cache, 'a')).toBe('a of 2'));
  expect(fetchMethod).toHaveBeenCalledTimes(2);
});

test('gives the last one while nothing newer can be had', async () => {
  const { cache, fetchMethod } = memory();
  await remembered(cache, 'a');
  fetchMethod.mockImplementation(away);
  await vi.waitFor(async () => {
    expect(await remembered(cache, 'a')).toBe('a of 1');
    expect(fetchMethod.mock.calls.length).toBeGreaterThan(2);
  });
  fetchMethod.mockImplementation(async () => 'new');
  await vi.waitFor(async () => expect(await remembered(cache, 'a')).toBe('new'));
});

test('says why where nothing was ever had', async () => {
  const { cache, fetchMethod } = memory();
  fetchMethod.mockImplementation(away);
  await expect(remembered(cache, 'a')).rejects.toThrow('away');
  await expect(remembered(cache, 'a')).rejects.toThrow('away');
});
