import { KeycloakAway } from './keycloak-errors.ts';

/** After a call that got no answer, the next ones fail at once for this long. */
const PAUSE_MS = 2_000;

export type Breaker = ReturnType<typeof createBreaker>;

/**
 * Keeps a request that asks Keycloak several things from waiting for a time-out each, and a Keycloak that is down from
 * being asked by everybody: after a pause one call tries, and the others fail at once until that one was answered.
 */
export function createBreaker() {
  let isSilent = false;
  let isTrying = false;
  let openUntil = 0;

  return {
    /** @throws what the call threw; KeycloakAway, not sent, where none is made now. */
    async run<T>(call: () => Promise<T>): Promise<T> {
      if (performance.now() < openUntil || isTrying)
        throw new KeycloakAway(new Error('Keycloak did not answer a moment ago'), false, false);
      const tries = isSilent;
      isTrying ||= tries;
      try {
        const answer = await call();
        isSilent = false;
        return answer;
      } catch (error) {
        isSilent = error instanceof KeycloakAway && error.silent;
        if (isSilent) openUntil = performance.now() + PAUSE_MS;
        throw error;
      } finally {
        if (tries) isTrying = false;
      }
    },
  };
}
