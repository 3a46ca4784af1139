import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { Problem } from '../api/problem.ts';

/** Why no page could be shown, and where it would have gone. `insecure`: plain http, where no browser signs in. */
export interface Trouble {
  reason: 'insecure' | Problem;
  path: string;
  /** A part of the page didn't load: only loading all of it anew helps. */
  reload?: boolean;
}

export const useTroubleStore = defineStore('trouble', () => {
  const trouble = shallowRef<Trouble>();
  return { trouble };
});
