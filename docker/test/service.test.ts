import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { signalGroup } from '../stack/guard.ts';
import { StackError, startService, untilReady } from '../stack/service.ts';

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
  const service = await start(`sleep 60 & touch ${dir}/started; wait`);
  await untilReady(service, async () => existsSync(join(dir, 'started')), 20);
  await service.stop();
  await vi.waitFor(() => expect(signalGroup(service.pid, 0)).toBe(false));
});

test('no service outlives who started it, not even one who was killed', async () => {
  const starter = fork(fileURLToPath(new URL('./starter.ts', import.meta.url)), [dir], {
    execArgv: [],
  });
  const [leader] = await once(starter, 'message');
  expect(signalGroup(Number(leader), 0)).toBe(true);
  starter.kill('SIGKILL');
  await vi.waitFor(() => expect(signalGroup(Number(leader), 0)).toBe(false), 10_000);
});
