/**
 * Whether the address carries an answer of the realm's sign-in (RFC 6749, 4.1.2): it always has the
 * `state` that was sent. The link "Back to application" of the realm's mails comes here without one.
 */
export function hasSignInResponse(hash: string): boolean {
  return new URLSearchParams(hash.replace(/^#/, '')).has('state');
}
