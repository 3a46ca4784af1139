import type { LaunchOptions } from '@playwright/test';

/** Chromium speaks to the servers under test and to nobody else: not to its maker either. */
const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
];

/**
 * How Chromium is started. Its sandbox can't be had as root.
 *
 * @param path of the program; undefined: Playwright's own.
 */
export function chromiumLaunch(path: string | undefined): LaunchOptions {
  return {
    args: [...QUIET, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    ...(path && { executablePath: path }),
  };
}
