import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Contents = Record<string, string | Uint8Array>;

/** A folder as whoever runs the portal mounts one. Whoever makes it removes it. */
export async function mountedFolder(contents: Contents = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'portal-folder-'));
  const write = async (more: Contents): Promise<void> => {
    for (const [name, content] of Object.entries(more)) await writeFile(join(dir, name), content);
  };
  await write(contents);
  return {
    dir,
    write,
    drop: (name: string) => rm(join(dir, name), { recursive: true }),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

/** A log that keeps what it is told. */
export function recordingLog() {
  const said: string[] = [];
  const keep = (_details: object, message: string) => void said.push(message);
  return { said, warn: keep, error: keep };
}
