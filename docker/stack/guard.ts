import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A program of its own, told of every process that the stack starts and ends. When the stack is gone, however it went (`kill -9` too),
 * it ends what is left: no server outlives the command that started it.
 */
const groups = new Set<number>();

/** What the stack says to its guard: the leader of a process group that began, or that ended. */
export type ToGuard = { began: number } | { ended: number };

/** How long a process may take to end by itself before it is killed, in milliseconds. */
export const PATIENCE = 15_000;

/** Sends a signal to a process and all that it started. @returns whether any of them was there */
export function signalGroup(leader: number | undefined, signal: NodeJS.Signals | 0): boolean {
  // Zero would be our own group.
  if (!leader) return false;
  try {
    return process.kill(-leader, signal);
  } catch {
    return false;
  }
}

async function endAll(): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  for (const group of groups) signalGroup(group, 'SIGTERM');
  while ([...groups].some((group) => signalGroup(group, 0)) && Date.now() < deadline)
    await sleep(100);
  for (const group of groups) signalGroup(group, 'SIGKILL');
  process.exit();
}

if (process.send) {
  process.on('message', (message: ToGuard) => {
    if ('began' in message) groups.add(message.began);
    else groups.delete(message.ended);
  });
  process.on('disconnect', endAll);
}
