import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './commands.ts';
import { inPlace, logFile, makePlace, ROOT } from './place.ts';

const WEB = join(ROOT, 'web');
/** Everything that the built pages come from. */
const SOURCES = [
  'web/{src,public}/**/*',
  'web/*.{ts,html,json}',
  'shared/src/**/*',
  'pnpm-lock.yaml',
];

/**
 * Builds the pages, where they are not what the sources say.
 *
 * @returns whether that was needed.
 * @throws Error that names the build's log.
 */
export async function buildPages(): Promise<boolean> {
  const hash = hashOfSources();
  const marker = inPlace('pages-built-from');
  const isBuilt = existsSync(join(WEB, 'dist/index.html')) && existsSync(marker);
  if (isBuilt && readFileSync(marker, 'utf8') === hash) return false;
  makePlace();
  const vite = join(WEB, 'node_modules/.bin/vite');
  await run(vite, ['build'], { cwd: WEB, logFile: logFile('pages') });
  writeFileSync(marker, hash);
  return true;
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  const files = globSync(SOURCES, { cwd: ROOT, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(file));
  return hash.digest('hex');
}
