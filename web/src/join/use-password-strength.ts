import { shallowRef } from 'vue';
import { useLatest } from '../browser/latest.ts';

/** Who types is not measured at each sign. */
const REST_MS = 250;

/** How hard a password is to guess. It is advice: what a password must be, the realm decides. */
export function usePasswordStrength() {
  /** From 0 to 4; undefined: not measured. */
  const strength = shallowRef<number>();
  const begin = useLatest();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const load = () => import('./measure-password.ts');

  async function measure(password: string, known: string[], stillNewest: () => boolean) {
    // Where it can't be loaded, the form works without.
    const loaded = await load().catch(() => undefined);
    if (loaded && stillNewest()) strength.value = loaded.measurePassword(password, known);
  }

  return {
    strength,
    /** It is about to be typed. */
    prepare: () => void load().catch(() => undefined),
    /** @param known of the one who types: name, address. */
    typed(password: string, known: string[]): void {
      const stillNewest = begin();
      clearTimeout(timer);
      if (password === '') strength.value = undefined;
      else timer = setTimeout(() => void measure(password, known, stillNewest), REST_MS);
    },
  };
}
