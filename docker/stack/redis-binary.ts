import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached } from './cache.ts';
import { onPath, type Say, tryRun } from './commands.ts';
import { fromMaven } from './maven.ts';
import { StackError } from './service.ts';
import { unzip } from './unzip.ts';

const VERSION = '1.4.3';
const ARTIFACT = `com.github.codemonstur:embedded-redis:${VERSION}`;
/** Of the jar, as it was measured when it was chosen. */
const SHA256 = 'ffbc63265c60d25dee453d6f656b527d98200d98657c6a0ab4dec4ea2c3a5cd6';

/** Names in the jar, by `process.platform` and `process.arch`. */
const SERVERS: Record<string, string> = {
  'linux-x64': 'redis-server-6.2.6-v5-linux-amd64',
  'linux-arm64': 'redis-server-6.2.7-linux-arm64',
  'darwin-x64': 'redis-server-6.2.6-v5-darwin-amd64',
  'darwin-arm64': 'redis-server-6.2.6-v5-darwin-arm64',
};

/**
 * A Redis 6.2 for a first look, from a Maven artifact: where nothing is installed and nothing can be. Never for production.
 *
 * @returns its path, or undefined where there is no Maven, or no server that runs on this machine.
 * @throws StackError where the artifact isn't the one that was chosen.
 */
export async function embeddedRedis(say: Say): Promise<string | undefined> {
  const name = SERVERS[`${process.platform}-${process.arch}`];
  if (!name || !onPath('mvn')) return undefined;
  const folder = await cached(`redis-${VERSION}`, async (making) => {
    say('fetching a Redis by Maven (12 MB)');
    const fetched = await mkdtemp(join(tmpdir(), 'redis-'));
    try {
      await fromMaven(ARTIFACT, fetched);
      const jar = join(fetched, `embedded-redis-${VERSION}.jar`);
      const hash = createHash('sha256')
        .update(await readFile(jar))
        .digest('hex');
      if (hash !== SHA256) throw new StackError(`${ARTIFACT} is not the one that we know.`);
      await unzip(jar, making, (entry) => (entry === name ? 'redis-server' : undefined));
      await chmod(join(making, 'redis-server'), 0o755);
    } finally {
      await rm(fetched, { recursive: true, force: true });
    }
  });
  const server = join(folder, 'redis-server');
  return (await tryRun(server, ['--version'], { seconds: 10 })) ? server : undefined;
}
