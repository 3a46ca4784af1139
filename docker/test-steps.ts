import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { spawnGuarded } from './stack/guarded.ts';
import { inPlace, ROOT } from './stack/place.ts';

export interface Counts {
  passed: number;
  failed: number;
}

const WEB = join(ROOT, 'web');
type Variables = Record<string, string | undefined>;

/** A check that is right or not, such as lint. */
export async function check(command: string, args: readonly string[], cwd = ROOT): Promise<Counts> {
  const succeeded = await show(command, args, cwd, process.env);
  return succeeded ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** A script of the root's `package.json`, as one check. */
export const scriptCheck = (name: string) => check(process.execPath, ['--run', name]);

/** The tests of a package that Vitest runs, each counted; all of them, or those below some paths. */
export const vitest = (room: string, env: Variables, paths: readonly string[] = []) =>
  counted(
    room,
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
  numFailedTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}

/** A file that could not even be read is one failure. */
export function vitestCounts(report: VitestReport): Counts {
  const unread = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + unread.length };
}

interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number };
  errors: unknown[];
}

/** A test that passed at a second try only counts as failed, and so does what went wrong outside of any test. */
export function playwrightCounts({ stats, errors }: PlaywrightReport): Counts {
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length };
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
  const counts = existsSync(report)
    ? count(JSON.parse(readFileSync(report, 'utf8')))
    : { passed: 0, failed: 0 };
  const failedUncounted = counts.failed === 0 && (!succeeded || counts.passed === 0);
  return failedUncounted ? { ...counts, failed: 1 } : counts;
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
