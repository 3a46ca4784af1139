import type { InviteLookup, NewRegistration, Problem, SignUpField } from '@portal/shared';
import { afterAll, describe, expect, test } from 'vitest';
import { startPortal } from '../support/portal.ts';
import { accountsOf, makeInvite, signUpBody } from '../support/sign-ups.ts';

const portal = await startPortal({ newRealm: { defaultLocale: 'de' } });
const { api, realm } = portal;
const ada = await realm.member('ada');
// Before the profile asks for more than she has filled in.
const link = await makeInvite(api, ada, { maxUses: null });
afterAll(() => portal.stop());

await realm.declare(
  {
    name: 'city',
    displayName: `\${town}`,
    required: { roles: ['user'] },
    validations: { options: { options: ['koeln', 'berlin'] } },
    annotations: { inputType: 'select', inputOptionLabelsI18nPrefix: 'town.option' },
  },
  {
    name: 'pace',
    displayName: 'Pace',
    required: { roles: ['admin'] },
    validations: { options: { options: ['slow', 'fast'] } },
    annotations: {
      inputType: 'select-radiobuttons',
      inputOptionLabels: { slow: `\${town.slow}`, fast: 'Fast!' },
    },
  },
  {
    name: 'skills',
    multivalued: true,
    validations: {
      multivalued: { min: '1', max: '2' },
      options: { options: ['weaving', 'dyeing', 'mending'] },
    },
    annotations: { inputType: 'multiselect' },
  },
  {
    name: 'diet',
    multivalued: true,
    validations: { options: { options: ['vegan', 'none'] }, multivalued: { max: '3' } },
  },
  {
    name: 'born',
    displayName: 'Born',
    required: {},
    validations: { 'local-date': {} },
    annotations: { inputType: 'html5-date' },
  },
  { name: 'since', validations: { 'iso-date': {} } },
  { name: 'age', validations: { integer: { min: '18', max: 120 } } },
  {
    name: 'about',
    displayName: 'About you',
    validations: { length: { min: 0, max: 20 } },
    annotations: {
      inputType: 'textarea',
      inputHelperTextBefore: `\${town.help}`,
      inputTypePlaceholder: 'I weave',
    },
  },
  { name: 'site', validations: { uri: {} } },
  {
    name: 'phone',
    annotations: { inputType: 'html5-tel' },
    validations: {
      pattern: { pattern: '^[0-9]+$', 'error-message': 'Only digits, as in the list by the door' },
    },
  },
  { name: 'rank', permissions: { view: ['admin'], edit: ['admin'] } },
  { name: 'diary', permissions: { view: ['user'], edit: ['user'] } },
  { name: 'badge', permissions: { view: ['admin', 'user'], edit: ['admin'] } },
  { name: 'mobile', selector: { scopes: ['phone'] } },
  { name: 'post', selector: { scopes: ['address'] }, required: {} },
);
await realm.admin.create('/localization/de', {
  town: 'Stadt',
  'town.option.koeln': 'Köln',
  'town.slow': 'Gemächlich',
  'town.help': 'Was magst du?',
});
await realm.admin.create('/localization/en', { town: 'Town' });

const fieldsIn = async (language: string) => {
  const { body } = await api.post<InviteLookup>(
    '/invites/lookup',
    { token: link.token },
    { headers: { 'accept-language': language } },
  );
  return body.fields;
};
const named = (fields: SignUpField[], name: string) => fields.find((field) => field.name === name);

describe('the form', async () => {
  const fields = await fieldsIn('de');

  test('asks for what people fill in themselves, names first, the rest in the realm’s order', () => {
    expect(fields.map(({ name }) => name)).toEqual([
      ...['firstName', 'lastName', 'email', 'username'],
      ...['city', 'pace', 'skills', 'diet', 'born', 'since', 'age', 'about', 'site', 'phone'],
      'post',
    ]);
  });

  test('leaves the realm’s own four names to the page', () => {
    expect(fields.slice(0, 4).map(({ label }) => label)).toEqual(['', '', '', '']);
  });

  test.each([
    ['email', 'email'],
    ['city', 'select'],
    ['pace', 'radios'],
    ['skills', 'multiselect'],
    ['diet', 'checkboxes'],
    ['born', 'date'],
    ['since', 'date'],
    ['age', 'number'],
    ['about', 'textarea'],
    ['site', 'url'],
    ['phone', 'tel'],
  ])('shows %s as %s', (name, kind) => {
    expect(named(fields, name)?.kind).toBe(kind);
  });

  test('requires what the realm requires of users, of everyone, or of us', () => {
    expect(fields.filter(({ required }) => required).map(({ name }) => name)).toEqual([
      ...['firstName', 'lastName', 'email', 'username'],
      ...['city', 'pace', 'skills', 'born', 'post'],
    ]);
  });

  test('says how much, whether the realm has a number or a text', () => {
    expect(named(fields, 'age')).toMatchObject({ min: 18, max: 120 });
    expect(named(fields, 'about')).toMatchObject({ minLength: 0, maxLength: 20 });
    expect(named(fields, 'skills')?.multivalued).toBe(true);
  });

  test('speaks the language asked for, where the realm has the words', () => {
    expect(named(fields, 'city')).toMatchObject({
      label: 'Stadt',
      options: [
        { value: 'koeln', label: 'Köln' },
        { value: 'berlin', label: 'berlin' },
      ],
    });
    expect(named(fields, 'pace')?.options).toEqual([
      { value: 'slow', label: 'Gemächlich' },
      { value: 'fast', label: 'Fast!' },
    ]);
    expect(named(fields, 'about')).toMatchObject({
      label: 'About you',
      help: 'Was magst du?',
      placeholder: 'I weave',
    });
    expect(named(fields, 'skills')?.label).toBe('skills');
  });

  test.each([
    ['en', 'Town'],
    ['en-GB', 'Town'],
    ['de-AT', 'Stadt'],
    ['xx', 'Stadt'],
    ['', 'Stadt'],
  ])('in %j calls the town %s: the realm’s default is German', async (language, label) => {
    expect(named(await fieldsIn(language), 'city')?.label).toBe(label);
  });
});

