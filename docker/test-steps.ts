import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { spawnGuarded } from './stack/guarded.ts';
import { inPlace, ROOT } from './stack/place.ts';

export interface Counts {
  passed: number;
  failed: number;
  /** What failed, by name. */
  failures: readonly string[];
}

const counts = (passed: number, failures: readonly string[]): Counts => ({
  passed,
  failed: failures.length,
  failures,
});

const WEB = join(ROOT, 'web');
type Variables = Record<string, string | undefined>;

/** A script of the root's `package.json`, as one check that is right or not, such as lint. */
export async function scriptCheck(name: string): Promise<Counts> {
  const succeeded = await show(process.execPath, ['--run', name], ROOT, process.env);
  return succeeded ? counts(1, []) : counts(0, [name]);
}

/** The tests of a package that Vitest runs, each counted; all of them, or those below some paths. */
export const vitest = (room: string, env: Variables, paths: readonly string[] = [], name = room) =>
  counted(
    name,
    async (report) => {
      const vitestBin = join(ROOT, room, 'node_modules/.bin/vitest');
      const reports = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
      return show(vitestBin, ['run', ...paths, ...reports], join(ROOT, room), env);
    },
    vitestCounts,
  );

/** The browser's tests, each counted. */
export const playwright = (env: Variables) =>
  counted(
    'browser',
    async (report) =>
      show(join(WEB, 'node_modules/.bin/playwright'), ['test', '--reporter=list,json'], WEB, {
        ...env,
        PLAYWRIGHT_JSON_OUTPUT_FILE: report,
      }),
    playwrightCounts,
  );

interface VitestReport {
  numPassedTests: number;
  testResults: {
    name: string;
    status: string;
    assertionResults: { status: string; fullName: string }[];
  }[];
}

/** A file that could not even be read is one failure. */
export function vitestCounts({ numPassedTests, testResults }: VitestReport): Counts {
  const failures = testResults.flatMap(({ name, status, assertionResults }) => {
    const tests = assertionResults.filter((test) => test.status === 'failed');
    const unread = status === 'failed' && assertionResults.length === 0;
    const titles = unread ? ['could not be read'] : tests.map(({ fullName }) => fullName);
    return titles.map((title) => `${relative(ROOT, name)}: ${title}`);
  });
  return counts(numPassedTests, failures);
}

interface PlaywrightSuite {
  file: string;
  specs: { title: string; tests: { status: string }[] }[];
  suites?: PlaywrightSuite[];
}

interface PlaywrightReport {
  stats: { expected: number };
  suites: PlaywrightSuite[];
  errors: { message?: string }[];
}

/** A test that passed at a second try only counts as failed, and so does what went wrong outside of any test. */
export function playwrightCounts({ stats, suites, errors }: PlaywrightReport): Counts {
  const outside = errors.map(({ message }) => message ?? 'an error outside of any test');
  return counts(stats.expected, [...suites.flatMap(failuresOf), ...outside]);
}

function failuresOf({ file, specs, suites = [] }: PlaywrightSuite): string[] {
  const own = specs.flatMap(({ title, tests }) =>
    tests
      .filter(({ status }) => status === 'unexpected' || status === 'flaky')
      .map(({ status }) => `${file}: ${title}${status === 'flaky' ? ' (at the first try)' : ''}`),
  );
  return [...own, ...suites.flatMap(failuresOf)];
}

/** Runs a test runner that writes a report, and counts what is in it. What ends badly without saying why is one failure. */
async function counted<Report>(
  name: string,
  runTests: (report: string) => Promise<boolean>,
  count: (report: Report) => Counts,
): Promise<Counts> {
  const report = inPlace('reports', `${name}.json`);
  // An old one must not be taken for this one's.
  rmSync(report, { force: true });
  const succeeded = await runTests(report);
  const found = existsSync(report)
    ? count(JSON.parse(readFileSync(report, 'utf8')))
    : counts(0, []);
  const failedUncounted = found.failed === 0 && (!succeeded || found.passed === 0);
  return failedUncounted ? counts(found.passed, [`${name}: ended without saying why`]) : found;
}

/** Runs a program whose words go straight to the terminal. @returns whether it ended well */
function show(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Variables,
): Promise<boolean> {
  const child = spawnGuarded(command, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(error.message);
      resolve(false);
    });
    child.once('exit', (code) => resolve(code === 0));
  });
}
