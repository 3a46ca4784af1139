import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StackError, startService, untilReady } from '../stack/service.ts';

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
/** Leaves a file where it begins and one where it is asked to end. */
const TEA = file('./tea.sh');

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'portal-service-'));
});

afterEach(() => rm(dir, { recursive: true }));

const start = (script: string) =>
  startService({
    name: 'Teapot',
    command: 'sh',
    args: ['-c', script],
    logFile: join(dir, 'teapot.log'),
  });

test('a service that ends before it is ready says how, and where its log is', async () => {
  const service = await start('echo no tea; exit 7');
  const waiting = untilReady(service, async () => false, 20);
  await expect(waiting).rejects.toThrow(StackError);
  await expect(waiting).rejects.toThrow(/Teapot ended with code 7 .*teapot\.log/);
  expect(await readFile(service.logFile, 'utf8')).toBe('no tea\n');
});

test('a service that takes too long is stopped', async () => {
  const service = await start('sleep 60');
  await expect(untilReady(service, async () => false, 0.2)).rejects.toThrow(/not ready within/);
  expect(service.hasEnded()).toBe(true);
});

test('a program that is not there says so', async () => {
  const command = join(dir, 'none');
  await expect(
    startService({ name: 'Teapot', command, args: [], logFile: join(dir, 'log') }),
  ).rejects.toThrow(/Teapot could not be started/);
});

test('stopping ends what the service started, too', async () => {
  const service = await start(`trap : TERM; sh '${TEA}' '${dir}' & wait; wait`);
  await untilReady(service, async () => existsSync(join(dir, 'began')), 20);
  await service.stop();
  await vi.waitFor(() => expect(existsSync(join(dir, 'ended'))).toBe(true));
});

test('no service outlives who started it, not even one who was killed', async () => {
  const starter = fork(file('./starter.ts'), ['sh', TEA, dir], { execArgv: [] });
  await vi.waitFor(() => expect(existsSync(join(dir, 'began'))).toBe(true), 10_000);
  starter.kill('SIGKILL');
  await vi.waitFor(() => expect(existsSync(join(dir, 'ended'))).toBe(true), 10_000);
});
