import { computed } from 'vue';
import { useConfigStore } from '../shell/config-store.ts';
import type { WrongFields } from './sign-up-check.ts';

/** Where the draft and what is wrong keep the terms: no field of the realm's can be called so. */
export const TERMS = 'portal.terms';

/**
 * The page that has to be accepted to sign up, where the community has one.
 *
 * @param values of the draft; what was accepted is kept there with its version, so that another version is another question.
 */
export function useTerms(values: Record<string, string[]>) {
  const configs = useConfigStore();
  const terms = computed(() => configs.config?.pages.find((page) => page.terms));
  const accepted = computed(
    () => terms.value !== undefined && values[TERMS]?.[0] === terms.value.version,
  );

  return {
    terms,
    accepted,
    accept(on: boolean) {
      values[TERMS] = on && terms.value ? [terms.value.version] : [];
    },
    check: (): WrongFields =>
      terms.value && !accepted.value ? { [TERMS]: { code: 'required' } } : {},
    /** For the body of the sign-up. */
    acceptance: () => (terms.value && accepted.value ? { acceptedTerms: terms.value.version } : {}),
    /** They are others by now; where that can't be found out, the next try does. */
    renew: () => configs.reload().catch(() => undefined),
  };
}
