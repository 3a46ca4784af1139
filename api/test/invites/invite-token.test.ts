import { randomBytes, randomInt } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createInviteTokens } from '../../src/invites/invite-token.ts';

const [older, newer, other] = ['older', 'newer', 'other'].map((it) => it.padEnd(32, '-'));
const tokens = createInviteTokens([newer ?? '']);
const newId = () => randomBytes(16).toString('hex');
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

describe('a token', () => {
  test('stands for its invite, in 43 characters that need no escaping', () => {
    const id = newId();
    const token = tokens.sign(id);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(tokens.verify(token)).toBe(id);
    expect(tokens.sign(id)).toBe(token);
  });

  test('holds the id and a MAC of it, and nothing secret', () => {
    const id = newId();
    const bytes = Buffer.from(tokens.sign(id), 'base64url');
    expect(bytes).toHaveLength(32);
    expect(bytes.subarray(0, 16).toString('hex')).toBe(id);
  });
});

describe('after the secret changed', () => {
  test('older links still open, and new ones are signed by the first secret', () => {
    const id = newId();
    const before = createInviteTokens([older ?? '']).sign(id);
    const both = createInviteTokens([newer ?? '', older ?? '']);
    expect(both.verify(before)).toBe(id);
    expect(both.sign(id)).toBe(tokens.sign(id));
    expect(both.sign(id)).not.toBe(before);
  });

  test('links end with their secret', () => {
    const before = createInviteTokens([older ?? '']).sign(newId());
    expect(tokens.verify(before)).toBeUndefined();
  });
});

describe('forged', () => {
  const forgers: [string, () => string][] = [
    ['at random', () => randomBytes(32).toString('base64url')],
    ['by another key', () => createInviteTokens([other ?? '']).sign(newId())],
    ['by one bit of the bytes', () => flipBit(tokens.sign(newId()))],
    ['by one character', () => swapCharacter(tokens.sign(newId()))],
    [
      'from two true ones',
      () => tokens.sign(newId()).slice(0, 22) + tokens.sign(newId()).slice(22),
    ],
  ];
  test.each(forgers)('%s, 2,000 of 10,000: none opens anything', (_how, forge) => {
    const opened = Array.from({ length: 2000 }, forge).filter((it) => tokens.verify(it));
    expect(opened).toEqual([]);
  });

  test('by its other spellings: the last character has two bits to spare', () => {
    const token = tokens.sign(newId());
    const last = ALPHABET.indexOf(token.slice(-1));
    const spellings = [1, 2, 3].map((spare) => token.slice(0, -1) + ALPHABET[last ^ spare]);
    for (const spelling of spellings) {
      expect(Buffer.from(spelling, 'base64url')).toEqual(Buffer.from(token, 'base64url'));
      expect(tokens.verify(spelling)).toBeUndefined();
    }
  });

  test.each([
    ['nothing', () => ''],
    ['a part', (token: string) => token.slice(0, -1)],
    ['something more', (token: string) => `${token}A`],
    ['padding', (token: string) => `${token}=`],
    ['white space', (token: string) => ` ${token}`],
    ['a line break', (token: string) => `${token}\n`],
    ['the other alphabet', () => '+/'.repeat(21).concat('A')],
    ['the whole link', (token: string) => `https://portal.example.org/join#${token}`],
    ['a megabyte', (token: string) => token.repeat(24_000)],
  ])('as %s: never an error', (_what, of) => {
    expect(tokens.verify(of(tokens.sign(newId())))).toBeUndefined();
  });
});

function flipBit(token: string): string {
  const bytes = Buffer.from(token, 'base64url');
  const bit = randomInt(bytes.length * 8);
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return bytes.toString('base64url');
}

function swapCharacter(token: string): string {
  const at = randomInt(token.length);
  const step = randomInt(1, ALPHABET.length);
  const other = ALPHABET[(ALPHABET.indexOf(token[at] ?? '') + step) % ALPHABET.length];
  return `${token.slice(0, at)}${other}${token.slice(at + 1)}`;
}
