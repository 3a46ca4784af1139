import { expect, test } from 'vitest';
import { nearestLanguage } from '../src/languages.ts';

test.each([
  ['de', 'de'],
  ['DE', 'de'],
  ['de-AT', 'de'],
  ['de-Latn-CH-1996', 'de'],
  ['pt-BR', 'pt-BR'],
  ['pt-br', 'pt-BR'],
  ['pt', undefined],
  ['pt-PT', undefined],
  ['d', undefined],
  ['', undefined],
])('the nearest to %j is %s', (asked, nearest) => {
  expect(nearestLanguage(asked, ['en', 'de', 'pt-BR'])).toBe(nearest);
});
