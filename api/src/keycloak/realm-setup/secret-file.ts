import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Change, type Findings, RealmSetupError } from './changes.ts';

const OWNER_ALONE = 0o600;

/** The client's secret in a file that its owner alone can read: it is never printed. */
export async function planSecretFile(
  file: string,
  client: { clientId: string; secret: string | undefined },
  read: () => Promise<string>,
  after: readonly Change[],
): Promise<Findings> {
  const path = resolve(file);
  if (client.secret !== undefined && (await holds(path, client.secret)))
    return { changes: [], warnings: [] };
  return {
    changes: [
      {
        what: `write the secret of the client "${client.clientId}" to ${path}`,
        after,
        apply: async () => write(path, await read()),
      },
    ],
    warnings: [],
  };
}

async function holds(path: string, secret: string): Promise<boolean> {
  try {
    const { mode } = await stat(path);
    return (mode & 0o777) === OWNER_ALONE && (await readFile(path, 'utf8')).trim() === secret;
  } catch {
    return false;
  }
}

/** All or nothing: who reads meanwhile gets the old one or the new one. */
async function write(path: string, secret: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    const file = await open(draft, 'wx', OWNER_ALONE);
    try {
      await file.writeFile(`${secret}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    const why = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
    throw new RealmSetupError(`The secret can't be written to ${path}${why}.`);
  }
}
