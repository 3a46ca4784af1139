import type { Problem } from '../api/problem.ts';

const ENDS: readonly string[] = [
  'invite-unknown',
  'invite-expired',
  'invite-revoked',
  'invite-used-up',
  'invite-paused',
];

/** Whether nobody can join by the link any more, or for now. */
export const endsLink = ({ code }: Problem): boolean => ENDS.includes(code);
