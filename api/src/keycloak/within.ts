import type { KeycloakConfig } from '../config.ts';
import { ProblemError } from '../errors.ts';

/** What comes after the longest that one call may take: where it failed, there is time to answer by what is remembered. */
const GRACE_MS = 250;

/** Milliseconds in which a request is answered, whatever it asks Keycloak. */
export const answeredWithinMs = ({ timeoutMs }: Pick<KeycloakConfig, 'timeoutMs'>): number =>
  timeoutMs + GRACE_MS;

/**
 * What comes of asking Keycloak several things, or of waiting for others who ask: all of it within a time.
 *
 * @throws ProblemError `keycloak-away` where it takes longer; what is under way goes on.
 */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new ProblemError('keycloak-away')), milliseconds);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
