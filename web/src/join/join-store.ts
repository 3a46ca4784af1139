import type { MailState } from '@portal/shared';
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import { inTab, recall } from '../browser/shelf.ts';

const TOKEN = 'portal.join.token';
const JOINED = 'portal.join.joined';

/** The sign-up that was made in this tab. */
export interface Joined {
  token: string;
  username: string;
  email: string;
  firstName: string;
  verification: MailState;
}

/** What a sign-up needs beyond one page: the link it came by, and what came of it. A reload keeps both. */
export const useJoinStore = defineStore('join', () => {
  const token = ref(inTab.get(TOKEN));
  const joined = shallowRef(recall(inTab, JOINED, isJoined));

  function openWith(newToken: string | undefined) {
    token.value = newToken;
    if (newToken) inTab.set(TOKEN, newToken);
    else inTab.remove(TOKEN);
  }

  function finish(done: Joined) {
    joined.value = done;
    inTab.set(JOINED, JSON.stringify(done));
  }

  return { token, joined, openWith, finish };
});

function isJoined(value: unknown): value is Joined {
  return (
    typeof value === 'object' &&
    value !== null &&
    'token' in value &&
    'email' in value &&
    typeof value.token === 'string' &&
    typeof value.email === 'string'
  );
}
