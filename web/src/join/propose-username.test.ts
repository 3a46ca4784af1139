import { expect, test } from 'vitest';
import { proposeUsername } from './propose-username.ts';

test.each([
  ['Grace', 'Hopper', 'grace.hopper'],
  ['Zoë', 'Müller-Groß', 'zoe.muller-gross'],
  ['Søren', '', 'soren'],
  ['Anne Marie', "O'Neill", 'annemarie.oneill'],
  ['李', '小龍', ''],
])('%s %s', (first, last, username) => {
  expect(proposeUsername(first, last)).toBe(username);
});
