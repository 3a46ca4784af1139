import { expect, test } from 'vitest';
import { anInvite } from '../testing/invites.ts';
import { config } from '../testing/mount-page.ts';
import {
  checkDraft,
  dayOf,
  draftOf,
  emptyDraft,
  placeErrors,
  toChange,
  toNewInvite,
} from './invite-form.ts';

const limits = config.invites;
const start = () => emptyDraft(limits);
const now = new Date(2026, 10, 25, 12);

const invite = anInvite('1', {
  label: 'For Grace',
  expiresAt: '2026-12-25T12:34:56.000Z',
  uses: 1,
  groups: ['/looms'],
});

test('the usual link', () => {
  expect(toNewInvite(start())).toEqual({ days: 30, maxUses: 1 });
});

test('all that can be said of a link', () => {
  const draft = {
    ...start(),
    label: ' For Grace ',
    message: 'Come in',
    ends: 'never' as const,
    many: 'any' as const,
    email: ' grace@example.org ',
    groups: ['/looms'],
  };
  expect(toNewInvite(draft)).toEqual({
    label: 'For Grace',
    message: 'Come in',
    expiresAt: null,
    maxUses: 1,
    email: 'grace@example.org',
    groups: ['/looms'],
  });
});

test('a date is the end of that day where the reader is', () => {
  const { expiresAt } = toNewInvite({ ...start(), ends: 'date', date: '2026-12-25' });
  expect(new Date(expiresAt ?? '')).toEqual(new Date(2026, 11, 25, 23, 59, 59));
  expect(dayOf(new Date(expiresAt ?? ''))).toBe('2026-12-25');
});

test.each([
  [{ days: '0' }, 'days'],
  [{ days: '1.5' }, 'days'],
  [{ days: '' }, 'days'],
  [{ ends: 'date' as const, date: '' }, 'date'],
  [{ ends: 'date' as const, date: '2026-11-24' }, 'date'],
  [{ people: '-1' }, 'people'],
  [{ people: 'many' }, 'people'],
  [{ label: 'x'.repeat(81) }, 'label'],
  [{ message: '🧵'.repeat(501) }, 'message'],
] as const)('%o is wrong at %s', (part, field) => {
  expect(Object.keys(checkDraft({ ...start(), ...part }, limits, now))).toEqual([field]);
});

test('limits of the portal, and signs counted as people count them', () => {
  const tight = { ...limits, maxDays: 10, maxUses: 3 };
  expect(checkDraft({ ...start(), people: '4' }, tight, now)).toEqual({
    days: { code: 'at-most', bound: 10 },
    people: { code: 'at-most', bound: 3 },
  });
  expect(checkDraft({ ...start(), message: '🧵'.repeat(500) }, limits, now)).toEqual({});
});

test('a link for one address is for one person, whatever was chosen before', () => {
  const bound = { ...start(), email: 'grace@example.org' };
  expect(toNewInvite({ ...bound, many: 'any' })).toMatchObject({ maxUses: 1 });
  expect(checkDraft({ ...bound, people: 'many' }, limits, now)).toEqual({});
  const draft = draftOf(invite, limits);
  expect(toChange({ ...draft, email: 'grace@example.org' }, invite, limits)).toEqual({
    email: 'grace@example.org',
    maxUses: 1,
  });
  const odd = { ...invite, email: 'grace@example.org' };
  expect(toChange({ ...draftOf(odd, limits), label: 'x' }, odd, limits)).toEqual({ label: 'x' });
});

test('what the server finds wrong stands at its field', () => {
  expect(
    placeErrors([
      { field: 'maxUses', code: 'too-large', params: { max: 9 } },
      { field: 'groups.0', code: 'group-not-yours' },
      { field: 'revoked', code: 'unknown-field' },
    ]),
  ).toEqual({ people: { code: 'too-large', bound: 9 }, groups: { code: 'group-not-yours' } });
});

test('an edit sends what was changed, and no date that only lost its hour', () => {
  const draft = draftOf(invite, limits);
  expect(toChange(draft, invite, limits)).toEqual({});
  expect(toChange({ ...draft, label: 'For Hedy' }, invite, limits)).toEqual({ label: 'For Hedy' });
  expect(toChange({ ...draft, many: 'any' }, invite, limits)).toEqual({ maxUses: null });
  expect(toChange({ ...draft, ends: 'days', days: '7' }, invite, limits)).toEqual({ days: 7 });
  expect(toChange({ ...draft, groups: [] }, invite, limits)).toEqual({ groups: [] });
});

test('a link for a domain, with or without its sign, is for as many as one says', () => {
  for (const email of ['@example.org', ' example.org '])
    expect(toNewInvite({ ...start(), email, people: '5' })).toEqual({
      ...{ days: 30, maxUses: 5, email: '@example.org' },
    });
  const bound = { ...invite, email: '@example.org', maxUses: 5 };
  expect(toChange({ ...draftOf(bound, limits), email: 'example.org' }, bound, limits)).toEqual({
    email: '@example.org',
  });
});
