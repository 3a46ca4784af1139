import { randomInt } from 'node:crypto';
import getPort, { portNumbers } from 'get-port';

/** Below the range that systems hand out to outgoing connections, so that a server may be stopped and come back to its port. */
const FIRST = 20_000;
const LAST = 31_000;

/** A port of this machine that nothing listens on. */
export function freePort(): Promise<number> {
  const from = randomInt(FIRST, LAST);
  return getPort({ port: portNumbers(from, from + 500), reserve: true });
}

/** The port that is wanted, or the next one that nothing listens on. */
export function portFrom(wanted: number): Promise<number> {
  return getPort({ port: portNumbers(wanted, wanted + 100), reserve: true });
}
