import { createPublicKey } from 'node:crypto';
import { CompactEncrypt } from 'jose';
import type { TestMember, TestRealm } from './realm.ts';
import {
  encoded,
  hs256,
  type Json,
  jws,
  newSigningKey,
  part,
  rs256,
  type SigningKey,
  spellings,
  unsigned,
} from './signing-key.ts';

/** Tokens by what is wrong with each. Made when they are sent: some are about time. */
export type Forgeries = Record<string, () => string | Promise<string>>;

export type Forger = ReturnType<typeof createForger>;

/** What the stranger signs with, and would have us find by what a header says. */
export const stranger = newSigningKey();

export const strangersJwk = (): Json => ({
  ...stranger.publicKey.export({ format: 'jwk' }),
  ...{ kid: 'stranger', alg: 'RS256', use: 'sig' },
});

const ELSEWHERE = 'https://elsewhere.example';
export const now = () => Math.floor(Date.now() / 1000);

/**
 * @param key the realm's, and ours: a token can be right but for one fault.
 * @param real a token of the realm's for Ada, signed with it.
 * @param keysAt where a header asks us to look for the stranger's key.
 */
export function createForger(given: {
  realm: TestRealm;
  ada: TestMember;
  key: SigningKey;
  real: string;
  keysAt: string;
}) {
  const { realm, key, real } = given;
  const withoutSignature = real.slice(0, real.lastIndexOf('.') + 1);

  /** The real token anew, right but for what is given; a claim or parameter that is undefined is left out. */
  function faulty(faults: { header?: Json; claims?: Json; by?: SigningKey }): string {
    const { header = {}, claims = {}, by = key } = faults;
    return jws({ ...part(real, 0), ...header }, { ...part(real, 1), ...claims }, rs256(by));
  }

  async function encryptionKey(): Promise<Json> {
    const { keys } = await realm.admin.get('/keys');
    return Array.isArray(keys) ? keys.find(({ type, use }) => type === 'RSA' && use === 'ENC') : {};
  }

  async function encrypted(text: string): Promise<string> {
    const { kid, publicKey } = await encryptionKey();
    const der = Buffer.from(String(publicKey), 'base64');
    return new CompactEncrypt(Buffer.from(text))
      .setProtectedHeader({ alg: 'RSA-OAEP', enc: 'A256GCM', kid: String(kid) })
      .encrypt(createPublicKey({ key: der, format: 'der', type: 'spki' }));
  }

  return {
    ...given,
    faulty,
    encryptionKey,
    encrypted,
    withoutSignature,
    withHeader: (header: Json, by?: SigningKey) => faulty({ header, ...(by && { by }) }),
    withClaims: (claims: Json) => faulty({ claims }),
    relabelled: (alg: string) => faulty({ header: { alg } }),

    /** The signature of one token under the claims of another. */
    swapped(claims: Json): string {
      const [header = '', , signature = ''] = real.split('.');
      return `${header}.${encoded({ ...part(real, 1), ...claims })}.${signature}`;
    },

    flipped(at: number): string {
      const bytes = Buffer.from(real.slice(withoutSignature.length), 'base64url');
      bytes.writeUInt8((bytes.at(at) ?? 0) ^ 1, at < 0 ? bytes.length + at : at);
      return `${withoutSignature}${bytes.toString('base64url')}`;
    },
  };
}

/** Not signed by the realm, or not this. */
export function wrongSignatures({
  key,
  real,
  faulty,
  relabelled,
  swapped,
  flipped,
  withoutSignature,
  withHeader,
}: Forger): Forgeries {
  return {
    'a stranger’s signature under the realm’s kid': () => faulty({ by: stranger }),
    'no signature, and alg none': () =>
      jws({ ...part(real, 0), alg: 'none' }, part(real, 1), unsigned),
    'no signature, and alg None': () =>
      jws({ ...part(real, 0), alg: 'None' }, part(real, 1), unsigned),
    'no signature, no kid, and alg none': () =>
      jws({ alg: 'none', typ: 'JWT' }, part(real, 1), unsigned),
    'alg none over a good signature': () => relabelled('none'),
    'no signature': () => withoutSignature,
    'no signature and no dot before it': () => withoutSignature.slice(0, -1),
    'half a signature': () => real.slice(0, -171),
    'a signature that lacks its last character': () => real.slice(0, -1),
    'a signature with a character more': () => `${real}A`,
    'a signature with one bit changed at its start': () => flipped(0),
    'a signature with one bit changed at its end': () => flipped(-1),
    'a signature of nothing but zeros': () => `${withoutSignature}${'A'.repeat(342)}`,
    'another’s id under Ada’s signature': () => swapped({ sub: crypto.randomUUID() }),
    'a later end under Ada’s signature': () => swapped({ exp: now() + 86_400 }),
    'more groups under Ada’s signature': () => swapped({ groups: ['/Administrators'] }),
    'a good signature relabelled PS256': () => relabelled('PS256'),
    'a good signature relabelled RS512': () => relabelled('RS512'),
    'a good signature relabelled ES256': () => relabelled('ES256'),
    'a good signature relabelled EdDSA': () => relabelled('EdDSA'),
    'a good signature with no alg': () => withHeader({ alg: undefined }),
    'a good signature with alg in lower case': () => relabelled('rs256'),
    ...Object.fromEntries(
      [...Object.keys(spellings(stranger.pem))].map((spelling) => [
        `HS256 with the realm’s public key ${spelling}`,
        () => {
          const secret = spellings(key.pem)[spelling] ?? '';
          return jws({ ...part(real, 0), alg: 'HS256' }, part(real, 1), hs256(secret));
        },
      ]),
    ),
  };
}

