import { afterEach, describe, expect, test, vi } from 'vitest';
import { createPages } from '../../src/pages/page-library.ts';
import { type Contents, mountedFolder, recordingLog } from '../support/mounted-folder.ts';

const removals: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

async function pagesOf(contents: Contents) {
  const folder = await mountedFolder(contents);
  removals.push(folder.remove);
  return { ...folder, pages: createPages(folder.dir, recordingLog()) };
}

async function opened(contents: Contents) {
  const { pages } = await pagesOf(contents);
  await pages.open();
  return pages;
}

const SAYS_ALL = `---
title: "Rules: ours"
menu: false
invitee: true
terms: true
version: 2026-01
---

# To begin with

Be kind.
`;

describe('what a page is', () => {
  test('says its front matter', async () => {
    const pages = await opened({ 'rules.md': SAYS_ALL });
    expect(await pages.list('')).toEqual([
      {
        slug: 'rules',
        title: 'Rules: ours',
        menu: false,
        invitee: true,
        terms: true,
        version: '2026-01',
      },
    ]);
    expect(await pages.page('rules', '')).toMatchObject({
      ...{ slug: 'rules', title: 'Rules: ours', version: '2026-01', language: null },
      content: [{ type: 'heading', level: 1 }, { type: 'paragraph' }],
    });
    expect(await pages.terms()).toMatchObject({ slug: 'rules', version: '2026-01' });
  });

  test('says without it a heading, which is the title and not shown twice', async () => {
    const pages = await opened({ 'welcome.md': '# Hello *there*\r\n\r\nCome in.' });
    expect(await pages.list('')).toMatchObject([
      { title: 'Hello there', menu: true, invitee: false, terms: false },
    ]);
    expect((await pages.page('welcome', '')).content).toMatchObject([{ type: 'paragraph' }]);
    expect(await pages.terms()).toBeUndefined();
  });

  test('has a version of its own making, which changes with its words in any language', async () => {
    const { pages, write } = await pagesOf({ 'a.md': '# A', 'a.nl.md': '# Een' });
    await pages.open();
    const version = async () => (await pages.list(''))[0]?.version ?? '';
    const first = await version();
    expect(first).toMatch(/^[0-9a-f]{12}$/);
    await write({ 'a.nl.md': '# Één' });
    await vi.waitFor(async () => expect(await version()).not.toBe(first), { timeout: 10_000 });
  });

  test('is not there under another name', async () => {
    const pages = await opened({ 'a.md': '# A' });
    for (const slug of ['b', 'a.md', '../a', 'A', '', '__proto__', 'constructor'])
      await expect(pages.page(slug, '')).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('in which language', () => {
  const three = { 'a.md': '# Hello', 'a.nl.md': '# Dag', 'a.pt-BR.md': '# Oi' };

  test.each([
    ['', 'Hello', null],
    ['de', 'Hello', null],
    ['nl-BE', 'Dag', 'nl'],
    ['pt-BR', 'Oi', 'pt-BR'],
    ['pt', 'Hello', null],
  ])('for “%s”: %s', async (asked, title, language) => {
    const pages = await opened(three);
    expect((await pages.list(asked))[0]?.title).toBe(title);
    expect(await pages.page('a', asked)).toMatchObject({ title, language });
  });
});

describe('what is wrong is refused at start, with the file’s name', () => {
  const front = (...lines: string[]) => ['---', ...lines, '---', '# A'].join('\n');

  test.each<[Contents, string]>([
    [{ 'a.md': 'No heading.' }, 'a.md has no title'],
    [{ 'a.md': '## ' }, 'a.md has no title'],
    [{ 'a.md': '---\ntitle: x\n' }, 'a.md begins with ---'],
    [{ 'a.md': front('colour: red') }, 'a.md says “colour: red”, which has no meaning'],
    [{ 'a.md': front('just words') }, 'a.md says “just words”, which has no meaning'],
    [{ 'a.md': front('__proto__: x') }, 'a.md says “__proto__: x”'],
    [{ 'a.md': front('constructor: x') }, 'a.md says “constructor: x”'],
    [{ 'a.md': front('menu: yes') }, 'a.md needs true or false after “menu:”'],
    [{ 'a.md': front('menu: true', 'menu: false') }, 'a.md says “menu” twice'],
    [{ 'a.md': front('version: 1 2') }, 'a.md needs letters, digits'],
    [{ 'a.md': front(`title: ${'x'.repeat(121)}`) }, 'a.md has a title of more than 120'],
    [{ 'a.md': new Uint8Array([0x23, 0x20, 0xff, 0xfe]) }, 'a.md is not UTF-8'],
    [{ 'a.md': `# A\n${'x'.repeat(65_536)}` }, 'a.md has more than 64 kB'],
    [{ 'a.md': `# A\n\n${'>'.repeat(60)} x` }, 'a.md is nested too deeply'],
    [{ 'A.md': '# A' }, 'A.md needs a name such as'],
    [{ 'a_b.md': '# A' }, 'a_b.md needs a name such as'],
    [{ 'a.dutch.md': '# A' }, 'a.dutch.md needs a name such as'],
    [{ 'a.nl.md': '# A' }, 'a.nl.md has no a.md beside it'],
    [{ 'a.md': '# A', 'a.nl.md': front('terms: true') }, 'a.nl.md can say its title alone'],
    [
      { 'a.md': front('terms: true'), 'b.md': front('terms: true') },
      'a.md and b.md are both terms',
    ],
  ])('%o', async (contents, said) => {
    const { pages } = await pagesOf(contents);
    await expect(pages.open()).rejects.toThrow(`PAGES_DIR: ${said}`);
  });

  test('what is no Markdown is nobody’s page', async () => {
    const pages = await opened({ 'a.md': '# A', 'notes.txt': 'x' });
    expect(await pages.list('')).toHaveLength(1);
  });
});
