import { styleText } from 'node:util';
import { ensureChromium } from './stack/chromium.ts';
import { buildPages } from './stack/pages.ts';
import { step } from './stack/progress.ts';
import { startTestServers, type TestServers, toEnvironment } from './test-servers.ts';
import { type Counts, playwright, scriptCheck, vitest } from './test-steps.ts';

const total: Counts = { passed: 0, failed: 0 };
let servers: TestServers | undefined;

/** Runs one part. What it throws is one failure, and the others go on. */
async function part<T>(title: string, work: () => Promise<T>): Promise<T | undefined> {
  console.log(`\n${styleText('bold', title)}`);
  try {
    return await work();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    total.failed += 1;
    return undefined;
  }
}

async function count(title: string, work: () => Promise<Counts>): Promise<void> {
  const counts = await part(title, work);
  total.passed += counts?.passed ?? 0;
  total.failed += counts?.failed ?? 0;
}

/** What `npm test` is: everything, on real servers, to its end. */
async function testAll(): Promise<void> {
  await count('Lint', () => scriptCheck('lint'));
  await count('Types', () => scriptCheck('types'));
  await count('Tests of the stack', () => vitest('docker', process.env));
  await count('Tests of the pages', () => vitest('web', process.env));

  servers = await part('Servers', () =>
    step('Keycloak, Redis and a mail catcher', (say) => startTestServers(say)),
  );
  if (!servers) return;
  const env = { ...process.env, ...toEnvironment(servers) };
  await count('Tests of the API', () => vitest('api', env));

  const chromium = await part('Chromium', () =>
    step('Chromium', ensureChromium, (path) => `Chromium: ${path}`),
  );
  const built = await part('The pages', async () => {
    await step('Building', buildPages);
    return true;
  });
  if (chromium && built)
    await count('Tests in the browser', () => playwright({ ...env, CHROMIUM_PATH: chromium }));
}

async function stop(exitCode: number): Promise<void> {
  await servers?.stop();
  process.exit(exitCode);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => void stop(130));

await testAll();
await servers?.stop();
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
