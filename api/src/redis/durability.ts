import { Cluster, type Redis } from 'ioredis';
import type { RedisConnection } from './connection.ts';

type Setting = 'maxmemory-policy' | 'appendonly' | 'save';

/** What a Redis that keeps invites must be set to, and what to say where it is not. */
const RULES: { isRight(settings: Record<Setting, string>): boolean; says: string }[] = [
  {
    isRight: (settings) => settings['maxmemory-policy'] === 'noeviction',
    says: 'Redis may throw invites away when its memory is full: set maxmemory-policy noeviction',
  },
  {
    isRight: ({ appendonly, save }) => appendonly === 'yes' || save !== '',
    says: 'Redis keeps nothing over a restart: set appendonly yes',
  },
  {
    isRight: ({ appendonly, save }) => appendonly === 'yes' || save === '',
    says: 'Redis may lose the last minutes in a crash: set appendonly yes (and appendfsync always to lose none)',
  },
];

/**
 * What of the server's settings, or of any node's of a Cluster, would lose invites, as sentences that say what to set.
 * Nothing where the server doesn't tell: hosted ones often refuse `CONFIG`.
 *
 * @throws what the connection throws where one of them doesn't answer.
 */
export async function durabilityWarnings(redis: RedisConnection): Promise<string[]> {
  const servers = redis instanceof Cluster ? redis.nodes() : [redis];
  const warnings = await Promise.all(servers.map(warningsOf));
  return [...new Set(warnings.flat())];
}

async function warningsOf(redis: Redis): Promise<string[]> {
  const settings: Record<Setting, string> = { 'maxmemory-policy': '', appendonly: '', save: '' };
  try {
    for (const name of Object.keys(settings)) {
      const answer = await redis.config('GET', name);
      if (Array.isArray(answer) && isSetting(name)) settings[name] = String(answer[1] ?? '');
    }
  } catch (error) {
    // Not told is one thing, not answered another.
    if (error instanceof Error && error.name === 'ReplyError') return [];
    throw error;
  }
  return RULES.filter(({ isRight }) => !isRight(settings)).map(({ says }) => says);
}

function isSetting(name: string): name is Setting {
  return name === 'maxmemory-policy' || name === 'appendonly' || name === 'save';
}
