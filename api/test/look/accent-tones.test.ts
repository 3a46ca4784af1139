import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { accentTones, DARK, LIGHT } from '../../src/look/accent-tones.ts';
import { contrast, mix, parseColour, toHex } from '../../src/look/colours.ts';

const colour = (hex: string) => {
  const parsed = parseColour(hex);
  if (!parsed) throw new Error(hex);
  return parsed;
};

describe('a colour', () => {
  test.each([
    ['#1c6b54', '#1c6b54'],
    ['1C6B54', '#1c6b54'],
    ['#fa0', '#ffaa00'],
  ])('%s is read', (text, hex) => {
    expect(toHex(colour(text))).toBe(hex);
  });

  test.each(['', '#', '#12', '#12345', '#1234567', 'red', '#ggg', '#fff;x', 'rgb(0,0,0)'])(
    '“%s” is none',
    (text) => {
      expect(parseColour(text)).toBeUndefined();
    },
  );

  test('contrasts as WCAG says', () => {
    expect(contrast(colour('#fff'), colour('#000'))).toBeCloseTo(21, 5);
    expect(contrast(colour('#777'), colour('#fff'))).toBeCloseTo(4.478, 3);
    expect(contrast(colour('#fff'), colour('#777'))).toBeCloseTo(4.478, 3);
    expect(contrast(colour('#f00'), colour('#f00'))).toBe(1);
  });

  test('is mixed in whole steps', () => {
    expect(toHex(mix(colour('#000'), colour('#fff'), 0.5))).toBe('#808080');
    expect(toHex(mix(colour('#123456'), colour('#fff'), 0))).toBe('#123456');
  });
});

/** Every corner of the cube and what lies between, and colours that communities have. */
const steps = ['00', '33', '66', '99', 'cc', 'ff'];
const cube = steps.flatMap((r) => steps.flatMap((g) => steps.map((b) => `#${r}${g}${b}`)));
const NAMED = {
  ...{ yellow: '#ffff00', black: '#000000', white: '#ffffff', 'mid-grey': '#777777' },
  ...{ 'neon green': '#39ff14', orange: '#e8590c', green: '#1c6b54', lilac: '#c8a2c8' },
};

describe.each(['light', 'dark'] as const)('in %s, whatever the accent', (scheme) => {
  const { surfaces, words } = scheme === 'light' ? LIGHT : DARK;

  test.each([...Object.entries(NAMED), ['the whole cube', '']])('%s', (_, hex) => {
    for (const each of hex ? [hex] : cube) {
      const { solid, deep, on, text, soft, edge } = accentTones(colour(each))[scheme];
      for (const behind of [solid, deep])
        expect(contrast(on, behind), `${each}: on ${toHex(behind)}`).toBeGreaterThanOrEqual(4.5);
      for (const behind of [...surfaces, soft])
        expect(contrast(text, behind), `${each}: text`).toBeGreaterThanOrEqual(4.5);
      for (const word of words)
        expect(contrast(word, soft), `${each}: on soft`).toBeGreaterThanOrEqual(4.5);
      for (const surface of surfaces)
        expect(contrast(edge, surface), `${each}: edge`).toBeGreaterThanOrEqual(3);
    }
  });
});

test('an accent that carries white words is left as it is', () => {
  const { light } = accentTones(colour('#1c6b54'));
  expect([toHex(light.solid), toHex(light.on), toHex(light.edge)]).toEqual([
    '#1c6b54',
    '#ffffff',
    '#1c6b54',
  ]);
});

test('one that nearly does is darkened, and a light one gets dark words', () => {
  expect(toHex(accentTones(colour('#777777')).light.on)).toBe('#ffffff');
  const yellow = accentTones(colour('#ffff00')).light;
  expect([toHex(yellow.solid), toHex(yellow.on)]).toEqual(['#ffff00', '#14120f']);
});

test('the surfaces and words are those of the pages', () => {
  const style = readFileSync(new URL('../../../web/src/style.css', import.meta.url), 'utf8');
  const of = (name: string) => {
    const [, light = '', dark = ''] =
      new RegExp(`--${name}: light-dark\\((#\\w+), (#\\w+)\\)`).exec(style) ?? [];
    return { light, dark };
  };
  const surfaces = ['paper', 'card', 'sunk'].map(of);
  const words = ['ink', 'muted', 'bad'].map(of);
  expect(LIGHT.surfaces.map(toHex)).toEqual(surfaces.map(({ light }) => light));
  expect(DARK.surfaces.map(toHex)).toEqual(surfaces.map(({ dark }) => dark));
  expect(LIGHT.words.map(toHex)).toEqual(words.map(({ light }) => light));
  expect(DARK.words.map(toHex)).toEqual(words.map(({ dark }) => dark));
});
