import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { Redis } from 'ioredis';
import type { RedisConnection } from '../../src/redis/connection.ts';
import { mastersOf } from './redis.ts';

/** A command as Redis got it, with the keys and arguments of ours in it. */
export type Watched = readonly string[];

/** What the background work of every process touches, whether or not anybody asks for anything. */
const BACKGROUND =
  /^(reservations|released|mails|join-mails|claims:.*|\{invites\}:(expiring|leaving))$/;

/**
 * What one portal asks of Redis while something is done, its background work left out; of every master where it is a
 * Cluster. A script is one command; what it does inside is not counted.
 *
 * @param prefix of the portal's keys.
 */
export async function watchRedis(
  redis: RedisConnection,
  prefix: string,
  work: () => Promise<unknown>,
): Promise<Watched[]> {
  const watches = await Promise.all((await mastersOf(redis)).map(watch));
  await work();
  const seen = await Promise.all(watches.map((end) => end(`${prefix}end-of-watch`)));
  return seen
    .flat()
    .filter((line) => !/^\+\S+ \[\d+ lua\]/.test(line))
    .map(commandOf)
    .filter((command) => isOfPortal(command, prefix));
}

/**
 * By MONITOR on a connection of its own: the client's gives up where commands come in faster than its answer.
 *
 * @returns ends it, and gives what was told since.
 */
async function watch(node: Redis): Promise<(mark: string) => Promise<string[]>> {
  const { host = '127.0.0.1', port = 6379 } = node.options;
  const socket = connect(port, host);
  socket.write('MONITOR\r\n');
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  // Its answer: from here on all is told.
  await lines.next();
  return async (mark) => {
    // Redis tells of commands in order: what comes after this one isn't of the work.
    await node.echo(mark);
    const seen: string[] = [];
    for (;;) {
      const { value: line = '' } = await lines.next();
      if (commandOf(line)[1] === mark) break;
      seen.push(line);
    }
    socket.destroy();
    return seen;
  };
}

/** `+1795597764.57 [0 127.0.0.1:48986] "get" "key"` */
function commandOf(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = '']) => word);
}

function isOfPortal(command: readonly string[], prefix: string): boolean {
  const keys = command.filter((it) => it.startsWith(prefix)).map((it) => it.slice(prefix.length));
  return keys.some((key) => !BACKGROUND.test(key));
}
