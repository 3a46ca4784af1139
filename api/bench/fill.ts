import { randomBytes } from 'node:crypto';
import type { Config } from '../src/config.ts';
import { createInviteStore, type StoredInvite } from '../src/invites/invite-store.ts';
import { createInviteTokens } from '../src/invites/invite-token.ts';
import { createRedisClock } from '../src/redis/clock.ts';
import { connectRedis, createRedis } from '../src/redis/connection.ts';
import { createRedisKeys } from '../src/redis/keys.ts';
import { createRedisWrites } from '../src/redis/writes.ts';

const AT_ONCE = 500;
const SAMPLE = 1000;
const DAY_MS = 86_400_000;

/**
 * Fills Redis with open invites of one member's, through the store's own code.
 *
 * @returns tokens of some of them, spread over all.
 */
export async function fill(config: Config, count: number, creator: string): Promise<string[]> {
  const redis = createRedis({ ...config.redis, timeoutMs: 20_000 });
  await connectRedis(redis);
  const clock = createRedisClock(redis, 20_000);
  const store = createInviteStore(
    redis,
    createRedisKeys(config.redis.prefix),
    clock,
    createRedisWrites(redis, config.redis),
    config.invites.retentionMs,
  );
  const tokens = createInviteTokens(config.secrets);
  const sample: string[] = [];
  const every = Math.max(1, Math.floor(count / SAMPLE));

  for (let first = 0; first < count; first += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, count - first) }, () =>
      invite(creator, store.now()),
    );
    await Promise.all(batch.map((one) => store.create(one)));
    for (const [i, { id }] of batch.entries())
      if ((first + i) % every === 0) sample.push(tokens.sign(id));
  }
  clock.stop();
  redis.disconnect();
  return sample;
}

function invite(creator: string, now: number): StoredInvite {
  return {
    id: randomBytes(16).toString('hex'),
    creator,
    creatorName: 'Ada Lovelace',
    label: 'Loom group, November',
    message: 'So glad you’re joining the loom group.',
    createdAt: now,
    expiresAt: now + 30 * DAY_MS,
    revokedAt: null,
    maxUses: 5,
    uses: 0,
    reserved: 0,
    groups: [],
    email: null,
    usedAt: null,
  };
}