describe('what is filled in', () => {
  const filled = {
    city: ['koeln'],
    pace: ['slow'],
    skills: ['weaving', 'dyeing'],
    born: ['2001-02-03'],
    since: ['2020-10-05'],
    about: ['two\nlines'],
    post: ['Weaver Street 1'],
  };
  const signUp = (more: Partial<NewRegistration>) =>
    api.post<Problem>('/registrations', signUpBody(link, more));

  test('is kept, dates as the realm’s language writes them, and the language too', async () => {
    const body = signUpBody(link, { attributes: filled, locale: 'fr' });
    expect((await api.post('/registrations', body)).status).toBe(201);
    const account = (await accountsOf(realm, link)).find((it) => it.username === body.username);
    expect(account?.attributes).toMatchObject({
      ...filled,
      born: ['03.02.2001'],
      locale: ['fr'],
      'portal.invite': [link.id],
      'portal.invited-by': [ada.id],
    });
  });

  test.each([
    [{ city: [] }, 'city', 'required'],
    [{ city: [' '] }, 'city', 'required'],
    [{ city: ['atlantis'] }, 'city', 'not-an-option'],
    [{ city: ['koeln', 'berlin'] }, 'city', 'too-many'],
    [{ pace: [] }, 'pace', 'required'],
    [{ skills: [] }, 'skills', 'required'],
    [{ skills: ['weaving', 'dyeing', 'mending'] }, 'skills', 'too-many'],
    [{ born: ['yesterday'] }, 'born', 'date'],
    [{ since: ['05.10.2020'] }, 'since', 'date'],
    [{ age: ['17'] }, 'age', 'too-small'],
    [{ age: ['20.5'] }, 'age', 'number'],
    [{ about: ['x'.repeat(21)] }, 'about', 'too-long'],
    [{ site: ['nowhere'] }, 'site', 'uri'],
    [{ rank: ['queen'] }, 'rank', 'unknown-field'],
    [{ diary: ['dear'] }, 'diary', 'unknown-field'],
    [{ badge: ['gold'] }, 'badge', 'unknown-field'],
    [{ mobile: ['1'] }, 'mobile', 'unknown-field'],
    [{ locale: ['de'] }, 'locale', 'unknown-field'],
    [{ 'portal.invited-by': ['me'] }, 'portal.invited-by', 'unknown-field'],
  ])('is refused at its field: %j', async (wrong, name, code) => {
    const { status, body } = await signUp({ attributes: { ...filled, ...wrong } });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ field: `attributes.${name}`, code }]);
  });

  test('is refused in the realm’s own words, where it has some', async () => {
    const { body } = await signUp({ attributes: { ...filled, phone: ['no'] } });
    expect(body.errors).toEqual([
      {
        field: 'attributes.phone',
        code: 'refused',
        params: { message: 'Only digits, as in the list by the door' },
      },
    ]);
  });

  test('is refused for all that is wrong at once', async () => {
    const { body } = await signUp({
      firstName: 'A<',
      attributes: { ...filled, city: ['atlantis'], age: ['x'] },
    });
    expect(body.errors?.map(({ field }) => field).sort()).toEqual([
      'attributes.age',
      'attributes.city',
      'firstName',
    ]);
  });

  test.each([
    [{ city: 'koeln' }, 'attributes.city', 'wrong-type'],
    [{ city: [5] }, 'attributes.city.0', 'wrong-type'],
    [{ city: null }, 'attributes.city', 'wrong-type'],
    [['koeln'], 'attributes', 'wrong-type'],
  ])('must be lists of texts, not %j', async (attributes, field, code) => {
    const body = { ...signUpBody(link), attributes };
    const answer = await api.post<Problem>('/registrations', body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ field, code }]);
  });

  test('by a language that the realm doesn’t speak, or none, is kept without it', async () => {
    const body = signUpBody(link, { attributes: filled, locale: 'tlh' });
    expect((await api.post('/registrations', body)).status).toBe(201);
    const account = (await accountsOf(realm, link)).find((it) => it.username === body.username);
    expect(account?.attributes).not.toHaveProperty('locale');
  });
});
