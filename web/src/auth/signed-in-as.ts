import { inBrowser } from '../browser/shelf.ts';

/**
 * The name of whoever signed in last in this browser and did not sign out: the public pages say it
 * without asking the realm. A name for people, never proof of anything.
 */
const KEY = 'portal.signed-in-as';

export const signedInAs = {
  get: () => inBrowser.get(KEY),
  set: (name: string) => inBrowser.set(KEY, name),
  clear: () => inBrowser.remove(KEY),
};
