import type { KeyObject } from 'node:crypto';
import { deriveKey, hmac, sameBytes } from '../secrets.ts';

const ID_BYTES = 16;
const MAC_BYTES = 16;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export type InviteTokens = ReturnType<typeof createInviteTokens>;

/**
 * The secret in an invite's link: `base64url(id || HMAC-SHA-256(key, id)[0..16])`, 43 characters. Nothing of it is
 * stored: whoever has the key can write it again, and nobody else can, so a copy of Redis opens no door.
 *
 * @param secrets `APP_SECRET_KEY`'s: the first signs, all verify.
 */
export function createInviteTokens(secrets: readonly [string, ...string[]]) {
  const keys = secrets.map((secret) => deriveKey(secret, 'invite token'));
  const macOf = (key: KeyObject, id: Buffer) => hmac(key, id).subarray(0, MAC_BYTES);
  const [first] = keys;
  if (!first) throw new Error('Invite tokens need a secret');

  return {
    /** @param id the invite's, 32 hexadecimal digits. */
    sign(id: string): string {
      const bytes = Buffer.from(id, 'hex');
      return Buffer.concat([bytes, macOf(first, bytes)]).toString('base64url');
    },

    /**
     * The id that a token stands for; undefined where it was not made here. Takes the same time wherever it is wrong,
     * and asks nobody.
     */
    verify(token: string): string | undefined {
      if (!TOKEN.test(token)) return undefined;
      const bytes = Buffer.from(token, 'base64url');
      // The last character has two bits to spare: only one of the four spellings is ours.
      if (bytes.toString('base64url') !== token) return undefined;
      const id = bytes.subarray(0, ID_BYTES);
      const mac = bytes.subarray(ID_BYTES);
      const matches = keys.map((key) => sameBytes(macOf(key, id), mac));
      return matches.includes(true) ? id.toString('hex') : undefined;
    },
  };
}
