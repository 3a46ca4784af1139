import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { aptInstall, isProgram, onPath, type Say, tryRun } from './commands.ts';
import { StackError } from './service.ts';

/** As distributions call it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * The path of a Chromium that runs: the one that `CHROMIUM_PATH` names, Playwright's where it was fetched before, the system's; else Playwright's is
 * fetched, else Debian's installed.
 *
 * @throws StackError that says what to install.
 */
export async function ensureChromium(say: Say): Promise<string> {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (await runs(named)) return named;
    throw new StackError(`CHROMIUM_PATH names ${named}, which does not run.`);
  }
  const found =
    (await firstThatRuns([chromium.executablePath(), onPath(...NAMES)])) ??
    (await fetchPlaywrights(say)) ??
    (await installSystems(say));
  if (found) return found;
  throw new StackError('The browser tests need Chromium: please install it, or set CHROMIUM_PATH.');
}

async function firstThatRuns(paths: readonly (string | undefined)[]): Promise<string | undefined> {
  for (const path of paths) if (path && (await runs(path))) return path;
  return undefined;
}

/** A browser without its libraries is there, and doesn't run. */
async function runs(path: string): Promise<boolean> {
  if (!isProgram(path)) return false;
  const version = await tryRun(path, ['--version', '--no-sandbox'], { seconds: 60 });
  return version !== undefined;
}

async function fetchPlaywrights(say: Say): Promise<string | undefined> {
  say('fetching Chromium by Playwright');
  const folder = dirname(createRequire(import.meta.url).resolve('playwright-core/package.json'));
  const env = { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000', ...process.env };
  await tryRun(process.execPath, [join(folder, 'cli.js'), 'install', '--no-shell', 'chromium'], {
    env,
  });
  return firstThatRuns([chromium.executablePath()]);
}

async function installSystems(say: Say): Promise<string | undefined> {
  await aptInstall(['chromium'], say);
  return firstThatRuns([onPath(...NAMES)]);
}
