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

/** A node of a Redis Cluster has a second port, 10,000 higher. These are outside the range above, and below the systems'. */
const FIRST_OF_CLUSTER = 21_600;
const LAST_OF_CLUSTER = 22_700;
const BUS = 10_000;

/** A port for a node of a Redis Cluster: nothing listens on it, nor on the one that nodes talk to each other by. */
export async function clusterPort(): Promise<number> {
  for (;;) {
    const from = randomInt(FIRST_OF_CLUSTER, LAST_OF_CLUSTER);
    const port = await getPort({ port: portNumbers(from, LAST_OF_CLUSTER), reserve: true });
    const bus = await getPort({ port: port + BUS, reserve: true });
    if (bus === port + BUS) return port;
  }
}
