import { createHash } from 'node:crypto';

/** What nobody may see, by its name. */
export type Secrets = Readonly<Record<string, string | Buffer>>;

/** A text in which nothing of it may be, by where it was found. */
export type Places = Readonly<Record<string, string>>;

/**
 * Where secrets have got out, as sentences: as they are, or in a spelling that anybody can turn back (or guess, in the
 * case of a hash).
 */
export function leaksIn(places: Places, secrets: Secrets): string[] {
  const forms = Object.entries(secrets).flatMap(([name, secret]) =>
    Object.entries(formsOf(secret)).map(([how, form]) => ({ what: `${name} ${how}`, form })),
  );
  return Object.entries(places).flatMap(([place, text]) =>
    forms.filter(({ form }) => text.includes(form)).map(({ what }) => `${what} in ${place}`),
  );
}

/** Shorter ones would be found by chance. */
const SHORTEST = 12;

function formsOf(secret: string | Buffer): Record<string, string> {
  const bytes = Buffer.from(secret);
  if (bytes.length < SHORTEST) throw new Error(`A secret of ${bytes.length} bytes says nothing`);
  const hash = createHash('sha256').update(bytes);
  const digest = hash.digest();
  return {
    ...(typeof secret === 'string' && {
      'as it is': secret,
      'in a URL': encodeURIComponent(secret),
      'in a form': String(new URLSearchParams([['', secret]])).slice(1),
      'in JSON': JSON.stringify(secret).slice(1, -1),
    }),
    'in hexadecimal': bytes.toString('hex'),
    ...Object.fromEntries(
      [0, 1, 2].flatMap((before) => [
        [`in base64 after ${before}`, withinBase64(bytes, before, 'base64')],
        [`in base64url after ${before}`, withinBase64(bytes, before, 'base64url')],
      ]),
    ),
    'as its SHA-256 in hexadecimal': digest.toString('hex'),
    'as its SHA-256 in base64': digest.toString('base64'),
    'as its SHA-256 in base64url': digest.toString('base64url'),
  };
}

/** The characters that are the same whatever stands around it: three bytes are four characters. */
function withinBase64(bytes: Buffer, before: number, encoding: 'base64' | 'base64url'): string {
  const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString(encoding);
  return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
}
