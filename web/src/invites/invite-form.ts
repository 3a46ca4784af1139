import type {
  FieldError,
  FieldErrorCode,
  Invite,
  InviteChange,
  InviteLimits,
  NewInvite,
} from '@portal/shared';

/** What the options hold while they are typed: texts, as the controls have them. */
export interface InviteDraft {
  label: string;
  message: string;
  ends: 'days' | 'date' | 'never';
  days: string;
  /** A day where the reader is: `2026-12-25`. */
  date: string;
  many: 'some' | 'any';
  people: string;
  email: string;
  groups: string[];
}

export type DraftField = 'label' | 'message' | 'days' | 'date' | 'people' | 'email' | 'groups';
export interface DraftError {
  code: FieldErrorCode | 'whole-number' | 'at-most' | 'choose-date';
  /** The most or the least that may be. */
  bound?: number;
}
export type DraftErrors = Partial<Record<DraftField, DraftError>>;

export function emptyDraft(limits: InviteLimits): InviteDraft {
  return {
    label: '',
    message: '',
    ends: 'days',
    days: String(limits.defaultDays),
    date: '',
    many: 'some',
    people: '1',
    email: '',
    groups: [],
  };
}

export function draftOf(invite: Invite, limits: InviteLimits): InviteDraft {
  return {
    ...emptyDraft(limits),
    label: invite.label,
    message: invite.message,
    ends: invite.expiresAt === null ? 'never' : 'date',
    date: invite.expiresAt === null ? '' : dayOf(new Date(invite.expiresAt)),
    many: invite.maxUses === null ? 'any' : 'some',
    people: String(invite.maxUses ?? 1),
    email: invite.email ?? '',
    groups: [...invite.groups],
  };
}

/** What is surely wrong; the rest is the server's to say. */
export function checkDraft(
  draft: InviteDraft,
  limits: InviteLimits,
  now = new Date(),
): DraftErrors {
  const errors: DraftErrors = {};
  const days = checkWhole(draft.days, limits.maxDays);
  const people = checkWhole(draft.people, limits.maxUses);
  if (length(draft.label) > limits.labelLength)
    errors.label = { code: 'too-long', bound: limits.labelLength };
  if (length(draft.message) > limits.messageLength)
    errors.message = { code: 'too-long', bound: limits.messageLength };
  if (draft.ends === 'days' && days) errors.days = days;
  if (draft.ends === 'date' && !(endOfDay(draft.date) > now)) errors.date = { code: 'choose-date' };
  if (draft.many === 'some' && !isBound(draft) && people) errors.people = people;
  return errors;
}

/** In code points, as the limits are; a control's own `maxlength` counts otherwise, and cuts in silence. */
function length(text: string): number {
  return [...text.trim()].length;
}

function checkWhole(text: string, most: number | null) {
  const number = Number(text.trim());
  if (!Number.isInteger(number) || number < 1) return { code: 'whole-number' as const };
  return most !== null && number > most ? { code: 'at-most' as const, bound: most } : undefined;
}

/** Whether the link is for one address, and so for one person. */
export function isBound(draft: InviteDraft): boolean {
  const whom = boundTo(draft.email);
  return whom !== '' && !whom.startsWith('@');
}

/** Whom the link is for: an address, or a whole domain, which people also write without its sign. */
export function boundTo(typed: string): string {
  const text = typed.trim();
  return /^[^\s@]+\.[^\s@]+$/.test(text) ? `@${text}` : text;
}

function maxUsesOf(draft: InviteDraft): number | null {
  if (isBound(draft)) return 1;
  return draft.many === 'any' ? null : Number(draft.people);
}

/** The server's names of the fields, and where each stands here. */
const PLACES: Partial<Record<string, DraftField>> = {
  label: 'label',
  message: 'message',
  days: 'days',
  expiresAt: 'date',
  maxUses: 'people',
  email: 'email',
  groups: 'groups',
};

/** What the server found wrong, where it stands in the options. */
export function placeErrors(found: readonly FieldError[] = []): DraftErrors {
  const errors: DraftErrors = {};
  for (const { field, code, params } of found) {
    const place = PLACES[field.split('.')[0] ?? ''];
    const bound = params?.max ?? params?.min;
    if (place) errors[place] = { code, ...(bound !== undefined && { bound }) };
  }
  return errors;
}

export function toNewInvite(draft: InviteDraft): NewInvite {
  return {
    ...(draft.label.trim() && { label: draft.label.trim() }),
    ...(draft.message.trim() && { message: draft.message.trim() }),
    ...ending(draft),
    maxUses: maxUsesOf(draft),
    ...(draft.groups.length > 0 && { groups: draft.groups }),
    ...(boundTo(draft.email) && { email: boundTo(draft.email) }),
  };
}

/** Only what differs from the invite as it is, so that two people's edits don't undo each other. */
export function toChange(draft: InviteDraft, invite: Invite, limits: InviteLimits): InviteChange {
  const before = draftOf(invite, limits);
  const differs = (...names: (keyof InviteDraft)[]) =>
    names.some((name) => String(draft[name]) !== String(before[name]));
  return {
    ...(differs('label') && { label: draft.label.trim() }),
    ...(differs('message') && { message: draft.message.trim() }),
    ...(differs('ends', draft.ends === 'days' ? 'days' : 'date') && ending(draft)),
    ...(differs('many', 'people', 'email') &&
      maxUsesOf(draft) !== invite.maxUses && { maxUses: maxUsesOf(draft) }),
    ...(differs('groups') && { groups: draft.groups }),
    ...(differs('email') && { email: boundTo(draft.email) || null }),
  };
}

function ending(draft: InviteDraft): Pick<NewInvite, 'days' | 'expiresAt'> {
  if (draft.ends === 'days') return { days: Number(draft.days) };
  return { expiresAt: draft.ends === 'never' ? null : endOfDay(draft.date).toISOString() };
}

/** The last second of a day where the reader is; an invalid date for none. */
function endOfDay(day: string): Date {
  return new Date(`${day}T23:59:59`);
}

export function dayOf(date: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
