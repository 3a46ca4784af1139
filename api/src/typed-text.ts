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
  const domain = lower.slice(at + 1);
  return `${lower.slice(0, at)}@${domainToASCII(domain) || domain}`;
}

/**
 * Looks like an address. Whether it is a good one the realm decides; but angle brackets it would take, within quotes, and
 * some mail servers then read another address out of `RCPT TO:<…>`.
 */
export const isEmail = (text: string): boolean =>
  !hasControls(text) && !/[<>]/.test(text) && /^[^\s@]+(?:[^\r\n]*[^\s])?@[^\s@]+$/.test(text);
