import type { NewRegistration, SignUpField } from '@portal/shared';
import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../src/errors.ts';
import type { SignUpProfile } from '../../src/keycloak/user-profile.ts';
import { otherSpelling, signUpForm } from '../../src/registrations/sign-up-input.ts';

const field = (name: string, more: Partial<SignUpField> = {}): SignUpField => ({
  ...{ name, label: '', help: '', placeholder: '', kind: 'text', required: true },
  ...{ multivalued: false, options: [] },
  ...more,
});
const profile: SignUpProfile = {
  fields: [
    field('username'),
    field('email'),
    field('firstName'),
    field('lastName'),
    field('city', { required: false }),
    field('skills', { required: false, multivalued: true }),
    field('about', { required: false, kind: 'textarea' }),
    field('born', { required: false, kind: 'date' }),
    field('since', { required: false, kind: 'date' }),
  ],
  emailAsUsername: false,
  keepsLocale: true,
  languages: ['en', 'de'],
  localDates: new Set(['born']),
  defaultLanguage: 'de',
  ready: true,
};
const grace: NewRegistration = {
  ...{ token: '', username: 'grace', email: 'grace@example.org', password: 'secret' },
  ...{ firstName: 'Grace', lastName: 'Hopper' },
};
const form = (more: Partial<NewRegistration>, changes: Partial<SignUpProfile> = {}) =>
  signUpForm({ ...grace, ...more }, { ...profile, ...changes }, null);

/** What is wrong, as `field code`. */
function errorsOf(read: () => unknown): string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return (error.errors ?? []).map(({ field: at, code }) => `${at} ${code}`);
  }
}

describe('what was typed', () => {
  test('loses the white space around it, and is NFC', () => {
    const typed = {
      username: ' zoe\u0308 ',
      email: '\u00a0Zoe@Example.org\t',
      firstName: 'Zoe\u0308 ',
      lastName: ' van der Berg',
      attributes: { city: [' Ko\u0308ln '], skills: ['weaving ', '  ', ' dyeing'] },
    };
    expect(form(typed)).toEqual({
      username: 'zoë',
      email: 'Zoe@Example.org',
      firstName: 'Zoë',
      lastName: 'van der Berg',
      attributes: { city: ['Köln'], skills: ['weaving', 'dyeing'] },
    });
  });

  test.each([
    [{ username: '' }, 'username required'],
    [{ lastName: '   ' }, 'lastName required'],
    [{ lastName: '\u00a0' }, 'lastName required'],
    [{ email: ' ' }, 'email required'],
    [{ email: 'grace' }, 'email email'],
    [{ email: 'a@b.org\r\nBcc: c@d.org' }, 'email line-break'],
    [{ username: 'grace@example.org' }, 'username at-sign'],
    [{ firstName: 'Grace\nHopper' }, 'firstName line-break'],
    [{ firstName: 'Gr\u0000ace' }, 'firstName characters'],
    [{ lastName: 'gro\u202egnp' }, 'lastName characters'],
    [{ attributes: { city: ['a', 'b'] } }, 'attributes.city too-many'],
    [{ attributes: { city: ['a\nb'] } }, 'attributes.city line-break'],
    [{ attributes: { about: ['a\u0007b'] } }, 'attributes.about characters'],
    [{ attributes: { portal: ['x'] } }, 'attributes.portal unknown-field'],
    [{ attributes: { 'portal.invite': ['x'] } }, 'attributes.portal.invite unknown-field'],
    [{ attributes: { email: ['a@b.org'] } }, 'attributes.email unknown-field'],
    [{ attributes: { __proto__x: ['x'] } }, 'attributes.__proto__x unknown-field'],
    [{ attributes: { constructor: ['x'] } }, 'attributes.constructor unknown-field'],
  ])('is refused at its field: %j', (typed, error) => {
    expect(errorsOf(() => form(typed))).toEqual([error]);
  });

  test('is named all at once where several are wrong', () => {
    const typed = { username: 'a@b', lastName: '', email: 'x', attributes: { x: ['y'] } };
    expect(errorsOf(() => form(typed)).sort()).toEqual([
      'attributes.x unknown-field',
      'email email',
      'lastName required',
      'username at-sign',
    ]);
  });

  test('may have line breaks in a long text', () => {
    expect(form({ attributes: { about: ['one\r\ntwo'] } }).attributes).toEqual({
      about: ['one\r\ntwo'],
    });
  });

  test('is left to the realm in all else', () => {
    const typed = { username: '日本', firstName: "D'Arc & <b>", lastName: 'Ж', email: '"a@b"@c' };
    expect(form(typed)).toMatchObject(typed);
  });
});

