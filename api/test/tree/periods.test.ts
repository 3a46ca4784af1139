import { expect, test } from 'vitest';
import { beginnings } from '../../src/tree/periods.ts';

const named = (...wanted: Parameters<typeof beginnings>) =>
  beginnings(...wanted).map((from) => new Date(from).toISOString().slice(0, 16));

test.each([
  // A Sunday's week began on the Monday before it.
  ['week', '2026-11-29T23:59:59Z', ['2026-11-16T00:00', '2026-11-23T00:00']],
  ['week', '2026-11-30T00:00:00Z', ['2026-11-23T00:00', '2026-11-30T00:00']],
  ['month', '2026-01-31T12:00:00Z', ['2025-12-01T00:00', '2026-01-01T00:00']],
  ['day', '2026-03-01T12:00:00Z', ['2026-02-28T00:00', '2026-03-01T00:00']],
] as const)('the last two periods by %s at %s', (by, now, expected) => {
  expect(named(by, 2, Date.parse(now))).toEqual(expected);
});
