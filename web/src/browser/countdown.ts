import { computed, onScopeDispose, ref } from 'vue';
import { useTimes } from '../i18n/times.ts';

/** Seconds left, counted by the clock: a tab that slept doesn't lag behind. */
export function useCountdown(done?: () => void) {
  const { clock: inMinutes } = useTimes();
  const left = ref(0);
  let end = 0;
  let timer: ReturnType<typeof setInterval> | undefined;

  function stop() {
    clearInterval(timer);
    timer = undefined;
    left.value = 0;
  }

  function tick() {
    left.value = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    if (left.value > 0) return;
    stop();
    done?.();
  }

  /** @param seconds how long; 0 stops it without calling `done`. */
  function start(seconds: number) {
    stop();
    if (seconds <= 0) return;
    end = Date.now() + seconds * 1000;
    left.value = Math.ceil(seconds);
    timer = setInterval(tick, 250);
  }

  onScopeDispose(stop);
  const clock = computed(() => inMinutes(left.value));
  return { left, clock, start, stop };
}
