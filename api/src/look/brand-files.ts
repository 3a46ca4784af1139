import type { FolderFile } from '../folders/folder.ts';
import { sha256 } from '../secrets.ts';

/** What a file of `BRAND_DIR` can be. */
export const PARTS = ['logo', 'favicon', 'heading', 'text', 'text-bold'] as const;
export type Part = (typeof PARTS)[number];

export interface BrandFile {
  bytes: Buffer;
  type: string;
  hash: string;
}

export type BrandFiles = ReadonlyMap<Part, BrandFile>;

interface Kind {
  type: string;
  /** Whether it is what its name says. */
  looksRight: (bytes: Buffer) => boolean;
}

const begins =
  (hex: string, at = 0) =>
  (bytes: Buffer) =>
    bytes.subarray(at, at + hex.length / 2).toString('hex') === hex;
/** An XML declaration, comments and a document type may come first. */
const isSvg = (bytes: Buffer) =>
  /^\uFEFF?\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*|<!DOCTYPE\s+svg[^>]*>\s*)*<svg[\s/>]/i.test(
    bytes.toString('utf8'),
  );

const KINDS: Record<string, Kind> = {
  svg: { type: 'image/svg+xml', looksRight: isSvg },
  png: { type: 'image/png', looksRight: begins('89504e470d0a1a0a') },
  webp: { type: 'image/webp', looksRight: begins('57454250', 8) },
  jpg: { type: 'image/jpeg', looksRight: begins('ffd8ff') },
  ico: { type: 'image/x-icon', looksRight: begins('00000100') },
  woff2: { type: 'font/woff2', looksRight: begins('774f4632') },
};

const ALLOWED: Record<Part, { endings: readonly string[]; mostKilobytes: number }> = {
  logo: { endings: ['svg', 'png', 'webp', 'jpg'], mostKilobytes: 256 },
  favicon: { endings: ['svg', 'png', 'ico'], mostKilobytes: 64 },
  heading: { endings: ['woff2'], mostKilobytes: 512 },
  text: { endings: ['woff2'], mostKilobytes: 512 },
  'text-bold': { endings: ['woff2'], mostKilobytes: 512 },
};

const isPart = (name: string): name is Part => Object.hasOwn(ALLOWED, name);

/** @throws Error that names the file which is wrong. */
export async function readBrandFiles(files: readonly FolderFile[]): Promise<BrandFiles> {
  const found = new Map<Part, BrandFile>();
  for (const file of files) {
    const [name = '', ending = '', ...more] = file.name.split('.');
    const kind = KINDS[ending];
    if (!isPart(name) || !kind || more.length > 0 || !ALLOWED[name].endings.includes(ending))
      throw new Error(`${file.name} is none of: ${everyName().join(', ')}`);
    if (found.has(name)) throw new Error(`${file.name} is the second ${name} in it`);
    const bytes = await file.read(ALLOWED[name].mostKilobytes * 1024);
    if (!kind.looksRight(bytes)) throw new Error(`${file.name} is not what its name says`);
    found.set(name, {
      bytes,
      type: kind.type,
      hash: sha256(bytes.toString('latin1')).slice(0, 16),
    });
  }
  return found;
}

const everyName = () =>
  PARTS.flatMap((part) => ALLOWED[part].endings.map((ending) => `${part}.${ending}`));
