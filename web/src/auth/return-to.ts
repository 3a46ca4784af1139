import { inTab } from '../browser/shelf.ts';

/** Where to go on after signing in; kept here, as the realm knows one redirect only. */
const KEY = 'portal.return-to';

/** Pages that only lead elsewhere. */
const PASSAGES = /^\/(?:sign-in|signed-in|welcome)(?:[?#]|$)/;

export const returnTo = {
  set(path: string) {
    if (isOurs(path)) inTab.set(KEY, path);
  },
  /** Takes it away: a later sign-in starts anew. */
  take(): string {
    const path = inTab.get(KEY);
    inTab.remove(KEY);
    return path && isOurs(path) ? path : '/';
  },
};

function isOurs(path: string): boolean {
  return path.startsWith('/') && !path.startsWith('//') && !PASSAGES.test(path);
}
