import { type ChildProcess, fork, type SpawnOptions, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { signalGroup, type ToGuard } from './guard.ts';

let guard: ChildProcess | undefined;

/** Tells the guard, which is started at the first need and keeps nothing from ending. */
function tellGuard(message: ToGuard): void {
  if (!guard?.connected) {
    guard = fork(fileURLToPath(new URL('./guard.ts', import.meta.url)), {
      detached: true,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    guard.unref();
    guard.channel?.unref();
  }
  guard.send(message);
}

/**
 * Starts a program in a process group of its own, which is ended when we are: a Ctrl-C in the terminal reaches us alone, and
 * we stop things in their order.
 */
export function spawnGuarded(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  const child = spawn(command, args, { ...options, detached: true });
  const { pid } = child;
  if (pid !== undefined) {
    tellGuard({ began: pid });
    child.once('exit', () => {
      signalGroup(pid, 'SIGKILL');
      tellGuard({ ended: pid });
    });
  }
  return child;
}
