import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where what was fetched stays, for every clone of this user's. */
export const cachePath = (name: string) =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'collective-portal', name);

/**
 * A folder of the cache, made where it isn't there yet: beside its place first, then moved there in one step. So it is whole or absent,
 * however many make it at once.
 */
export async function cached(
  name: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const path = cachePath(name);
  if (existsSync(path)) return path;
  await mkdir(dirname(path), { recursive: true });
  const making = await mkdtemp(`${path}.making-`);
  try {
    await make(making);
    await rename(making, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return path;
}
