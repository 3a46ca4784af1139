/** Where on its way a call is kept: before the server has it, or after the server did it and before the caller hears. */
export type Place = 'before' | 'after';

/** The next call that fits is kept back, for as long as a test wants it to be. */
export interface Hold {
  /** Settles when the call is there. */
  reached: Promise<void>;
  /** The call goes on, whether or not its caller is still there. */
  release(): void;
  /** The call is lost, and so is its connection. */
  drop(): void;
}

interface Waiting<Call> {
  place: Place;
  matches(call: Call): boolean;
  reach(): void;
  outcome: Promise<'release' | 'drop'>;
}

/** What a proxy asks at each call whether to keep it. A hold keeps one call. */
export function createHolds<Call>() {
  const waiting = new Set<Waiting<Call>>();
  return {
    hold(place: Place, matches: (call: Call) => boolean): Hold {
      const reached = Promise.withResolvers<void>();
      const outcome = Promise.withResolvers<'release' | 'drop'>();
      const entry = { place, matches, reach: reached.resolve, outcome: outcome.promise };
      waiting.add(entry);
      const end = (how: 'release' | 'drop') => {
        waiting.delete(entry);
        outcome.resolve(how);
      };
      return {
        reached: reached.promise,
        release: () => end('release'),
        drop: () => end('drop'),
      };
    },

    /** Undefined where nobody waits for this call. */
    take(place: Place, call: Call): Pick<Waiting<Call>, 'reach' | 'outcome'> | undefined {
      for (const entry of waiting) {
        if (entry.place !== place || !entry.matches(call)) continue;
        waiting.delete(entry);
        return entry;
      }
      return undefined;
    },
  };
}
