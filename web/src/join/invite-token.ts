import type { RouteLocationNormalized, RouteLocationRaw } from 'vue-router';
import { useJoinStore } from './join-store.ts';

/** base64url of 32 bytes (`design.md`, "Invite tokens"). */
const TOKEN = /^[\w-]{43}$/;

/**
 * The token in what somebody pasted: the code itself, or a whole link, with whatever a chat put around it.
 */
export function tokenIn(pasted: string): string | undefined {
  const text = pasted.trim().replace(/^[<("'“]+|[>)"'”.,]+$/gu, '');
  const code = text.includes('#') ? text.slice(text.lastIndexOf('#') + 1) : text;
  return TOKEN.test(code) ? code : undefined;
}

/**
 * Takes the token out of the address, so that it is in no bookmark, no history and no screenshot.
 * The store keeps it for a reload.
 */
export function takeTokenFromAddress(to: RouteLocationNormalized): RouteLocationRaw | true {
  if (!to.hash) return true;
  useJoinStore().openWith(decode(to.hash.slice(1)));
  // An address changed by hand on the open page is no navigation that the router would write.
  const { pathname, search, hash } = window.location;
  if (hash) window.history.replaceState(window.history.state, '', pathname + search);
  return { path: to.path, query: to.query, hash: '', replace: true, force: true };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
