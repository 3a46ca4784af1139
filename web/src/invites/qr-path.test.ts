import { expect, test } from 'vitest';
import { qrPath } from './qr-path.ts';

test('a code is a square with quiet around it, and differs with what it says', () => {
  const one = qrPath('https://portal.example/join#a');
  const other = qrPath('https://portal.example/join#b');
  expect(one.size).toBeGreaterThan(21 + 8);
  expect(one.path).not.toBe(other.path);
  const places = [...one.path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].flatMap(([, x, y]) => [
    Number(x),
    Number(y),
  ]);
  expect(Math.min(...places)).toBe(4);
  expect(Math.max(...places)).toBe(one.size - 5);
});
