import { randomBytes } from 'node:crypto';
import type { NewRegistration } from '@portal/shared';
import { deriveKey, hmac } from '../secrets.ts';

export type Idempotency = ReturnType<typeof createIdempotency>;

/**
 * Tells a repeated request from a new one (the Idempotency-Key header). What is kept of a request is MACs alone, of
 * its key and of its whole body, password included: who can repeat the password is the same person.
 *
 * @param secret the one of `APP_SECRET_KEY`'s that signs.
 */
export function createIdempotency(secret: string) {
  const macKey = deriveKey(secret, 'idempotency');

  return {
    /**
     * The same key under the same link is the same registration, whichever process is asked. Hexadecimal: Keycloak's
     * search, by which an account is found again, ignores case.
     */
    registrationId: (invite: string, idempotencyKey: string | undefined): string =>
      idempotencyKey === undefined
        ? randomBytes(16).toString('hex')
        : hmac(macKey, invite, idempotencyKey).subarray(0, 16).toString('hex'),

    /** The same for the same fields, in whatever order they were sent. */
    bodyMac(input: NewRegistration): string {
      const { username, email, firstName, lastName, password, attributes = {} } = input;
      const { locale, acceptedTerms } = input;
      const fields = [username, email, firstName, lastName, password, locale, acceptedTerms];
      const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
      return hmac(macKey, JSON.stringify([fields, sorted])).toString('hex');
    },
  };
}