describe('what the realm asks for', () => {
  const needed = [...profile.fields, field('guild')];

  test('must be there', () => {
    expect(errorsOf(() => form({}, { fields: needed }))).toEqual(['attributes.guild required']);
    const blank = { attributes: { guild: ['', '  '] } };
    expect(errorsOf(() => form(blank, { fields: needed }))).toEqual(['attributes.guild required']);
  });

  test('may be without names, and then takes none', () => {
    const fields = [field('username'), field('email')];
    const { firstName: _first, lastName: _last, ...nameless } = grace;
    expect(signUpForm(nameless, { ...profile, fields }, null)).toMatchObject({
      firstName: undefined,
      lastName: undefined,
    });
    expect(errorsOf(() => form({}, { fields }))).toEqual([
      'firstName read-only',
      'lastName read-only',
    ]);
  });

  test('is no username where the e-mail is it', () => {
    const fields = profile.fields.filter(({ name }) => name !== 'username');
    const changes = { fields, emailAsUsername: true };
    expect(errorsOf(() => form({}, changes))).toEqual(['username read-only']);
    expect(form({ username: '' }, changes).username).toBeUndefined();
  });
});

describe('a language', () => {
  test.each([
    ['de', {}, ['de']],
    ['fr', {}, undefined],
    ['de', { keepsLocale: false }, undefined],
  ])('%s is kept where the realm speaks it and keeps it: %j', (locale, changes, kept) => {
    expect(form({ locale }, changes).attributes.locale).toEqual(kept);
  });
});

describe('a date', () => {
  test.each([
    ['de', '03.02.2001'],
    ['en', '2/3/2001'],
    ['nl', '03-02-2001'],
    ['fr', '03/02/2001'],
  ])('goes to a local-date as the realm’s default language writes it: %s', (language, kept) => {
    const attributes = { born: ['2001-02-03'], since: ['2001-02-03'] };
    expect(form({ attributes }, { defaultLanguage: language }).attributes).toEqual({
      born: [kept],
      since: ['2001-02-03'],
    });
  });

  test('that is none goes as it is', () => {
    const attributes = { born: ['2001-02-31x'] };
    expect(form({ attributes }).attributes).toEqual(attributes);
  });
});

describe('a link for one address', () => {
  const bound = (email: string, to: string) =>
    errorsOf(() => signUpForm({ ...grace, email }, profile, to));

  test.each([
    ['Grace@Example.ORG', 'grace@example.org'],
    ['g@bücher.example', 'g@xn--bcher-kva.example'],
    ['g@XN--bcher-kva.example', 'g@xn--bcher-kva.example'],
  ])('lets %s in', (email, to) => {
    expect(bound(email, to)).toEqual([]);
  });

  test('of a whole domain lets its addresses in, and no others', () => {
    expect(bound('grace@Example.org', '@example.org')).toEqual([]);
    expect(bound('grace@sub.example.org', '@example.org')).toEqual(['email email-domain']);
  });

  test.each(['grace+tag@example.org', 'grace@example.com', '"grace@example.org"@x.org'])(
    'keeps %s out',
    (email) => {
      expect(bound(email, 'grace@example.org')).toEqual(['email email-bound']);
    },
  );
});

test.each([
  ['g@bücher.example', 'g@xn--bcher-kva.example'],
  ['G@xn--bcher-kva.example', 'g@bücher.example'],
  ['g@example.org', undefined],
])('the other spelling of %s is %s', (email, other) => {
  expect(otherSpelling(email)).toBe(other);
});
