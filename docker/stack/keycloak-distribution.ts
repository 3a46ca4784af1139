import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { cached } from './cache.ts';
import { aptInstall, onPath, type Say } from './commands.ts';
import { fromMaven } from './maven.ts';
import { StackError } from './service.ts';
import { unzip } from './unzip.ts';

export const KEYCLOAK_VERSION = '26.7.4';

const ARTIFACT = 'org.keycloak:keycloak-quarkus-dist';
const RELEASES = 'https://github.com/keycloak/keycloak/releases/download';

/**
 * The folder with Keycloak's distribution, unpacked. Fetched once for a user: by Maven where it is there, else from Keycloak's releases, else
 * by a Maven that `apt-get` installs. Nothing runs in this folder and nothing writes to it.
 *
 * @throws StackError that says what to install.
 */
export const keycloakDistribution = (say: Say, version = KEYCLOAK_VERSION): Promise<string> =>
  cached(`keycloak-${version}`, async (folder) => {
    const fetched = await mkdtemp(join(tmpdir(), 'keycloak-'));
    try {
      const archive = await fetchArchive(version, fetched, say);
      say('unpacking the distribution');
      await unzip(archive, folder, (name) => name.replace(/^[^/]+\//, ''));
    } finally {
      await rm(fetched, { recursive: true, force: true });
    }
  });

async function fetchArchive(version: string, folder: string, say: Say): Promise<string> {
  const failures: string[] = [];
  const attempt = (fetching: Promise<string>) =>
    fetching.catch((error: Error) => {
      failures.push(error.message);
      return undefined;
    });
  const archive =
    (onPath('mvn') && (await attempt(byMaven(version, folder, say)))) ||
    (await attempt(fromRelease(version, folder, say))) ||
    (!onPath('mvn') &&
      (await aptInstall(['maven'], say)) &&
      (await attempt(byMaven(version, folder, say))));
  if (archive) return archive;
  throw new StackError(
    `Keycloak ${version} could not be fetched: please install Maven or Docker, or see to the connection. (${failures.join('; ')})`,
  );
}

async function byMaven(version: string, folder: string, say: Say): Promise<string> {
  say('fetching the distribution by Maven (177 MB)');
  await fromMaven(`${ARTIFACT}:${version}:zip`, folder);
  return join(folder, `keycloak-quarkus-dist-${version}.zip`);
}

async function fromRelease(version: string, folder: string, say: Say): Promise<string> {
  const url = `${RELEASES}/${version}/keycloak-${version}.zip`;
  const archive = join(folder, `keycloak-${version}.zip`);
  say(`fetching ${url}`);
  const response = await fetch(url).catch(() => undefined);
  if (!response?.ok || !response.body)
    throw new Error(`${url} ${response ? `answered ${response.status}` : 'did not answer'}`);
  const size = Number(response.headers.get('content-length'));
  await pipeline(
    response.body,
    countBytes((bytes) => {
      if (size) say(`fetching the distribution (${Math.floor((100 * bytes) / size)} %)`);
    }),
    createWriteStream(archive),
  );
  return archive;
}

/** Passes bytes through and says at every tenth megabyte how many there were. */
function countBytes(saw: (bytes: number) => void): Transform {
  const every = 10_000_000;
  let bytes = 0;
  let said = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes - said >= every) {
        said = bytes;
        saw(bytes);
      }
      done(null, chunk);
    },
  });
}
