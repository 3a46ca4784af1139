import { readFile } from 'node:fs/promises';

/** Megabytes of memory that a process holds (Linux alone tells). */
export async function residentMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kilobytes === undefined) throw new Error(`No memory is told of process ${pid}`);
  return Number(kilobytes) / 1024;
}
