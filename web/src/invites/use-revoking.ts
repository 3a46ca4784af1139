import type { Invite } from '@portal/shared';
import { nextTick, ref, shallowRef } from 'vue';
import type { Problem } from '../api/problem.ts';
import { problemOf } from '../api/problem.ts';
import { useInviteChanges } from './invite-queries.ts';

/**
 * The question before a revocation, and the revocation.
 *
 * @param done what follows on it.
 */
export function useRevoking(done: (invite: Invite) => void) {
  const { revoke, revoking } = useInviteChanges();
  /** What is asked about. */
  const ending = shallowRef<Invite>();
  const problem = shallowRef<Problem>();
  const revokedId = ref<string>();

  function ask(invite: Invite | undefined) {
    problem.value = undefined;
    ending.value = invite;
  }

  async function confirm() {
    const invite = ending.value;
    if (!invite || revoking.value) return;
    try {
      await revoke(invite);
    } catch (thrown) {
      problem.value = problemOf(thrown);
      return;
    }
    revokedId.value = invite.id;
    ask(undefined);
    done(invite);
  }

  /** The button that was pressed has gone: when the question closes, the focus goes to the ticket that it changed. */
  function afterQuestion(event: Event) {
    if (revokedId.value === undefined) return;
    event.preventDefault();
    void focusTicket(revokedId.value);
    revokedId.value = undefined;
  }

  return { ending, problem, revoking, ask, confirm, afterQuestion };
}

export async function focusTicket(id: string) {
  await nextTick();
  document.getElementById(`invite-${id}`)?.focus();
}
