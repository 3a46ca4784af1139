import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { signalGroup } from './guard.ts';
import { spawnGuarded } from './guarded.ts';

/** Says in a few words what is being done, where it takes more than a second or two. */
export type Say = (text: string) => void;

/** The path of a program, looked up as a shell would; the first name that is there counts. */
export function onPath(...names: string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => isProgram(path));
}

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

export interface RunOptions {
  cwd?: string;
  /** Default: ten minutes. */
  seconds?: number;
  env?: Record<string, string | undefined>;
  /** Where all that it prints is kept; an error names it. */
  logFile?: string;
}

/**
 * Runs a program to its end.
 *
 * @returns what it printed, both ways.
 * @throws Error where it fails or takes too long, with the last lines of what it said.
 */
export async function run(
  command: string,
  args: readonly string[],
  { cwd, seconds = 600, env = process.env, logFile }: RunOptions = {},
): Promise<string> {
  const child = spawnGuarded(command, args, {
    ...(cwd && { cwd }),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const hear = (chunk: Buffer) => {
    said += chunk;
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  const tooLong = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), seconds * 1000);
  const outcome = await new Promise<string | undefined>((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (code) => resolve(code === 0 ? undefined : lastLines(said)));
  });
  clearTimeout(tooLong);
  if (logFile) writeFileSync(logFile, said);
  if (outcome === undefined) return said;
  throw new Error(`${command} failed: ${outcome}${logFile ? ` Its log: ${logFile}` : ''}`);
}

const lastLines = (text: string) => text.trim().split('\n').slice(-3).join(' ');

/** What a program prints, or undefined where it fails. */
export const tryRun = (command: string, args: readonly string[], options?: RunOptions) =>
  run(command, args, options).catch(() => undefined);

export const canInstall = () => process.getuid?.() === 0 && onPath('apt-get') !== undefined;

/**
 * Installs the first of these Debian packages that there is.
 *
 * @returns whether one was installed; false as well where we are not root, or the system has no `apt-get`.
 */
export async function aptInstall(packages: readonly string[], say: Say): Promise<boolean> {
  if (!canInstall()) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  say('looking for the newest packages (apt-get update)');
  await tryRun('apt-get', ['update', '-q'], { env });
  for (const name of packages) {
    say(`installing ${name} (apt-get)`);
    const args = ['install', '-q', '-y', '--no-install-recommends', name];
    if ((await tryRun('apt-get', args, { env, seconds: 1200 })) !== undefined) return true;
  }
  return false;
}
