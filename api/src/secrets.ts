import {
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';

/** What a key is for. Each purpose has a key of its own, so that one's leak says nothing of another. */
type Purpose = 'invite token' | 'sign-up cookie' | 'idempotency' | 'mail limits';

/**
 * Derives a key for one purpose (HKDF-SHA-256, RFC 5869; the purpose is the info).
 *
 * @param secret one of `APP_SECRET_KEY`'s.
 * @returns 32 bytes, as a key object: an HMAC takes it five times as fast as the bytes.
 */
export function deriveKey(secret: string, purpose: Purpose): KeyObject {
  const bytes = hkdfSync('sha256', secret, '', `collective-portal ${purpose}`, 32);
  return createSecretKey(Buffer.from(bytes));
}

export function hmac(key: KeyObject, ...parts: (string | Buffer)[]): Buffer {
  const mac = createHmac('sha256', key);
  // Each part with its length before it: ('ab', 'c') is not ('a', 'bc').
  for (const part of parts) mac.update(`${Buffer.byteLength(part)}:`).update(part);
  return mac.digest();
}

/** Whether two values are the same, in a time that doesn't tell where they differ. */
export function sameBytes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

export const sha256 = (value: string): string => createHash('sha256').update(value).digest('hex');
