import { styleText } from 'node:util';
import { ensureChromium } from './stack/chromium.ts';
import { buildPages } from './stack/pages.ts';
import { step } from './stack/progress.ts';
import {
  startTestServers,
  type TestServers,
  toEnvironment,
  withRedisCluster,
} from './test-servers.ts';
import { type Counts, playwright, scriptCheck, vitest } from './test-steps.ts';

/** What `npm test` runs on a Redis Cluster, too: how links and sign-ups are kept, counted and listed, one by one and at once. */
const ON_CLUSTER = [
  ...['test/invites', 'test/costs.test.ts', 'test/cli/repair.test.ts'],
  ...['sign-up', 'reconciler', 'idempotency', 'lease', 'registration-list'].map(
    (name) => `test/registrations/${name}`,
  ),
  ...['test/trials/01', 'test/trials/03', 'test/trials/05', 'test/trials/18'],
];

const total = { passed: 0, failures: [] as string[] };
let servers: TestServers | undefined;

/** Runs one part. What it throws is one failure, and the others go on. */
async function part<T>(title: string, work: () => Promise<T>): Promise<T | undefined> {
  console.log(`\n${styleText('bold', title)}`);
  try {
    return await work();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    total.failures.push(title);
    return undefined;
  }
}

async function count(title: string, work: () => Promise<Counts>): Promise<void> {
  const counts = await part(title, work);
  total.passed += counts?.passed ?? 0;
  total.failures.push(...(counts?.failures ?? []).map((name) => `${title}: ${name}`));
}

/** Tests of the API with a Redis Cluster in place of the one server: those below some paths, or the whole suite. */
function apiOnCluster(on: TestServers, paths: readonly string[] = []): Promise<Counts> {
  return withRedisCluster(on, (servers) =>
    vitest('api', { ...process.env, ...toEnvironment(servers) }, paths, 'api-on-cluster'),
  );
}

const start = () =>
  part('Servers', () => step('Keycloak, Redis and a mail catcher', (say) => startTestServers(say)));

/** What `npm run trials` is: the trials at their full size, and the whole suite of the API on a Redis Cluster. */
async function trials(): Promise<void> {
  servers = await start();
  if (!servers) return;
  const on = servers;
  const env = { ...process.env, ...toEnvironment(on), TRIALS: 'full' };
  await count('The trials', () => vitest('api', env, ['test/trials']));
  await count('The API on a Redis Cluster', () => apiOnCluster(on));
}

/** What `npm test` is: everything, on real servers, to its end. */
async function testAll(): Promise<void> {
  await count('Lint', () => scriptCheck('lint'));
  await count('Types', () => scriptCheck('types'));
  await count('Tests of the stack', () => vitest('docker', process.env));
  await count('Tests of the pages', () => vitest('web', process.env));

  servers = await start();
  if (!servers) return;
  const on = servers;
  const env = { ...process.env, ...toEnvironment(on) };
  await count('Tests of the API', () => vitest('api', env));
  await count('A share of them on a Redis Cluster', () => apiOnCluster(on, ON_CLUSTER));

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

await (process.argv.includes('--trials') ? trials() : testAll());
await servers?.stop();
for (const failure of total.failures) console.log(`failed: ${failure}`);
console.log(`\n${total.passed} passed, ${total.failures.length} failed`);
process.exitCode = total.failures.length > 0 ? 1 : 0;
