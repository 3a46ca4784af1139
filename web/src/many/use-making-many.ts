import type { Invite } from '@portal/shared';
import { computed, onScopeDispose, ref, shallowReactive, shallowRef } from 'vue';
import { useApi } from '../api/api.ts';
import { type Problem, problemOf } from '../api/problem.ts';
import { useInviteLists } from '../invites/invite-queries.ts';
import { type Row, toInvite } from './rows.ts';

/** How it stands with a row. What was made is made, whether or not its mail went. */
export interface Result {
  row: Row;
  /** The same for the same row of the same list, over a reload too. */
  key: string;
  state: 'waiting' | 'making' | 'made' | 'failed';
  mail: 'none' | 'wanted' | 'sending' | 'sent' | 'failed';
  invite?: Invite;
  problem?: Problem;
}

/** By the key of a row. */
export interface MailMemory {
  has(key: string): boolean;
  add(key: string): void;
}

/** What a pause may last at the most: after a longer one somebody should look. */
const LONGEST_PAUSE_S = 120;
const PAUSES = 5;

/** What ends all of it, because no other row would fare better: the rest keeps waiting. */
const ENDS_ALL = new Set<Problem['code']>(['not-signed-in', 'not-a-member', 'unreachable']);

/**
 * Makes a link for each row, one after the other, at the server's pace.
 *
 * @param batch a name of the list's own: the same row under the same name is the same link, however often it is asked for.
 * @param mails remembers which mails went, also over a reload: a mail, unlike a link, would go twice.
 */
export function useMakingMany(batch: () => string, mails: MailMemory) {
  const api = useApi().invites;
  const lists = useInviteLists();
  const results = shallowRef<Result[]>([]);
  const running = ref(false);
  const stopped = shallowRef<Problem>();
  /** Seconds that the server asked us to wait. */
  const pause = ref(0);
  let starting = false;
  let leaving = false;
  let endPause = () => {};
  onScopeDispose(() => {
    leaving = true;
    endPause();
  });

  const done = computed(() => results.value.filter(isOver).length);
  const failed = computed(() => results.value.filter(hasFailed).length);

  async function waitFor(seconds: number): Promise<void> {
    pause.value = seconds;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    pause.value = 0;
  }

  /** Waits where the server says how long, and asks again. */
  async function politely<T>(ask: () => Promise<T>): Promise<T> {
    for (let pauses = 0; ; pauses++) {
      try {
        return await ask();
      } catch (error) {
        const { code, params, status } = problemOf(error);
        const seconds = params?.retryAfter;
        const passes = code === 'too-many-requests' || (status === 503 && code !== 'mail-away');
        if (!passes || seconds === undefined || seconds > LONGEST_PAUSE_S) throw error;
        if (leaving || pauses >= PAUSES) throw error;
        await waitFor(seconds);
      }
    }
  }

  async function make(result: Result): Promise<void> {
    if (result.state === 'made') return;
    result.state = 'making';
    result.invite = await politely(() => api.make(toInvite(result.row), result.key));
    result.state = 'made';
  }

  async function mail(result: Result, language: string): Promise<void> {
    const { invite } = result;
    if (!invite || result.mail === 'none' || result.mail === 'sent') return;
    if (mails.has(result.key)) {
      result.mail = 'sent';
      return;
    }
    result.mail = 'sending';
    await politely(() => api.mail(invite.id, { email: result.row.email, language }));
    mails.add(result.key);
    result.mail = 'sent';
  }

  async function one(result: Result, language: string): Promise<void> {
    delete result.problem;
    try {
      await make(result);
      await mail(result, language);
    } catch (error) {
      const problem = problemOf(error);
      const ends = ENDS_ALL.has(problem.code);
      if (result.state === 'made') result.mail = ends ? 'wanted' : 'failed';
      else result.state = ends ? 'waiting' : 'failed';
      if (ends) stopped.value = problem;
      else result.problem = problem;
    }
  }

  /** Those that are still to be done, and those that failed. */
  async function run(language: string): Promise<void> {
    if (running.value) return;
    running.value = true;
    stopped.value = undefined;
    for (const result of results.value.filter((each) => !isDone(each))) {
      if (leaving || stopped.value) break;
      await one(result, language);
    }
    running.value = false;
    lists.changed();
  }

  return {
    ...{ results, running, stopped, pause, done, failed },
    /** @param wanted whether to mail each link to the address of its row. */
    async start(rows: readonly Row[], wanted: boolean, language: string): Promise<void> {
      if (starting) return;
      starting = true;
      const keys = await keysOf(rows, batch()).finally(() => {
        starting = false;
      });
      results.value = rows.map((row, i) =>
        shallowReactive<Result>({
          row,
          key: keys[i] ?? '',
          state: 'waiting',
          mail: wanted && row.email !== '' ? 'wanted' : 'none',
        }),
      );
      return run(language);
    },
    again: run,
    clear() {
      results.value = [];
      stopped.value = undefined;
    },
  };
}

/**
 * A key for each row, by what is in it. Rows that are the same are told apart by their number among them: one that is put
 * in before changes no other's key.
 */
async function keysOf(rows: readonly Row[], batch: string): Promise<string[]> {
  const texts = rows.map((row) => JSON.stringify(toInvite(row)));
  const seen = new Map<string, number>();
  return Promise.all(
    texts.map(async (text) => {
      const nth = seen.get(text) ?? 0;
      seen.set(text, nth + 1);
      const bytes = new TextEncoder().encode(`${batch} ${nth} ${text}`);
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    }),
  );
}

export const isDone = ({ state, mail }: Result) =>
  state === 'made' && (mail === 'none' || mail === 'sent');
export const hasFailed = ({ state, mail }: Result) => state === 'failed' || mail === 'failed';
const isOver = (result: Result) => isDone(result) || hasFailed(result);
