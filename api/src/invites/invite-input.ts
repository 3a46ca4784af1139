import type { FieldError, InviteChange } from '@portal/shared';
import type { Config } from '../config.ts';
import { fieldProblem, ProblemError } from '../errors.ts';
import type { Group } from '../keycloak/gateway.ts';
import type { MemberState } from '../members/member-states.ts';
import {
  comparableDomain,
  comparableEmail,
  hasControls,
  hasLineBreak,
  isEmail,
  tidy,
} from '../typed-text.ts';
import type { InviteFields } from './invite-store.ts';

const DAY_MS = 86_400_000;

/**
 * What somebody asks a link to be, checked against what it may be: the same for a new one and for a change.
 *
 * @param now milliseconds since 1970.
 * @returns the fields that were given.
 * @throws ProblemError `invalid-input`, naming each field that is wrong.
 */
export function inviteFields(
  input: InviteChange,
  limits: Config['invites'],
  maker: MemberState,
  now: number,
): Partial<InviteFields> {
  const { days, expiresAt } = input;
  /** How each member of the input becomes fields. A member that is missing here doesn't compile. */
  const readers: { [Member in keyof InviteChange]-?: () => Partial<InviteFields> } = {
    label: () => ({ label: oneLine('label', input.label ?? '') }),
    message: () => ({ message: plainText('message', input.message ?? '') }),
    days: () => ({ expiresAt: end(days, expiresAt, limits, now) }),
    expiresAt: () => ({ expiresAt: end(days, expiresAt, limits, now) }),
    maxUses: () => ({ maxUses: uses(input.maxUses ?? null, limits) }),
    groups: () => ({ groups: givable(input.groups ?? [], limits, maker) }),
    email: () => ({ email: typeof input.email === 'string' ? binding(input.email) : null }),
    revoked: () => ({ revokedAt: input.revoked ? now : null }),
  };
  const errors: FieldError[] = [];
  const fields = Object.entries(readers).map(([member, read]) =>
    Object.hasOwn(input, member) ? gathering(errors, read) : {},
  );
  if (errors.length > 0) throw new ProblemError('invalid-input', { errors });
  return Object.assign({}, ...fields);
}

/** One wrong field doesn't hide the others. */
function gathering(errors: FieldError[], read: () => Partial<InviteFields>): Partial<InviteFields> {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ProblemError && error.errors)) throw error;
    for (const one of error.errors)
      if (!errors.some(({ field }) => field === one.field)) errors.push(one);
    return {};
  }
}

function plainText(field: string, text: string): string {
  if (hasControls(text)) throw fieldProblem(field, 'characters');
  return tidy(text);
}

function oneLine(field: string, text: string): string {
  if (hasLineBreak(text.trim())) throw fieldProblem(field, 'line-break');
  return plainText(field, text);
}

function end(
  days: number | undefined,
  expiresAt: string | null | undefined,
  { maxDays }: Config['invites'],
  now: number,
): number | null {
  if (days !== undefined && expiresAt !== undefined) throw fieldProblem('expiresAt', 'both');
  const field = days === undefined ? 'expiresAt' : 'days';
  const latest = maxDays === null ? null : now + maxDays * DAY_MS;
  const tooLate = () =>
    fieldProblem(field, 'too-late', maxDays === null ? undefined : { max: maxDays });
  if (days === undefined && expiresAt === null) {
    if (latest !== null) throw tooLate();
    return null;
  }
  const time = days === undefined ? Date.parse(expiresAt ?? '') : now + days * DAY_MS;
  if (Number.isNaN(time)) throw fieldProblem(field, 'malformed');
  if (time <= now) throw fieldProblem(field, 'in-the-past');
  if (latest !== null && time > latest) throw tooLate();
  return time;
}

function uses(maxUses: number | null, limits: Config['invites']): number | null {
  if (limits.maxUses !== null && (maxUses === null || maxUses > limits.maxUses))
    throw fieldProblem('maxUses', 'too-large', { max: limits.maxUses });
  return maxUses;
}

/** Groups are kept with their id: another group that takes the path later is another group. */
function givable(paths: string[], limits: Config['invites'], maker: MemberState): Group[] {
  return [...new Set(paths)].map((path) => {
    const group = limits.groups.includes(path)
      ? maker.groups.find((held) => held.path === path)
      : undefined;
    if (!group) throw fieldProblem('groups', 'group-not-yours');
    return group;
  });
}

/** One address, or with nothing before its sign a whole domain. */
function binding(email: string): string {
  if (hasLineBreak(tidy(email))) throw fieldProblem('email', 'line-break');
  if (tidy(email).startsWith('@')) {
    const domain = comparableDomain(email);
    if (domain === undefined) throw fieldProblem('email', 'domain');
    return domain;
  }
  if (!isEmail(tidy(email))) throw fieldProblem('email', 'email');
  return comparableEmail(email);
}
