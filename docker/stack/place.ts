import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's own folder. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Where `npm start` keeps everything; without it, the next start begins anew. */
export const PLACE = join(ROOT, '.portal');

export const inPlace = (...names: string[]) => join(PLACE, ...names);

export const logFile = (name: string) => inPlace('logs', `${name}.log`);

export function makePlace(): void {
  mkdirSync(inPlace('logs'), { recursive: true });
  // The realm's database is in it.
  chmodSync(PLACE, 0o700);
}

/** A secret of this installation: made at random the first time, then the same. For its owner's eyes. */
export function keptSecret(name: string, bytes = 36): string {
  const file = inPlace(name);
  if (!existsSync(file))
    writeFileSync(file, randomBytes(bytes).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

const RUNNING = 'running';

/** The address of the portal that already runs from this folder; two would write to the same data. */
export function runningAlready(): string | undefined {
  try {
    const [pid = '', url] = readFileSync(inPlace(RUNNING), 'utf8').split('\n');
    return isStart(Number(pid)) ? url : undefined;
  } catch {
    return undefined;
  }
}

export function sayRunning(url: string): void {
  writeFileSync(inPlace(RUNNING), `${process.pid}\n${url}\n`);
}

export function sayStopped(): void {
  rmSync(inPlace(RUNNING), { force: true });
}

/** After a crash, another program may have the number. */
function isStart(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('start.ts');
  } catch {
    return true;
  }
}
