import type { CommunityPage, PageNode, PageSummary } from '@portal/shared';
import { ProblemError } from '../errors.ts';
import { createFolder, type FolderFile } from '../folders/folder.ts';
import { nearestLanguage } from '../languages.ts';
import type { Log } from '../plugins/logging.ts';
import { sha256 } from '../secrets.ts';
import { type FrontMatter, readFrontMatter } from './front-matter.ts';
import { parsePage, wordsOf } from './page-nodes.ts';

const MOST_BYTES = 64 * 1024;
/** `welcome.md`, `code-of-conduct.nl.md`. The slug goes into addresses. */
const FILE_NAME = /^([a-z0-9]+(?:-[a-z0-9]+)*)(?:\.([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*))?\.md$/;
const LONGEST_SLUG = 60;
const VERSION_LENGTH = 12;

/** What somebody accepts who signs up. */
export interface Terms {
  slug: string;
  version: string;
}

interface Source extends FrontMatter {
  name: string;
  slug: string;
  /** Empty: the one for all who have none of their own. */
  language: string;
  text: string;
  title: string;
  content: PageNode[];
}

interface Page {
  settings: Omit<PageSummary, 'title'>;
  /** By language; the empty one is there. */
  texts: Map<string, Source>;
}

export type Pages = ReturnType<typeof createPages>;

/**
 * The community's own pages: Markdown files, each a page in a language.
 *
 * @param dir undefined: it has none.
 */
export function createPages(dir: string | undefined, log: Log) {
  const folder = createFolder('PAGES_DIR', dir, interpret, new Map<string, Page>(), log);

  function textFor({ texts }: Page, language: string): Source | undefined {
    return texts.get(nearestLanguage(language, [...texts.keys()]) ?? '');
  }

  return {
    /** @throws FolderError that names the file which is wrong. */
    open: () => folder.open(),

    /** @param language a BCP 47 tag; empty: none in particular. */
    async list(language: string): Promise<PageSummary[]> {
      const pages = await folder.current();
      return [...pages.values()].toSorted(termsLast).map((page) => ({
        ...page.settings,
        title: textFor(page, language)?.title ?? page.settings.slug,
      }));
    },

    /** @throws ProblemError `not-found`. */
    async page(slug: string, language: string): Promise<CommunityPage> {
      const page = (await folder.current()).get(slug);
      const text = page && textFor(page, language);
      if (!page || !text) throw new ProblemError('not-found');
      const { title, content } = text;
      const { version } = page.settings;
      return { slug, title, version, language: text.language || null, content };
    },

    /** Undefined: whoever signs up has nothing to accept. */
    async terms(): Promise<Terms | undefined> {
      const pages = [...(await folder.current()).values()];
      return pages.find(({ settings }) => settings.terms)?.settings;
    },
  };
}

/** What a community wants to say comes before what it has to. */
const termsLast = (one: Page, other: Page) =>
  Number(one.settings.terms) - Number(other.settings.terms);

async function interpret(files: FolderFile[]): Promise<Map<string, Page>> {
  const sources: Source[] = [];
  for (const file of files) if (file.name.endsWith('.md')) sources.push(await read(file));
  const pages = new Map<string, Page>();
  for (const [slug, texts] of Map.groupBy(sources, (source) => source.slug))
    pages.set(slug, pageOf(slug, texts));
  const terms = [...pages.values()].filter(({ settings }) => settings.terms);
  if (terms.length > 1)
    throw new Error(
      `${terms.map(({ settings }) => `${settings.slug}.md`).join(' and ')} are both terms: one page can be`,
    );
  return pages;
}

async function read(file: FolderFile): Promise<Source> {
  const [, slug = '', language = ''] = FILE_NAME.exec(file.name) ?? [];
  if (!slug || slug.length > LONGEST_SLUG)
    throw new Error(
      `${file.name} needs a name such as code-of-conduct.md or, in a language, code-of-conduct.nl.md`,
    );
  const bytes = await file.read(MOST_BYTES);
  try {
    const { matter, text } = readFrontMatter(decoded(bytes));
    if (language && Object.keys(matter).some((key) => key !== 'title'))
      throw new Error(`can say its title alone: the rest is for ${slug}.md to say`);
    return { ...matter, name: file.name, slug, language, text, ...(await titled(matter, text)) };
  } catch (error) {
    throw new Error(`${file.name} ${error instanceof Error ? error.message : 'is not right'}`);
  }
}

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll('\r\n', '\n');
  } catch {
    throw new Error('is not UTF-8');
  }
}

/** Where nothing else says it, the first heading is the title, and isn't shown twice. */
async function titled(
  { title }: FrontMatter,
  text: string,
): Promise<Pick<Source, 'title' | 'content'>> {
  const content = await parsePage(text);
  if (title !== undefined) return { title, content };
  const [first, ...rest] = content;
  const heading = first?.type === 'heading' ? wordsOf(first.children) : '';
  if (!heading) throw new Error('has no title: begin it with a heading');
  return { title: heading, content: rest };
}

function pageOf(slug: string, sources: Source[]): Page {
  const texts = new Map(sources.map((source) => [source.language, source]));
  const main = texts.get('');
  if (!main) throw new Error(`${sources[0]?.name} has no ${slug}.md beside it, for all others`);
  const { menu = true, invitee = false, terms = false, version = versionOf(sources) } = main;
  return { settings: { slug, menu, invitee, terms, version }, texts };
}

/** Of its words in all languages: whichever somebody reads, they accept the same. */
function versionOf(sources: readonly Source[]): string {
  return sha256(JSON.stringify(sources.map(({ name, text }) => [name, text]))).slice(
    0,
    VERSION_LENGTH,
  );
}
