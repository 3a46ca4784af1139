import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { aptInstall, onPath, type Say, tryRun } from './commands.ts';
import { StackError } from './service.ts';

/** What Keycloak 26 needs. */
const OLDEST = 17;

/**
 * The path of a Java that runs Keycloak. As root with `apt-get`, a headless one is installed where there is none.
 *
 * @throws StackError that says what to install.
 */
export async function ensureJava(say: Say): Promise<string> {
  const found = await findJava();
  if (found) return found;
  await aptInstall(
    [17, 21, 25].map((version) => `openjdk-${version}-jre-headless`),
    say,
  );
  const installed = await findJava();
  if (installed) return installed;
  throw new StackError(`Keycloak needs Java ${OLDEST} or newer: please install it, or Docker.`);
}

async function findJava(): Promise<string | undefined> {
  const { JAVA_HOME } = process.env;
  const candidates = [JAVA_HOME && join(JAVA_HOME, 'bin/java'), onPath('java'), ...systemJavas()];
  for (const java of candidates) if (java && (await javaVersion(java)) >= OLDEST) return java;
  return undefined;
}

/** Debian keeps every version here, the one on PATH may be an older one. */
function systemJavas(): string[] {
  try {
    return readdirSync('/usr/lib/jvm').map((name) => join('/usr/lib/jvm', name, 'bin/java'));
  } catch {
    return [];
  }
}

async function javaVersion(java: string): Promise<number> {
  const settings = await tryRun(java, ['-XshowSettings:properties', '-version'], { seconds: 20 });
  return Number(settings?.match(/java\.specification\.version = (\d+)/)?.[1] ?? 0);
}
