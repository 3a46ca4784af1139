import { defineStore } from 'pinia';
import { ref } from 'vue';
import { inBrowser } from '../browser/shelf.ts';

/** `system`: as the device has it. */
export const SCHEMES = ['system', 'light', 'dark'] as const;
export type Scheme = (typeof SCHEMES)[number];

const STORED = 'portal.scheme';

export function keptScheme(): Scheme {
  const kept = inBrowser.get(STORED);
  return SCHEMES.find((scheme) => scheme === kept) ?? 'system';
}

/** The style sheet does the rest. */
export function showScheme(scheme: Scheme): void {
  const { dataset } = document.documentElement;
  if (scheme === 'system') delete dataset.scheme;
  else dataset.scheme = scheme;
}

/** Light or dark, as it was chosen in this browser. */
export const useSchemeStore = defineStore('scheme', () => {
  const scheme = ref(keptScheme());

  function choose(chosen: Scheme) {
    scheme.value = chosen;
    inBrowser.set(STORED, chosen);
    showScheme(chosen);
  }

  return { scheme, choose };
});
