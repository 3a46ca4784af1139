import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { Redis } from 'ioredis';

/** A command as Redis got it, with the keys and arguments of ours in it. */
export type Watched = readonly string[];

/** What the background work of every process touches, whether or not anybody asks for anything. */
const BACKGROUND = /^(reservations|released|mails|claims:.*|invites:(expiring|leaving))$/;

/**
 * What one portal asks of Redis while something is done, its background work left out. A script is one command; what
 * it does inside is not counted.
 *
 * By MONITOR on a connection of its own: the client's gives up where commands come in faster than its answer.
 *
 * @param prefix of the portal's keys.
 */
export async function watchRedis(
  redis: Redis,
  prefix: string,
  work: () => Promise<unknown>,
): Promise<Watched[]> {
  const { host = '127.0.0.1', port = 6379 } = redis.options;
  const socket = connect(port, host);
  socket.write('MONITOR\r\n');
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  // Its answer: from here on all is told.
  await lines.next();
  await work();
  // Redis tells of commands in order: what comes after this one isn't of the work.
  const end = `${prefix}end-of-watch`;
  await redis.get(end);
  const seen: Watched[] = [];
  for (;;) {
    const { value: line = '' } = await lines.next();
    const command = commandOf(line);
    if (command[1] === end) break;
    if (!/^\+\S+ \[\d+ lua\]/.test(line) && isOfPortal(command, prefix)) seen.push(command);
  }
  socket.destroy();
  return seen;
}

/** `+1795597764.57 [0 127.0.0.1:48986] "get" "key"` */
function commandOf(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = '']) => word);
}

function isOfPortal(command: readonly string[], prefix: string): boolean {
  const keys = command.filter((it) => it.startsWith(prefix)).map((it) => it.slice(prefix.length));
  return keys.some((key) => !BACKGROUND.test(key));
}
