import { existsSync } from 'node:fs';
import { cp, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, cachePath } from './cache.ts';
import { KEYCLOAK_VERSION } from './keycloak-distribution.ts';

/** What the distribution and every instance have in common, and no instance writes to. */
const SHARED = ['lib/lib', 'lib/app', 'lib/quarkus-run.jar', 'providers', 'themes', 'version.txt'];
/** Small, and an instance's own: `kc.sh` takes the folder that it is in for the server's. */
const OWN = ['bin', 'conf'];
/** The server as Quarkus configured it, for the options that need that; written at a start where they changed. */
const CONFIGURED = 'lib/quarkus';
const CONFIGURED_BEFORE = `keycloak-${KEYCLOAK_VERSION}-configured`;

/**
 * Makes a folder that Keycloak runs in: links to the distribution, and beside them what is its own. `data` stays from start to start.
 * So any number of them run at once on one distribution.
 */
export async function prepareHome(home: string, distribution: string): Promise<void> {
  for (const name of ['lib', ...OWN, 'providers', 'themes', 'version.txt'])
    await rm(join(home, name), { recursive: true, force: true });
  await mkdir(join(home, 'lib'), { recursive: true });
  for (const name of SHARED) await symlink(join(distribution, name), join(home, name));
  for (const name of OWN) await cp(join(distribution, name), join(home, name), { recursive: true });
  const before = cachePath(CONFIGURED_BEFORE);
  const configured = existsSync(before) ? before : join(distribution, CONFIGURED);
  await cp(configured, join(home, CONFIGURED), { recursive: true });
}

/** Keeps the server that Keycloak configured at its first start, which took 20 seconds, for the next folder. */
export async function keepConfigured(home: string): Promise<void> {
  await cached(CONFIGURED_BEFORE, (folder) =>
    cp(join(home, CONFIGURED), folder, { recursive: true }),
  );
}