/** Headers that name another key, or ask for what nobody here understands. */
export function wrongHeaders({ real, keysAt, withHeader, encryptionKey }: Forger): Forgeries {
  return {
    'an unknown kid': () => withHeader({ kid: 'unknown' }),
    'an unknown kid, signed by its owner': () => withHeader({ kid: 'stranger' }, stranger),
    'no kid': () => withHeader({ kid: undefined }),
    'an empty kid': () => withHeader({ kid: '' }),
    'a kid that is a number': () => withHeader({ kid: 1 }),
    'a kid that is a path': () => withHeader({ kid: '../../../../dev/null' }),
    'a kid that is a list': () => withHeader({ kid: [part(real, 0).kid] }),
    'the kid of the realm’s key for encryption': async () =>
      withHeader({ kid: (await encryptionKey()).kid }),
    jku: () => withHeader({ kid: 'stranger', jku: keysAt }, stranger),
    'jku under the realm’s kid': () => withHeader({ jku: keysAt }, stranger),
    x5u: () => withHeader({ x5u: keysAt }, stranger),
    jwk: () => withHeader({ jwk: strangersJwk() }, stranger),
    'jwk and no kid': () => withHeader({ kid: undefined, jwk: strangersJwk() }, stranger),
    x5c: () => {
      const der = stranger.publicKey.export({ type: 'spki', format: 'der' });
      return withHeader({ x5c: [der.toString('base64')] }, stranger);
    },
    'crit for what nobody knows': () => withHeader({ crit: ['portal'], portal: true }),
    'crit for exp': () => withHeader({ crit: ['exp'], exp: now() + 60 }),
    'an empty crit': () => withHeader({ crit: [] }),
    'b64 false': () => withHeader({ b64: false, crit: ['b64'] }),
    'the typ of a logout token': () => withHeader({ typ: 'logout+jwt' }),
    'the typ of a proof of possession': () => withHeader({ typ: 'dpop+jwt' }),
    'a typ that is a number': () => withHeader({ typ: 5 }),
  };
}

/** Signed by the realm, and not for us, not now, or not an access token. */
export function wrongClaims({ real, realm, ada, withClaims }: Forger): Forgeries {
  return {
    'another issuer': () => withClaims({ iss: `${ELSEWHERE}/realms/${realm.name}` }),
    'another realm as issuer': () => withClaims({ iss: `${realm.keycloakUrl}/realms/master` }),
    'the issuer with a slash more': () => withClaims({ iss: `${part(real, 1).iss}/` }),
    'the issuer among others': () => withClaims({ iss: [part(real, 1).iss, ELSEWHERE] }),
    'no issuer': () => withClaims({ iss: undefined }),
    'no audience': () => withClaims({ aud: undefined }),
    'another audience': () => withClaims({ aud: 'account' }),
    'the SPA’s client as audience': () => withClaims({ aud: 'portal-web' }),
    'the audience in capitals': () => withClaims({ aud: ['PORTAL'] }),
    'the audience as part of a name': () => withClaims({ aud: ['portal-', 'xportal'] }),
    'an audience that is an object': () => withClaims({ aud: { portal: true } }),
    'no audience, but our client as azp': () => withClaims({ aud: undefined, azp: 'portal' }),
    'typ ID': () => withClaims({ typ: 'ID' }),
    'typ Refresh': () => withClaims({ typ: 'Refresh' }),
    'typ Offline': () => withClaims({ typ: 'Offline' }),
    'typ Logout': () => withClaims({ typ: 'Logout' }),
    'typ in lower case': () => withClaims({ typ: 'bearer' }),
    'no typ': () => withClaims({ typ: undefined }),
    'an end some seconds ago': () => withClaims({ exp: now() - 10 }),
    'an end long ago': () => withClaims({ exp: 1 }),
    'no end': () => withClaims({ exp: undefined }),
    'an end that is text': () => withClaims({ exp: String(now() + 60) }),
    'an end that is null': () => withClaims({ exp: null }),
    'a beginning in a minute': () => withClaims({ nbf: now() + 60 }),
    'a beginning that is text': () => withClaims({ nbf: '0' }),
    'no time of issue': () => withClaims({ iat: undefined }),
    'no subject': () => withClaims({ sub: undefined }),
    'an empty subject': () => withClaims({ sub: '' }),
    'a subject that is a list': () => withClaims({ sub: [ada.id] }),
    'a subject that is nobody': () => withClaims({ sub: crypto.randomUUID() }),
    'a subject that is no id': () => withClaims({ sub: `../users/${ada.id}` }),
    'a subject that is a name': () => withClaims({ sub: 'ada' }),
    'a key that its bearer has to prove': () => withClaims({ cnf: { jkt: 'x'.repeat(43) } }),
    'a certificate that its bearer has to prove': () =>
      withClaims({ cnf: { 'x5t#S256': 'x'.repeat(43) } }),
  };
}

/** What isn’t a signed token at all. */
export function otherThings({ key, real, faulty, encrypted }: Forger): Forgeries {
  return {
    'the claims encrypted for the realm': () => encrypted(JSON.stringify(part(real, 1))),
    'a signed token encrypted for the realm': () => encrypted(real),
    'four parts': () => `${real}.AAAA`,
    'one part': () => 'AAAA',
    'dots alone': () => '..',
    null: () => 'null',
    'a header that is no JSON': () => `AAAA.${real.split('.')[1]}.${real.split('.')[2]}`,
    'claims that are a list': () => jws(part(real, 0), [part(real, 1)], rs256(key)),
    '60 kB': () => faulty({ claims: { fill: 'x'.repeat(40_000) }, by: stranger }),
  };
}
