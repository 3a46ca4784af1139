import { expect, test } from 'vitest';
import { tokenIn } from './invite-token.ts';

const TOKEN = 'kX2vN8aLmZ0pQ3rT5sUwYbCdEfGhJiKoMnPqRsTuV-_';

test.each([
  TOKEN,
  `  ${TOKEN}\n`,
  `https://portal.example/join#${TOKEN}`,
  `https://portal.example/prefix/join?x=1#${TOKEN}`,
  `<https://portal.example/join#${TOKEN}>`,
  `“https://portal.example/join#${TOKEN}”.`,
])('finds the code in %s', (pasted) => {
  expect(tokenIn(pasted)).toBe(TOKEN);
});

test.each([
  '',
  'hello',
  TOKEN.slice(1),
  `${TOKEN}x`,
  'https://portal.example/join',
  `https://x/${TOKEN}`,
])('finds none in “%s”', (pasted) => {
  expect(tokenIn(pasted)).toBeUndefined();
});
