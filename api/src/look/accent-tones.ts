import { type Colour, contrast, mix, parseColour } from './colours.ts';

/** What is made of the accent in one scheme, under the names of the tokens in the pages' `style.css`. */
export interface Tones {
  /** Behind the words of the one button. */
  solid: Colour;
  /** The same, pressed or in the arch's foot. */
  deep: Colour;
  /** Words on both. */
  on: Colour;
  /** Links, and whatever else is written in the accent. */
  text: Colour;
  /** Behind words of any colour. */
  soft: Colour;
  /** Around what is solid, where that is hardly to be told from what is behind it. */
  edge: Colour;
}

interface Scheme {
  /** Everything that the accent's words stand on, and what it stands out from. */
  surfaces: readonly Colour[];
  /** Words that may stand on its soft tone. */
  words: readonly Colour[];
  /** What is mixed into the accent, and how much: the tones that it has where nothing is in the way. */
  solid: Mixture;
  text: Mixture;
  soft: Mixture;
}
type Mixture = readonly [other: Colour, share: number];

/** Words need 4.5:1 (WCAG 2.2, 1.4.3), what is pressed 3:1 (1.4.11). */
const FOR_WORDS = 4.5;
const FOR_SHAPES = 3;
const STEP = 0.02;

const colour = (hex: string): Colour => {
  const parsed = parseColour(hex);
  if (!parsed) throw new Error(`${hex} is no colour`);
  return parsed;
};
const WHITE = colour('#ffffff');
const BLACK = colour('#000000');
const DARK_INK = colour('#14120f');

/** The surfaces and words of `style.css`; a test compares them. */
export const LIGHT: Scheme = {
  surfaces: ['#faf7f1', '#fffefb', '#f3eee4'].map(colour),
  words: ['#231d16', '#665c4e', '#a5291c'].map(colour),
  solid: [WHITE, 0],
  text: [BLACK, 0.08],
  soft: [WHITE, 0.9],
};
export const DARK: Scheme = {
  surfaces: ['#14120f', '#1d1a16', '#100e0c'].map(colour),
  words: ['#f1ebe0', '#a89d8c', '#ff9d8c'].map(colour),
  solid: [WHITE, 0.14],
  text: [WHITE, 0.55],
  soft: [DARK_INK, 0.72],
};

/**
 * The accent's tones, such that all words in them and on them can be read, whatever it is: it is darkened where that is
 * enough for white words, gets dark words where it is too light for that, and is mixed further into its surroundings or
 * away from them elsewhere.
 */
export function accentTones(accent: Colour): { light: Tones; dark: Tones } {
  return { light: tonesIn(LIGHT, accent), dark: tonesIn(DARK, accent) };
}

function tonesIn(scheme: Scheme, accent: Colour): Tones {
  const { surfaces, words } = scheme;
  const made = ([other, share]: Mixture) => mix(accent, other, share);
  const [paper = WHITE] = surfaces;
  const away = contrast(paper, WHITE) < contrast(paper, BLACK) ? BLACK : WHITE;

  const soft = towards(paper, made(scheme.soft), (tone) =>
    words.every((word) => contrast(word, tone) >= FOR_WORDS),
  );
  const behindText = [...surfaces, soft];
  const text = towards(away, made(scheme.text), (tone) =>
    behindText.every((surface) => contrast(tone, surface) >= FOR_WORDS),
  );

  const wanted = made(scheme.solid);
  const carriesWhite = contrast(WHITE, wanted) >= FOR_SHAPES;
  const on = carriesWhite ? WHITE : DARK_INK;
  const solid = towards(
    carriesWhite ? BLACK : WHITE,
    wanted,
    (tone) => contrast(on, tone) >= FOR_WORDS,
  );
  const deep = mix(solid, carriesWhite ? BLACK : WHITE, 0.22);
  const edge = towards(away, solid, (tone) =>
    surfaces.every((surface) => contrast(tone, surface) >= FOR_SHAPES),
  );
  return { solid, deep, on, text, soft, edge };
}

/** The first on the way from one colour to another that will do; the other one at the last. */
function towards(end: Colour, from: Colour, willDo: (tone: Colour) => boolean): Colour {
  for (let share = 0; share < 1; share += STEP) {
    const tone = mix(from, end, share);
    if (willDo(tone)) return tone;
  }
  return end;
}
