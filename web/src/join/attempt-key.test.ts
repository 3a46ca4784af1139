import type { NewRegistration } from '@portal/shared';
import { beforeEach, expect, test } from 'vitest';
import { createAttemptKeys, isUndecided } from './attempt-key.ts';

beforeEach(() => sessionStorage.clear());

const body: NewRegistration = { token: 't', username: 'grace', password: 'correct horse' };

test('the same body keeps its key until a definite answer', () => {
  const keys = createAttemptKeys();
  const key = keys.keyFor(body);
  expect(key).toMatch(/^[0-9a-f]{32}$/);
  expect(keys.keyFor({ ...body })).toBe(key);
  keys.settle();
  expect(keys.keyFor(body)).not.toBe(key);
});

test('another body is another attempt, another password too', () => {
  const keys = createAttemptKeys();
  const key = keys.keyFor(body);
  expect(keys.keyFor({ ...body, username: 'hopper' })).not.toBe(key);
  expect(keys.keyFor({ ...body, password: 'other' })).not.toBe(key);
});

test('a reload keeps the key, and never the password', () => {
  const key = createAttemptKeys().keyFor(body);
  expect(createAttemptKeys().keyFor(body)).toBe(key);
  expect(JSON.stringify({ ...sessionStorage })).not.toContain(body.password);
});

test.each([
  ['unreachable', 0, true],
  ['failed', 500, true],
  ['keycloak-away', 503, true],
  ['outcome-unknown', 504, true],
  ['invite-busy', 409, true],
  ['too-many-requests', 429, true],
  ['invalid-input', 400, false],
  ['invite-used-up', 410, false],
  ['idempotency-mismatch', 422, false],
] as const)('%s leaves it open: %s %s', (code, status, undecided) => {
  expect(isUndecided({ type: '', title: '', code, status })).toBe(undecided);
});
