import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { deriveKey, hmac, sameBytes } from '../src/secrets.ts';

const secret = 'kR7wq1Vn5bXc0ZtL3mHs9pYd2fGj6uEa';

test('each purpose has a key of its own, and the same one every time', () => {
  const purposes = ['invite token', 'sign-up cookie', 'idempotency'] as const;
  const keys = purposes.map((purpose) => deriveKey(secret, purpose).export().toString('hex'));
  expect(new Set(keys)).toHaveProperty('size', purposes.length);
  expect(keys.every((key) => key.length === 64)).toBe(true);
  expect(purposes.map((purpose) => deriveKey(secret, purpose).export().toString('hex'))).toEqual(
    keys,
  );
});

test('a purpose’s key is derived as RFC 5869 says', () => {
  const sha256 = (key: Buffer, text: string | Buffer) =>
    createHmac('sha256', key).update(text).digest();
  const extracted = sha256(Buffer.alloc(32), secret);
  const expanded = sha256(extracted, 'collective-portal invite token\u0001');
  expect(deriveKey(secret, 'invite token').export()).toEqual(expanded);
});

test('another secret gives another key', () => {
  const other = deriveKey(`${secret}x`, 'invite token').export();
  expect(sameBytes(other, deriveKey(secret, 'invite token').export())).toBe(false);
});

test('a MAC tells where one part ends and the next begins', () => {
  const key = deriveKey(secret, 'idempotency');
  const macs = [['ab', 'c'], ['a', 'bc'], ['abc'], ['abc', ''], ['1:a', 'bc']].map((parts) =>
    hmac(key, ...parts).toString('hex'),
  );
  expect(new Set(macs)).toHaveProperty('size', macs.length);
});

test.each([
  ['', '', true],
  ['abc', 'abc', true],
  ['abc', 'abd', false],
  ['abc', 'abcd', false],
])('sameBytes of %j and %j is %s', (a, b, same) => {
  expect(sameBytes(Buffer.from(a), Buffer.from(b))).toBe(same);
});
