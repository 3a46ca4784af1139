import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../docker/stack/ports.ts';

export interface Process {
  url: string;
  /** From the start to the first good answer. */
  readyMs: number;
  /** Resident memory, in MB. */
  memory(): Promise<number>;
  stop(): Promise<void>;
}

const FLAGS = ['--max-semi-space-size=4', '--max-old-space-size=96'];
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

/** Starts a program of ours as it is deployed. `probe` is the path that answers 200 once it is ready. */
export async function start(
  file: string,
  environment: Record<string, string>,
  probe: string,
): Promise<Process> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(process.execPath, [...FLAGS, fileURLToPath(new URL(file, import.meta.url))], {
    env: { ...environment, PATH: process.env.PATH ?? '', PORT: String(port) },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  running.add(child);
  const url = `http://127.0.0.1:${port}`;
  while (!(await answers(`${url}${probe}`)))
    if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode}`);
  return {
    url,
    readyMs: performance.now() - began,
    memory: async () => {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
    },
    async stop(): Promise<void> {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      running.delete(child);
    },
  };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}
