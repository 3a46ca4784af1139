import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../../docker/stack/ports.ts';
import { answersHttp, startService, untilReady } from '../../../docker/stack/service.ts';
import { createClient } from './client.ts';

const SERVER = fileURLToPath(new URL('../../src/server.ts', import.meta.url));

export type ApiProcess = Awaited<ReturnType<typeof startApiProcess>>;

/**
 * The API in a process of its own, as it is deployed, ready when this settles. Whoever starts it ends it.
 *
 * @param environment all of it: `portalEnvironment()` and what a test wants otherwise.
 * @param logLevel how much its log tells.
 * @param until what has to answer with a success before it counts as started.
 */
export async function startApiProcess(
  environment: Record<string, string>,
  logLevel = 'warn',
  until: '/readyz' | '/healthz' = '/readyz',
) {
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), 'portal-api-'));
  const logFile = join(dir, 'api.log');
  const service = await startService({
    name: 'The API',
    command: process.execPath,
    args: [SERVER],
    env: { ...environment, LOG_LEVEL: logLevel, PORT: String(port) },
    logFile,
  });
  const url = `http://127.0.0.1:${port}`;
  const clean = () => rm(dir, { recursive: true, force: true });
  await untilReady(service, () => answersHttp(`${url}${until}`), 60).catch(
    async (cause: unknown) => {
      const log = await readFile(logFile, 'utf8');
      await clean();
      throw new Error(`The API does not start: ${log}`, { cause });
    },
  );

  return {
    url,
    api: createClient(url),
    pid: service.pid,
    signal: service.signal,
    /** Settles with the words for how it ended; its log is there until it is stopped or killed. */
    ended: service.ended,
    log: () => readFile(logFile, 'utf8'),
    /** As a crash ends it: `kill -9`. */
    async kill(): Promise<void> {
      service.signal('SIGKILL');
      await service.ended;
      await clean();
    },
    /** Harmless where it has ended already. */
    async stop(): Promise<void> {
      await service.stop();
      await clean();
    },
  };
}
