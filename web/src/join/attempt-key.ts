import type { NewRegistration } from '@portal/shared';
import type { Problem } from '../api/problem.ts';
import { inTab, recall } from '../browser/shelf.ts';

const STORED = 'portal.join.attempt';

/**
 * The `Idempotency-Key` of a sign-up. The same one goes with the same body until a definite answer came:
 * so a retry after a cut line makes no second account, and a corrected form is a new attempt.
 */
export function createAttemptKeys() {
  let last: { key: string; body: string } | undefined;

  return {
    keyFor(registration: NewRegistration): string {
      const body = JSON.stringify(registration);
      if (last?.body === body) return last.key;
      const kept = recall(inTab, STORED, isKept);
      // After a reload the body is compared without the password, which is kept nowhere.
      const key = !last && kept?.body === withoutPassword(registration) ? kept.key : randomKey();
      last = { key, body };
      inTab.set(STORED, JSON.stringify({ key, body: withoutPassword(registration) }));
      return key;
    },
    /** The server has decided: what is sent next is another attempt. */
    settle() {
      last = undefined;
      inTab.remove(STORED);
    },
  };
}

const UNDECIDED: readonly Problem['code'][] = ['invite-busy', 'too-many-requests', 'unreachable'];

/** Whether an answer leaves open what became of the attempt. */
export function isUndecided({ code, status }: Problem): boolean {
  return UNDECIDED.includes(code) || status >= 500;
}

function withoutPassword({ password: _, ...rest }: NewRegistration): string {
  return JSON.stringify(rest);
}

/** 128 bits; `crypto.randomUUID` is missing on plain http, this is not. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

function isKept(value: unknown): value is { key: string; body: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'key' in value &&
    'body' in value &&
    typeof value.key === 'string' &&
    typeof value.body === 'string'
  );
}
