import {
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import type { TestRealm } from './realm.ts';

export type Json = Record<string, unknown>;
/** Makes a signature of what is signed: header and payload with the dot between them (RFC 7515, section 5.1). */
export type Signer = (signed: string) => Buffer;

export interface SigningKey {
  privateKey: KeyObject;
  publicKey: KeyObject;
  /** SubjectPublicKeyInfo, as a PEM. */
  pem: string;
}

export function newSigningKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { privateKey, publicKey, pem: pemOf(publicKey) };
}

const pemOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();

/**
 * Gives a realm a key that we have, too, and that it signs its tokens with from now on: only so can a token be right
 * but for one fault.
 */
export async function addSigningKey(realm: TestRealm): Promise<SigningKey> {
  const key = newSigningKey();
  await realm.admin.create('/components', {
    name: 'ours',
    providerId: 'rsa',
    providerType: 'org.keycloak.keys.KeyProvider',
    config: {
      privateKey: [key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
      algorithm: ['RS256'],
      priority: ['1000'],
      enabled: ['true'],
      active: ['true'],
    },
  });
  return key;
}

export const rs256 =
  ({ privateKey }: Pick<SigningKey, 'privateKey'>): Signer =>
  (signed) =>
    sign('sha256', Buffer.from(signed), privateKey);

/** @param secret what a verifier would take for the secret: a public key, in some spelling. */
export const hs256 =
  (secret: string | Buffer): Signer =>
  (signed) =>
    createHmac('sha256', secret).update(signed).digest();

export const unsigned: Signer = () => Buffer.alloc(0);

/** A token by hand, so that it may be as wrong as a test wants it. */
export function jws(header: Json, claims: Json | Json[], signer: Signer): string {
  const signed = `${encoded(header)}.${encoded(claims)}`;
  return `${signed}.${signer(signed).toString('base64url')}`;
}

export const encoded = (value: Json | Json[]): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url');

/** One part of a token: 0 is the header, 1 the claims. */
export function part(token: string, which: 0 | 1): Json {
  const parsed: unknown = JSON.parse(
    Buffer.from(token.split('.')[which] ?? '', 'base64url').toString(),
  );
  return { ...(typeof parsed === 'object' ? parsed : {}) };
}

/** The spellings of a public key that somebody could take for a secret. */
export function spellings(pem: string): Record<string, string | Buffer> {
  const key = createPublicKey(pem);
  const jwk = key.export({ format: 'jwk' });
  return {
    'as a PEM': pem,
    'as a PEM without its last line break': pem.trimEnd(),
    'as a PKCS 1 PEM': key.export({ type: 'pkcs1', format: 'pem' }).toString(),
    'as DER': key.export({ type: 'spki', format: 'der' }),
    'as a JWK': JSON.stringify(jwk),
    'by its modulus': String(jwk.n),
    'by the bytes of its modulus': Buffer.from(String(jwk.n), 'base64url'),
    'as nothing': '',
  };
}
