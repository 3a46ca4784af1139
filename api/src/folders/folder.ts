import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Log } from '../plugins/logging.ts';

/** So many seconds may pass until a change is seen. */
const FRESH_MS = 2_000;
const MOST_FILES = 100;

/** What is wrong with a mounted folder: names its variable and the file. */
export class FolderError extends Error {}

export interface FolderFile {
  name: string;
  /** @throws FolderError where it has more bytes than that. */
  read(mostBytes: number): Promise<Buffer>;
}

export type Folder<T> = ReturnType<typeof createFolder<T>>;

/**
 * A folder that whoever runs the portal mounts. It is read at start, and again where something in it changed: while what
 * is there is wrong, what was there before holds.
 *
 * @param variable the environment variable that names it, for what is said of it.
 * @param dir undefined: there is none, and `nothing` is what is in it.
 * @param interpret makes of its files what they mean; throws Error with words that go on after the folder's name.
 */
export function createFolder<T>(
  variable: string,
  dir: string | undefined,
  interpret: (files: FolderFile[]) => Promise<T>,
  nothing: T,
  log: Log,
) {
  let value = nothing;
  let seen: string | undefined;
  let complaint: string | undefined;
  let checkedAt = Number.NEGATIVE_INFINITY;
  let checking: Promise<void> | undefined;

  async function refresh(folder: string): Promise<void> {
    checkedAt = performance.now();
    const { files, fingerprint } = await filesOf(folder);
    if (fingerprint !== seen) value = await interpret(files);
    seen = fingerprint;
    complaint = undefined;
  }

  const named = (error: unknown): FolderError =>
    new FolderError(`${variable}: ${error instanceof Error ? error.message : 'is not right'}`);

  /** Said once for each thing that is wrong, not every two seconds. */
  function complain(error: unknown): void {
    const { message } = named(error);
    if (message === complaint) return;
    complaint = message;
    log.error({}, `${message}. What was there before is shown on.`);
  }

  return {
    /** @throws FolderError that names the file which is wrong. */
    async open(): Promise<void> {
      if (dir === undefined) return;
      await refresh(dir).catch((error: unknown) => {
        throw named(error);
      });
    },

    async current(): Promise<T> {
      if (dir !== undefined && performance.now() - checkedAt >= FRESH_MS)
        checking ??= refresh(dir)
          .catch(complain)
          .finally(() => {
            checking = undefined;
          });
      await checking;
      return value;
    },
  };
}

/** Files alone; what begins with a dot is its owner's own business, and so is a folder within. */
async function filesOf(dir: string): Promise<{ files: FolderFile[]; fingerprint: string }> {
  const root = await realpath(dir).catch(() => {
    throw new Error("can't be read");
  });
  const names = (await readdir(root)).filter((name) => !name.startsWith('.')).sort();
  const files: FolderFile[] = [];
  const marks: string[] = [];
  for (const name of names) {
    const path = await withinFolder(root, name);
    const found = await stat(path);
    if (!found.isFile()) continue;
    marks.push([name, found.size, found.mtimeMs, found.ino].join('/'));
    files.push({ name, read: (mostBytes) => bounded(name, path, found.size, mostBytes) });
  }
  if (files.length > MOST_FILES) throw new Error(`has more than ${MOST_FILES} files in it`);
  return { files, fingerprint: marks.join('\n') };
}

/** A link may lead about in the folder, as those of a mounted ConfigMap do, but never out of it. */
async function withinFolder(root: string, name: string): Promise<string> {
  const path = await realpath(join(root, name)).catch(() => {
    throw new Error(`${name} can't be read`);
  });
  if (!path.startsWith(root + sep)) throw new Error(`${name} leads out of the folder`);
  return path;
}

async function bounded(name: string, path: string, size: number, most: number): Promise<Buffer> {
  const tooLong = new Error(`${name} has more than ${Math.floor(most / 1024)} kB`);
  if (size > most) throw tooLong;
  const bytes = await readFile(path).catch(() => {
    throw new Error(`${name} can't be read`);
  });
  if (bytes.length > most) throw tooLong;
  return bytes;
}
