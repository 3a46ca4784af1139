import type { InviteLookup, NewRegistration, Registration } from '@portal/shared';
import { ref, shallowRef } from 'vue';
import { useApi } from '../api/api.ts';
import type { Problem } from '../api/problem.ts';
import { problemOf } from '../api/problem.ts';
import { useCountdown } from '../browser/countdown.ts';
import { createAttemptKeys, isUndecided } from './attempt-key.ts';
import type { WrongFields } from './sign-up-check.ts';
import { TERMS } from './use-terms.ts';

const BUSY_SECONDS = 5;

/** Sends a sign-up: one at a time, and never twice for one press or a retry. */
export function useSignUp(lookup: InviteLookup, sendAgain: () => void) {
  const api = useApi().registrations;
  const keys = createAttemptKeys();
  const sending = ref(false);
  const problem = shallowRef<Problem>();
  const wrong = shallowRef<WrongFields>({});
  const wait = useCountdown(() => {
    if (problem.value?.code === 'invite-busy') sendAgain();
    else problem.value = undefined;
  });

  /** @returns the account, or undefined where `problem` and `wrong` say what stands in the way. */
  async function send(registration: NewRegistration): Promise<Registration | undefined> {
    if (sending.value) return undefined;
    sending.value = true;
    wait.stop();
    problem.value = undefined;
    try {
      const made = await api.create(registration, keys.keyFor(registration));
      keys.settle();
      return made;
    } catch (error) {
      refuse(problemOf(error));
      return undefined;
    } finally {
      sending.value = false;
    }
  }

  function refuse(refusal: Problem) {
    if (!isUndecided(refusal)) keys.settle();
    problem.value = refusal;
    wrong.value = byField(refusal);
    if (refusal.code === 'invite-busy' || refusal.code === 'too-many-requests')
      wait.start(refusal.params?.retryAfter ?? BUSY_SECONDS);
  }

  /** At the fields that the form shows; `attributes.city` is the field `city`. */
  function byField({ errors = [] }: Problem): WrongFields {
    const shown = new Set([...lookup.fields.map(({ name }) => name), 'password', TERMS]);
    const found: WrongFields = {};
    for (const { field, ...error } of errors) {
      const name =
        field === 'acceptedTerms'
          ? TERMS
          : field.replace(/^attributes\./, '').replace(/\.\d+$/, '');
      if (shown.has(name)) found[name] ??= error;
    }
    return found;
  }

  return { sending, problem, wrong, wait, send };
}
