import type { RedisConnection } from '../../src/redis/connection.ts';
import type { RedisKeys } from '../../src/redis/keys.ts';
import type { Hold, Place } from './holds.ts';
import { isNewAccount, type KeycloakCall, type KeycloakProxy } from './keycloak-proxy.ts';
import { type RedisCommand, type RedisProxy, scriptCall } from './redis-proxy.ts';

/** A call of a sign-up's, before or after which its process dies. */
export interface KillPoint {
  name: string;
  place: Place;
  /** Whether there is an account, in the end, of a sign-up that was cut off here. */
  made: boolean;
  hold(invite: string): Hold;
}

/**
 * The calls of a sign-up that what comes of it depends on, in their order, each twice: before the server has it, and when
 * it has done it.
 */
export async function killPoints(parts: {
  redis: RedisConnection;
  keys: RedisKeys;
  redisProxy: RedisProxy;
  keycloakProxy: KeycloakProxy;
}): Promise<KillPoint[]> {
  const { redis, keys, redisProxy, keycloakProxy } = parts;
  const [reserve, commit, filing] = await Promise.all([
    scriptCall(redis, 'registrations/reserve'),
    scriptCall(redis, 'registrations/commit'),
    scriptCall(redis, 'invites/file-invite'),
  ]);
  /** Among everybody's links. */
  const file = (invite: string) => (call: RedisCommand) =>
    filing(invite)(call) && call.includes(keys.leaving);

  const command =
    (name: string, key: (invite: string) => string, word = '') =>
    (invite: string) =>
    ([its, on, ...more]: RedisCommand): boolean =>
      its === name && on === key(invite) && more.some((it) => it.includes(word || invite));
  const inRedis =
    (matches: (invite: string) => (call: RedisCommand) => boolean) =>
    (place: Place) =>
    (invite: string) =>
      redisProxy.hold(place, matches(invite));
  const atKeycloak =
    (matches: (call: KeycloakCall, invite: string) => boolean) =>
    (place: Place) =>
    (invite: string) =>
      keycloakProxy.hold(place, (call) => matches(call, invite));
  /** A call about the account that this invite's sign-up has made. */
  const ofAccount = (method: string, ending: string) =>
    atKeycloak((call, invite) => {
      const id = keycloakProxy.made.get(invite);
      return (
        id !== undefined &&
        call.method === method &&
        call.path.split('?')[0]?.endsWith(`/users/${id}${ending}`) === true
      );
    });

  const steps: [string, (place: Place) => KillPoint['hold'], before: boolean, after: boolean][] = [
    ['the lease', inRedis(command('zadd', () => keys.reservations)), false, false],
    ['the reservation', inRedis(reserve), false, false],
    [
      'the account',
      atKeycloak((call, invite) => isNewAccount(call) && call.body.includes(invite)),
      false,
      true,
    ],
    ['reading it back', ofAccount('GET', ''), true, true],
    ['the commit', inRedis(commit), true, true],
    ['scheduling the mail', inRedis(command('zadd', () => keys.mails)), true, true],
    ['filing the used link', inRedis(file), true, true],
    ['forgetting the lease', inRedis(command('zrem', () => keys.reservations)), true, true],
    ['the mail', ofAccount('PUT', '/send-verify-email'), true, true],
    [
      'noting that the mail went',
      inRedis(
        (invite) =>
          ([name, key, ...more]) =>
            name === 'hset' && key?.includes(invite) === true && more.includes('sent'),
      ),
      true,
      true,
    ],
    ['taking the mail off the schedule', inRedis(command('zrem', () => keys.mails)), true, true],
  ];
  return steps.flatMap(([name, hold, before, after]) => [
    { name: `before ${name}`, place: 'before' as const, made: before, hold: hold('before') },
    { name: `after ${name}`, place: 'after' as const, made: after, hold: hold('after') },
  ]);
}
