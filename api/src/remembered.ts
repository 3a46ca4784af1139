import type { LRUCache } from 'lru-cache';

/**
 * What is remembered, or where that is too old what is there now; where it can't be had, the last that was. Asked for
 * several times at once it is fetched once.
 *
 * For caches with `noDeleteOnFetchRejection`: with `allowStaleOnFetchRejection`, lru-cache itself would hide why a first
 * fetch failed.
 *
 * @throws what the fetch threw, where nothing was ever had.
 */
export async function remembered<Key extends object | string, Value extends object | string>(
  cache: LRUCache<Key, Value>,
  key: Key,
): Promise<Value> {
  const fresh = cache.get(key, { allowStale: false, noDeleteOnStaleGet: true });
  if (fresh !== undefined) return fresh;
  try {
    return await cache.forceFetch(key);
  } catch (error) {
    const last = cache.peek(key, { allowStale: true });
    if (last === undefined) throw error;
    return last;
  }
}
