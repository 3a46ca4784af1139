import { KeycloakAway } from './keycloak-errors.ts';

/** After a call that got no answer, the next ones fail at once for this long. */
const PAUSE_MS = 2_000;

export type Breaker = ReturnType<typeof createBreaker>;

/**
 * Keeps a request that asks Keycloak several things from waiting for a time-out each, and a Keycloak that is down from
 * being asked by everybody.
 */
export function createBreaker() {
  let openUntil = 0;

  return {
    /** @throws KeycloakAway, not sent, within the pause. */
    check(): void {
      if (performance.now() < openUntil)
        throw new KeycloakAway(new Error('Keycloak did not answer a moment ago'), false, false);
    },
    /** Looks at what a call threw. */
    note(error: unknown): void {
      if (error instanceof KeycloakAway && error.silent) openUntil = performance.now() + PAUSE_MS;
    },
  };
}
