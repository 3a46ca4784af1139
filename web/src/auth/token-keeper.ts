import { problem } from '../api/problem.ts';
import type { Realm } from './realm.ts';

/** Renewed when this many seconds are left, or a third of a token's life where that is shorter. */
const MARGIN_SECONDS = 30;
/** Never asked for more often, however short the tokens get. */
const GAP_SECONDS = 5;
/** A timer of a browser holds at most 2^31 ms; a token may live longer. */
const LONGEST_WAIT_SECONDS = 3600;

export interface TokenKeeper {
  fresh(): Promise<string>;
  replace(refused: string): Promise<string>;
  end(): void;
}

/**
 * Keeps the access token fresh while the page stays open: ahead of its end, one request at a time, and
 * without a storm when the realm's tokens get shorter towards the end of a session or a laptop slept.
 * `onOver` is called once.
 */
export function createTokenKeeper(
  realm: Pick<Realm, 'token' | 'renew'>,
  onOver: () => void,
): TokenKeeper {
  let over = false;
  let renewing: Promise<void> | undefined;
  let lastTry = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const secondsLeft = () => realm.token()?.secondsLeft ?? 0;
  const margin = () => Math.min(MARGIN_SECONDS, (realm.token()?.lifetime ?? 0) / 3);
  const justTried = () => Date.now() - lastTry < GAP_SECONDS * 1000;

  function end() {
    if (over) return;
    over = true;
    clearTimeout(timer);
    onOver();
  }

  function plan() {
    const wait = Math.max(GAP_SECONDS, secondsLeft() - margin());
    clearTimeout(timer);
    timer = setTimeout(tryRenew, Math.min(wait, LONGEST_WAIT_SECONDS) * 1000);
  }

  /** By the timer: what can't be had now is asked for again, by the next timer or the next request. */
  function tryRenew() {
    if (secondsLeft() > margin()) plan();
    else void renew();
  }

  function renew(): Promise<void> {
    renewing ??= ask().finally(() => {
      renewing = undefined;
    });
    return renewing;
  }

  async function ask() {
    lastTry = Date.now();
    const answer = await realm.renew();
    // A new token that has already ended says that the session does.
    if (answer === 'refused' || (answer === 'renewed' && secondsLeft() <= 0)) end();
    else plan();
  }

  async function renewUnlessJustTried() {
    if (renewing || !justTried()) await renew();
  }

  function current(): string {
    if (over) throw problem('not-signed-in', 'The session is over.', 401);
    const token = realm.token();
    if (!token || token.secondsLeft <= 0)
      throw problem('keycloak-away', 'The sign-in server does not answer.');
    return token.value;
  }

  plan();
  return {
    async fresh() {
      if (!over && secondsLeft() <= margin()) await renewUnlessJustTried();
      return current();
    },
    async replace(refused) {
      if (!over && realm.token()?.value === refused) await renewUnlessJustTried();
      return current();
    },
    end,
  };
}
