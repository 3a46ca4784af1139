import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';

/**
 * Unpacks an archive, with the permissions that it says.
 *
 * @param place where an entry goes below `folder`; undefined leaves it out. Default: everything, under its own name.
 */
export async function unzip(
  archive: string,
  folder: string,
  place: (name: string) => string | undefined = (name) => name,
): Promise<void> {
  const zip = await yauzl.openPromise(archive);
  for await (const entry of zip.eachEntry()) {
    const to = place(entry.fileName);
    if (!to || entry.fileName.endsWith('/')) continue;
    const path = join(folder, to);
    await mkdir(dirname(path), { recursive: true });
    // The upper half holds the Unix mode, zero where the archive was made elsewhere.
    const mode = (entry.externalFileAttributes >>> 16) & 0o777 || 0o644;
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path, { mode }));
  }
}
