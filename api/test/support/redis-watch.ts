import type { Redis } from 'ioredis';

/** A command as Redis got it, with the keys and arguments of ours in it. */
export type Watched = readonly string[];

/** What the background work of every process touches, whether or not anybody asks for anything. */
const BACKGROUND = /^(reservations|released|mails|claims:.*|invites:expiring)$/;

/**
 * What one portal asks of Redis while something is done, its background work left out. A script is one command; what
 * it does inside is not counted.
 *
 * @param prefix of the portal's keys.
 */
export async function watchRedis(
  redis: Redis,
  prefix: string,
  work: () => Promise<unknown>,
): Promise<Watched[]> {
  const monitor = await redis.monitor();
  const seen: Watched[] = [];
  const end = `${prefix}end-of-watch`;
  const ended = new Promise<void>((resolve) => {
    monitor.on('monitor', (_time: string, command: string[], source: string) => {
      if (command[1] === end) return resolve();
      if (source !== 'lua' && isOfPortal(command, prefix)) seen.push(command);
    });
  });
  await work();
  // Redis tells of commands in order: what comes after this one isn't of the work.
  await redis.get(end);
  await ended;
  monitor.disconnect();
  return seen;
}

function isOfPortal(command: readonly string[], prefix: string): boolean {
  const keys = command.filter((it) => it.startsWith(prefix)).map((it) => it.slice(prefix.length));
  return keys.some((key) => !BACKGROUND.test(key));
}
