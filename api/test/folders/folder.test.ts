import { mkdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { createFolder, type FolderFile } from '../../src/folders/folder.ts';
import { type Contents, mountedFolder, recordingLog } from '../support/mounted-folder.ts';

const removals: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

async function mounted(contents: Contents = {}) {
  const folder = await mountedFolder(contents);
  removals.push(folder.remove);
  return folder;
}

/** What is in it, by name; a file of the word `wrong` can't be understood. */
async function contents(files: FolderFile[]): Promise<Record<string, string>> {
  const read = await Promise.all(
    files.map(async ({ name, read }) => [name, String(await read(10))] as const),
  );
  if (read.some(([, text]) => text === 'wrong')) throw new Error('a.md is wrong');
  return Object.fromEntries(read);
}

const open = (dir: string | undefined, log = recordingLog()) =>
  createFolder<Record<string, string>>('SOME_DIR', dir, contents, {}, log);

/** Three gigabytes, which take no room. */
async function sparse(path: string): Promise<void> {
  await writeFile(path, '');
  await truncate(path, 3e9);
}

/** The folder is looked at again after two seconds; the longest that a test waits for it. */
const SOON = { timeout: 10_000, interval: 100 };

test('no folder holds nothing', async () => {
  const folder = open(undefined);
  await folder.open();
  expect(await folder.current()).toEqual({});
});

test('what is in it is read at start; hidden files and folders within are not', async () => {
  const { dir } = await mounted({ 'a.md': 'a', '.hidden': 'h' });
  await mkdir(join(dir, 'inner'));
  const folder = open(dir);
  await folder.open();
  expect(await folder.current()).toEqual({ 'a.md': 'a' });
});

test('a change, a new file and one that is gone are seen without a restart', async () => {
  const { dir, write, drop } = await mounted({ 'a.md': 'a', 'b.md': 'b' });
  const folder = open(dir);
  await folder.open();
  await write({ 'a.md': 'other', 'c.md': 'c' });
  await drop('b.md');
  await vi.waitFor(
    async () => expect(await folder.current()).toEqual({ 'a.md': 'other', 'c.md': 'c' }),
    SOON,
  );
});

test('while it is wrong, what was there before holds, and the log says so once', async () => {
  const { dir, write } = await mounted({ 'a.md': 'a' });
  const log = recordingLog();
  const folder = open(dir, log);
  await folder.open();
  await write({ 'a.md': 'wrong' });
  await vi.waitFor(async () => {
    await folder.current();
    expect(log.said).toEqual(['SOME_DIR: a.md is wrong. What was there before is shown on.']);
  }, SOON);
  expect(await folder.current()).toEqual({ 'a.md': 'a' });
  await write({ 'a.md': 'right' });
  await vi.waitFor(async () => expect(await folder.current()).toEqual({ 'a.md': 'right' }), SOON);
  expect(log.said).toHaveLength(1);
});

test('a link within it is followed, as in a mounted ConfigMap', async () => {
  const { dir } = await mounted();
  await mkdir(join(dir, '..2026_01_01'));
  await writeFile(join(dir, '..2026_01_01', 'a.md'), 'a');
  await symlink('..2026_01_01', join(dir, '..data'));
  await symlink('..data/a.md', join(dir, 'a.md'));
  const folder = open(dir);
  await folder.open();
  expect(await folder.current()).toEqual({ 'a.md': 'a' });
});

test.each<[string, (dir: string) => Promise<unknown>, string]>([
  ['a link out of it', (dir) => symlink('/etc/hostname', join(dir, 'a.md')), 'a.md leads out of'],
  ['a link to its parent', (dir) => symlink('..', join(dir, 'a.md')), 'a.md leads out of'],
  ['a link to nothing', (dir) => symlink('gone', join(dir, 'a.md')), "a.md can't be read"],
  ['a long file', (dir) => writeFile(join(dir, 'a.md'), 'x'.repeat(2000)), 'a.md has more than'],
  ['one too long to be read at all', (dir) => sparse(join(dir, 'a.md')), 'a.md has more than'],
  ['a wrong one', (dir) => writeFile(join(dir, 'a.md'), 'wrong'), 'a.md is wrong'],
])('%s is refused at start, by name', async (_, make, said) => {
  const { dir } = await mounted();
  await make(dir);
  await expect(open(dir).open()).rejects.toThrow(`SOME_DIR: ${said}`);
});

test('a sibling whose name begins alike is outside of it', async () => {
  const { dir } = await mounted();
  const sibling = `${dir}-other`;
  await mkdir(sibling);
  removals.push(() => rm(sibling, { recursive: true }));
  await writeFile(join(sibling, 'a.md'), 'a');
  await symlink(join(sibling, 'a.md'), join(dir, 'a.md'));
  await expect(open(dir).open()).rejects.toThrow('a.md leads out of the folder');
});

test('a folder that is not there, or holds too much, is refused', async () => {
  await expect(open('/no/such/folder').open()).rejects.toThrow("SOME_DIR: can't be read");
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`${i}.md`, 'x']));
  const { dir } = await mounted(many);
  await expect(open(dir).open()).rejects.toThrow('SOME_DIR: has more than 100 files in it');
});
