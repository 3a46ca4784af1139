import type { CommunityLook } from '@portal/shared';
import { ProblemError } from '../errors.ts';
import { createFolder } from '../folders/folder.ts';
import type { Log } from '../plugins/logging.ts';
import { sha256 } from '../secrets.ts';
import { accentTones } from './accent-tones.ts';
import { type BrandFile, type BrandFiles, type Part, readBrandFiles } from './brand-files.ts';
import { type Colour, parseColour, toHex } from './colours.ts';
import { lookStyle } from './look-style.ts';

export type Look = ReturnType<typeof createLook>;

/**
 * How the community looks: its accent, and the files of a mounted folder.
 *
 * @param accent `#rrggbb`; undefined: the portal's own.
 * @param dir undefined: no logo, favicon or fonts of its own.
 */
export function createLook(accent: string | undefined, dir: string | undefined, log: Log) {
  const colour = accent === undefined ? undefined : parseColour(accent);
  const nothing: BrandFiles = new Map();
  const folder = createFolder('BRAND_DIR', dir, readBrandFiles, nothing, log);
  const theme = colour ? themeOf(colour) : null;

  return {
    /** @throws FolderError that names the file which is wrong. */
    open: () => folder.open(),

    async summary(): Promise<CommunityLook> {
      const files = await folder.current();
      const address = (part: Part) => {
        const file = files.get(part);
        return file ? `api/v1/look/${part}?v=${file.hash}` : null;
      };
      return { accent: theme, logo: address('logo'), favicon: address('favicon') };
    },

    async style(): Promise<{ css: string; hash: string }> {
      const css = lookStyle(colour, await folder.current());
      return { css, hash: sha256(css).slice(0, 16) };
    },

    /** @throws ProblemError `not-found`. */
    async file(part: Part): Promise<BrandFile> {
      const file = (await folder.current()).get(part);
      if (!file) throw new ProblemError('not-found');
      return file;
    },
  };
}

function themeOf(colour: Colour): CommunityLook['accent'] {
  const { light, dark } = accentTones(colour);
  return { light: toHex(light.solid), dark: toHex(dark.solid) };
}
