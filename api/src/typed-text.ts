import { domainToASCII } from 'node:url';

/** White space around goes (no-break spaces too), and what looks the same is the same (Unicode NFC). */
export const tidy = (text: string): string => text.trim().normalize('NFC');

/** Line breaks would reach mail headers and logs. */
export const hasLineBreak = (text: string): boolean => /[\r\n\u0085\u2028\u2029]/.test(text);

/**
 * Control characters but tab and line breaks, the marks that turn the direction of what follows, and halves of surrogate
 * pairs, which no encoding can carry.
 */
export const hasControls = (text: string): boolean =>
  /[^\P{Cc}\t\r\n]|[\p{Cs}\u202a-\u202e\u2066-\u2069]/u.test(text);

/**
 * An address as it is compared: in lower case, as the realm keeps it, with its domain as punycode (RFC 5891), so that
 * `bücher.example` and `xn--bcher-kva.example` are one.
 */
export function comparableEmail(email: string): string {
  const lower = tidy(email).toLowerCase();
  const at = lower.lastIndexOf('@');
  if (at < 0) return lower;
  return `${lower.slice(0, at)}@${comparableHost(lower.slice(at + 1))}`;
}

/** Node's own would cut a name off at the first `/`, `?` or `#`, and then it would be another's. */
function comparableHost(name: string): string {
  return (/^[\p{L}\p{M}\p{N}.-]+$/u.test(name) && domainToASCII(name)) || name;
}

/**
 * Looks like an address. Whether it is a good one the realm decides; but angle brackets it would take, within quotes, and
 * some mail servers then read another address out of `RCPT TO:<…>`.
 */
export const isEmail = (text: string): boolean =>
  !hasControls(text) && !/[<>]/.test(text) && /^[^\s@]+(?:[^\r\n]*[^\s])?@[^\s@]+$/.test(text);

/** Letters, digits and hyphens, in at least two parts (RFC 1123, section 2.1). */
const HOST_NAME =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]*[a-z][a-z0-9-]*$/;

/**
 * A whole domain, `@example.org`, as it is compared: in lower case and as punycode.
 *
 * @returns undefined where it is none.
 */
export function comparableDomain(text: string): string | undefined {
  const typed = tidy(text);
  if (!typed.startsWith('@')) return undefined;
  const domain = comparableHost(typed.slice(1).toLowerCase());
  return HOST_NAME.test(domain) ? `@${domain}` : undefined;
}

/** @param bound an address or a whole domain, in its comparable form. */
export const isDomain = (bound: string): boolean => bound.startsWith('@');

/**
 * Whether an address is the one, or of the domain. Those of its subdomains are not: whoever owns one is somebody else.
 *
 * @param bound in its comparable form.
 */
export function fitsBinding(email: string, bound: string): boolean {
  const address = comparableEmail(email);
  return isDomain(bound) ? address.slice(address.lastIndexOf('@')) === bound : address === bound;
}

/**
 * One address in its plain form, without quotes, comments or lists: what others read as two addresses, or as another one,
 * gets no mail of ours.
 */
export const isPlainEmail = (text: string): boolean =>
  text.length <= 254 && /^[^\s@<>()[\]\\,;:"\p{C}]{1,64}@[^\s@<>()[\]\\,;:"\p{C}]+$/u.test(text);
