import { accentTones, type Tones } from './accent-tones.ts';
import type { BrandFiles, Part } from './brand-files.ts';
import { type Colour, toHex } from './colours.ts';

const NAMES: Record<keyof Tones, string> = {
  solid: 'accent-solid',
  deep: 'accent-deep',
  on: 'on-accent',
  text: 'accent-text',
  soft: 'accent-soft',
  edge: 'accent-edge',
};
const FONTS: { part: Part; family: string; weight: string }[] = [
  { part: 'heading', family: 'Community headings', weight: '600' },
  { part: 'text', family: 'Community text', weight: '400' },
  { part: 'text-bold', family: 'Community text', weight: '600 700' },
];

/**
 * The community's look as a style sheet, which browsers wait for before they show anything: so it is there at once, and
 * costs the pages no script. It says more exactly what it is about than the pages' own sheet, so that it holds whichever of
 * the two comes last.
 */
export function lookStyle(accent: Colour | undefined, files: BrandFiles): string {
  const tokens = [
    ...(accent ? accentTokens(accent) : []),
    ...(files.has('heading') ? ['--heading-font:"Community headings"'] : []),
    ...(files.has('text') ? ['--text-font:"Community text"'] : []),
  ];
  const faces = FONTS.flatMap(({ part, family, weight }) => {
    const file = files.get(part);
    return file
      ? `@font-face{font-family:"${family}";src:url(look/${part}?v=${file.hash}) format("woff2");font-weight:${weight};font-display:swap}`
      : [];
  });
  return [...faces, ...(tokens.length > 0 ? [`html:root{${tokens.join(';')}}`] : []), ''].join(
    '\n',
  );
}

function accentTokens(accent: Colour): string[] {
  const { light, dark } = accentTones(accent);
  const tones = Object.entries(NAMES) as [keyof Tones, string][];
  return [
    `--accent:${toHex(accent)}`,
    ...tones.map(
      ([tone, name]) => `--${name}:light-dark(${toHex(light[tone])},${toHex(dark[tone])})`,
    ),
  ];
}
