import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PATIENCE, signalGroup } from './guard.ts';
import { spawnGuarded } from './guarded.ts';

/** A server could not be brought up, or ended by itself. The message says which, why, and where its log is. */
export class StackError extends Error {}

export interface Command {
  /** What people call it: `Keycloak`. */
  name: string;
  command: string;
  args: readonly string[];
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** Begun anew at each start. */
  logFile: string;
}

/** A running program, with everything that it started. */
export interface Service {
  name: string;
  logFile: string;
  /** Leads the process group that the program and its children are in. */
  pid: number;
  /** Ends it: asked first, killed after some seconds. Safe to call twice. */
  stop(): Promise<void>;
  /** Sends a signal to the program and its children. */
  signal(signal: NodeJS.Signals): void;
  /** Settles when it ended, with the words for how. */
  ended: Promise<string>;
  hasEnded(): boolean;
}

/** @throws StackError where the program can't be run at all. */
export async function startService(start: Command): Promise<Service> {
  const { name, command, args, env, cwd, logFile } = start;
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'w');
  const child = spawnGuarded(command, args, {
    env: env ?? process.env,
    ...(cwd && { cwd }),
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid ?? 0));
    child.once('error', ({ message }) =>
      reject(new StackError(`${name} could not be started: ${message}`)),
    );
  });

  let over = false;
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      over = true;
      resolve(signal ? `was ended by ${signal}` : `ended with code ${code}`);
    });
  });
  const stop = async () => {
    if (over) return;
    signalGroup(pid, 'SIGTERM');
    const kill = setTimeout(() => signalGroup(pid, 'SIGKILL'), PATIENCE);
    await ended;
    clearTimeout(kill);
  };
  return {
    name,
    logFile,
    pid,
    stop,
    signal: (signal) => void signalGroup(pid, signal),
    ended,
    hasEnded: () => over,
  };
}

/**
 * Waits until a service answers; one that doesn't is stopped.
 *
 * @param answers asked again and again; an error counts as no.
 * @throws StackError where it ended first, or took longer than `seconds`.
 */
export async function untilReady(
  service: Service,
  answers: () => Promise<boolean>,
  seconds: number,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await answers().catch(() => false))) {
    if (service.hasEnded())
      throw new StackError(
        `${service.name} ${await service.ended} before it was ready. Its log: ${service.logFile}`,
      );
    if (Date.now() > deadline) {
      await service.stop();
      throw new StackError(
        `${service.name} was not ready within ${seconds} seconds. Its log: ${service.logFile}`,
      );
    }
    await sleep(100);
  }
}

/** Whether an address answers with a success. */
export async function answersHttp(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
  await response.body?.cancel();
  return response.ok;
}
