/** One thing that a realm lacks. A dry run prints what it is, a run makes it so; there is no other difference. */
export interface Change {
  /** In the words of an order: "create the group /Administrators". */
  what: string;
  /** What has to be there before. */
  after: readonly Change[];
  apply(): Promise<unknown>;
}

/** What a look at one part of a realm brought to light. */
export interface Findings {
  changes: Change[];
  /** Whole sentences, on what is for a person to decide. */
  warnings: string[];
}

/** A sentence for the person at the terminal. It holds no secret. */
export class RealmSetupError extends Error {}

/** Puts what went wrong into a sentence; `doing` is in the words of a change. */
export type Explain = (error: unknown, doing: string) => Error;

/**
 * Makes all changes, side by side where none waits for another. One that fails stops those that wait for it, and no others.
 *
 * @throws RealmSetupError with a sentence for each change that failed.
 */
export async function applyAll(
  changes: readonly Change[],
  { explain, log }: { explain: Explain; log(line: string): void },
): Promise<void> {
  const started = new Map<Change, Promise<void>>();
  const failures: Error[] = [];

  const start = async (change: Change): Promise<void> => {
    await Promise.all(change.after.map(run));
    try {
      await change.apply();
    } catch (error) {
      const failure = explain(error, change.what);
      failures.push(failure);
      throw failure;
    }
    log(`done: ${change.what}`);
  };
  const run = (change: Change): Promise<void> => {
    const running = started.get(change) ?? start(change);
    started.set(change, running);
    return running;
  };

  await Promise.allSettled(changes.map(run));
  const [first, ...others] = failures;
  if (first && others.length === 0) throw first;
  if (first) throw new RealmSetupError(failures.map(({ message }) => message).join('\n'));
}

/** Everything that the parts found, in the order of the parts. */
export function together(parts: readonly Findings[]): Findings {
  return {
    changes: parts.flatMap(({ changes }) => changes),
    warnings: parts.flatMap(({ warnings }) => warnings),
  };
}
