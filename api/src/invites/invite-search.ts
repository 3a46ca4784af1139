import type { InviteSort } from '@portal/shared';
import { fieldProblem } from '../errors.ts';
import type { StoredInvite } from './invite-store.ts';

/**
 * How many of a member's links a search looks at, newest first. Redis has no index of their words: they are read, all in
 * one round trip, and so many at the most, however many there are.
 */
export const SEARCHED = 1000;

/** A list by words, or by another order than age. */
export interface InviteSearch {
  q: string;
  sort: InviteSort;
}

/** Whether a list is by words, or in another order than its own. */
export const isSearch = ({ q = '', sort = 'newest' }: Partial<InviteSearch>): boolean =>
  q.trim() !== '' || sort !== 'newest';

/** The links that have every word of the search in their note, address or message, in the order asked for. */
export function searched(invites: readonly StoredInvite[], { q, sort }: InviteSearch) {
  const words = plainLetters(q).split(/\s+/).filter(Boolean);
  const found = invites.filter(({ label, message, email }) => {
    const text = plainLetters(`${label}\n${email ?? ''}\n${message}`);
    return words.every((word) => text.includes(word));
  });
  return sort === 'newest' ? found : found.toSorted(ORDERS[sort]);
}

const NEVER = Number.POSITIVE_INFINITY;
const ORDERS: Record<
  Exclude<InviteSort, 'newest'>,
  (a: StoredInvite, b: StoredInvite) => number
> = {
  ending: (a, b) => compare(a.expiresAt ?? NEVER, b.expiresAt ?? NEVER) || newer(a, b),
  joined: (a, b) => compare(b.uses, a.uses) || newer(a, b),
};
const newer = (a: StoredInvite, b: StoredInvite) => compare(b.createdAt, a.createdAt);
const compare = (a: number, b: number) => (a < b ? -1 : a > b ? 1 : 0);

/** Capitals and accents make no difference to whoever looks for something. */
function plainLetters(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

export const toSearchCursor = (offset: number): string =>
  Buffer.from(`after:${offset}`).toString('base64url');

/** @throws ProblemError `invalid-input` where it is not one of ours. */
export function fromSearchCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const [, offset] = /^after:(\d{1,4})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (offset === undefined) throw fieldProblem('cursor', 'malformed');
  return Number(offset);
}
