import type { CurrentRegistration } from '@portal/shared';
import { computed, onMounted, onScopeDispose, ref, shallowRef } from 'vue';
import { useApi } from '../api/api.ts';
import type { Problem } from '../api/problem.ts';
import { problemOf } from '../api/problem.ts';
import { useCountdown } from '../browser/countdown.ts';
import { useLatest } from '../browser/latest.ts';

const FIRST_POLL_MS = 4_000;
const SLOWEST_POLL_MS = 30_000;

/**
 * The sign-up that this browser's cookie stands for. Asks again by itself, ever more rarely, while the page
 * is seen, until the address is confirmed.
 */
export function useCurrentRegistration() {
  const api = useApi().registrations;
  const begin = useLatest();
  const current = shallowRef<CurrentRegistration>();
  const refusal = shallowRef<Problem>();
  const settled = ref(false);
  const resend = useCountdown();
  let pause = FIRST_POLL_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const confirmed = computed(
    () =>
      current.value?.verification === 'verified' || refusal.value?.code === 'registration-complete',
  );
  const unknown = computed(() => refusal.value?.code === 'registration-unknown');

  async function refresh() {
    clearTimeout(timer);
    const stillNewest = begin();
    const answer = await api.current().catch(problemOf);
    if (!stillNewest()) return;
    settled.value = true;
    if ('code' in answer) refusal.value = answer;
    else {
      current.value = answer;
      refusal.value = undefined;
      if (Math.abs(answer.resendAfter - resend.left.value) > 1) resend.start(answer.resendAfter);
    }
    planNext();
  }

  function planNext() {
    if (confirmed.value || unknown.value || document.hidden) return;
    const wait = (refusal.value?.params?.retryAfter ?? 0) * 1000;
    timer = setTimeout(refresh, Math.max(pause, wait));
    pause = Math.min(pause * 1.25, SLOWEST_POLL_MS);
  }

  /** Back from the mail, most likely: looks at once. */
  function seen() {
    clearTimeout(timer);
    if (document.hidden || confirmed.value || unknown.value) return;
    pause = FIRST_POLL_MS;
    void refresh();
  }

  /** @throws ApiError */
  async function sendAgain() {
    await api.sendMail();
    await refresh();
  }

  /** @throws ApiError */
  async function mend(email: string) {
    await api.mend(email);
    pause = FIRST_POLL_MS;
    await refresh();
  }

  onMounted(() => {
    document.addEventListener('visibilitychange', seen);
    void refresh();
  });
  onScopeDispose(() => {
    clearTimeout(timer);
    begin();
    document.removeEventListener('visibilitychange', seen);
  });
  return { current, refusal, settled, confirmed, unknown, resend, refresh, sendAgain, mend };
}
