import { flushPromises } from '@vue/test-utils';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  field,
  fill,
  join,
  lookup,
  made,
  options,
  refused,
  submit,
  TOKEN,
} from '../testing/join-page.ts';
import { labelled, press, pressable, type } from '../testing/mount-page.ts';

beforeEach(() => {
  sessionStorage.clear();
  localStorage.clear();
  // happy-dom doesn't say; a browser on https does.
  vi.stubGlobal('isSecureContext', true);
});
afterEach(() => {
  document.body.innerHTML = '';
  vi.useRealTimers();
});

test('tells browsers and password managers what each field is', async () => {
  const { root } = await join();
  const attributes = (name: string) => {
    const control = labelled(root, name);
    return ['autocomplete', 'autocapitalize', 'dir'].map((each) => control.getAttribute(each));
  };
  expect(attributes('First name')).toEqual(['given-name', null, 'auto']);
  expect(attributes('E-mail')).toEqual(['email', 'none', 'ltr']);
  expect(attributes('Username')).toEqual(['username', 'none', 'ltr']);
  expect(attributes('Password')).toEqual(['new-password', 'none', 'ltr']);
});

test('signs up, and goes on to the mail', async () => {
  const { root, router, creating } = await join();
  await fill(root);
  expect(labelled(root, 'Username')).toHaveProperty('value', 'grace.hopper');
  await submit(root);
  expect(creating.mock.calls[0]?.[0]).toEqual({
    token: TOKEN,
    firstName: 'Grace',
    lastName: 'Hopper',
    email: 'grace@example.org',
    username: 'grace.hopper',
    password: 'correct horse',
    locale: 'en',
  });
  expect(router.currentRoute.value.path).toBe('/joined');
  expect(JSON.stringify({ ...sessionStorage })).not.toContain('correct horse');
});

test('a username of one’s own isn’t overwritten, an emptied one is proposed again', async () => {
  const { root } = await join();
  await type(labelled(root, 'Username'), 'amazing');
  await type(labelled(root, 'First name'), 'Grace');
  expect(labelled(root, 'Username')).toHaveProperty('value', 'amazing');
  await type(labelled(root, 'Username'), '');
  await type(labelled(root, 'Last name'), 'Hopper');
  expect(labelled(root, 'Username')).toHaveProperty('value', 'grace.hopper');
});

test('a form filled without a key press is read as it stands', async () => {
  const { root, creating } = await join();
  for (const [name, value] of [
    ['First name', 'Grace'],
    ['Last name', 'Hopper'],
    ['E-mail', 'grace@example.org'],
    ['Username', 'grace'],
    ['Password', 'correct horse'],
  ] as const)
    Object.assign(labelled(root, name), { value });
  await submit(root);
  expect(creating.mock.calls[0]?.[0]).toMatchObject({
    firstName: 'Grace',
    username: 'grace',
    password: 'correct horse',
  });
});

test('a double click, and Enter with a click, send one request', async () => {
  const answer = Promise.withResolvers<unknown>();
  const { root, creating } = await join(lookup(), () => answer.promise);
  await fill(root);
  pressable(root, 'Create my account').click();
  root.querySelector('form')?.requestSubmit();
  pressable(root, 'Create my account').click();
  await flushPromises();
  expect(creating).toHaveBeenCalledOnce();
});

test('what is missing is said at its field, before anything is sent; the focus goes there', async () => {
  const { root, page, creating } = await join();
  await fill(root, { 'First name': '  ', 'E-mail': 'grace' });
  await type(labelled(root, 'Username'), 'gr');
  await submit(root);
  expect(creating).not.toHaveBeenCalled();
  expect(page.text()).toContain('Please fill this in.');
  expect(page.text()).toContain('At least 3 characters.');
  expect(page.get('[role=alert]').text()).toContain(
    '3 things need another look: First name, E-mail',
  );
  expect(document.activeElement).toBe(labelled(root, 'First name'));
});

test('the server’s word at each field, with a way out where a name is taken; what was typed stays', async () => {
  const error = refused('invalid-input', 400, {
    errors: [
      { field: 'username', code: 'taken' },
      { field: 'password', code: 'password-too-short', params: { min: 12 } },
      { field: 'email', code: 'refused', params: { message: 'Only our own domain.' } },
    ],
  });
  const { root, page } = await join(lookup(), () => Promise.reject(error));
  await fill(root);
  await submit(root);
  expect(page.text()).toContain('Somebody here already uses this name.');
  expect(pressable(root, 'Sign in instead')).toBeTruthy();
  expect(page.text()).toContain('12 characters or more.');
  expect(page.text()).toContain('Only our own domain.');
  expect(document.activeElement).toBe(labelled(root, 'E-mail'));
  expect(labelled(root, 'Password')).toHaveProperty('value', 'correct horse');
  expect(labelled(root, 'Username').getAttribute('aria-invalid')).toBe('true');
});

test('a refusal makes the next try another attempt; a cut line doesn’t', async () => {
  const answers = [
    refused('unreachable', 0),
    refused('keycloak-away', 503),
    refused('invalid-input', 400),
  ];
  const { root, router, creating } = await join(lookup(), async (registration, key) => {
    const answer = answers.shift();
    if (answer) throw answer;
    return made(registration, key);
  });
  await fill(root);
  for (let time = 0; time < 4; time += 1) await submit(root);
  const keys = creating.mock.calls.map(([, key]) => key);
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).toBe(keys[0]);
  expect(keys[3]).not.toBe(keys[0]);
  expect(router.currentRoute.value.path).toBe('/joined');
});

test('while somebody else holds the last place, it waits and tries again by itself, with the same key', async () => {
  vi.useFakeTimers();
  const answers = [refused('invite-busy', 409, { params: { retryAfter: 3 } })];
  const { root, page, router, creating } = await join(lookup(), async (registration, key) => {
    const answer = answers.shift();
    if (answer) throw answer;
    return made(registration, key);
  });
  await fill(root);
  await submit(root);
  expect(page.text()).toContain('We try again in 0:03');
  await vi.advanceTimersByTimeAsync(3_500);
  expect(creating).toHaveBeenCalledTimes(2);
  expect(creating.mock.calls[1]?.[1]).toBe(creating.mock.calls[0]?.[1]);
  expect(router.currentRoute.value.path).toBe('/joined');
});

test('what was typed is there after a reload, but for the password', async () => {
  const { root, page } = await join();
  await fill(root, { 'E-mail': 'grace@example.org' });
  page.unmount();
  document.body.innerHTML = '';
  const again = await join();
  expect(labelled(again.root, 'E-mail')).toHaveProperty('value', 'grace@example.org');
  expect(labelled(again.root, 'Username')).toHaveProperty('value', 'grace.hopper');
  expect(labelled(again.root, 'Password')).toHaveProperty('value', '');
});

test('an address that the link is bound to is shown and can’t be changed', async () => {
  const { root, creating } = await join(lookup({ email: 'Grace@Example.org' }));
  expect(labelled(root, 'E-mail')).toMatchObject({ readOnly: true, value: 'Grace@Example.org' });
  for (const [name, value] of [
    ['First name', 'Grace'],
    ['Last name', 'Hopper'],
    ['Password', 'correct horse'],
  ] as const)
    await type(labelled(root, name), value);
  await submit(root);
  expect(creating.mock.calls[0]?.[0]).toMatchObject({ email: 'Grace@Example.org' });
});

test('every kind of field can be filled in, and what is left empty isn’t sent', async () => {
  const { root, page, creating } = await join(
    lookup({
      fields: [
        field('username'),
        field('craft', { label: 'Craft', kind: 'select', options }),
        field('news', { label: 'News', kind: 'radios', options }),
        field('days', { label: 'Days', kind: 'checkboxes', multivalued: true, options }),
        field('more', {
          label: 'More',
          kind: 'multiselect',
          multivalued: true,
          required: false,
          options,
        }),
        field('born', { label: 'Born', kind: 'date' }),
        field('looms', { label: 'Looms', kind: 'number', min: 0, max: 9 }),
        field('about', { label: 'About', kind: 'textarea', required: false }),
        field('sites', { label: 'Sites', kind: 'url', multivalued: true }),
        field('phone', { label: 'Phone', kind: 'tel' }),
      ],
    }),
  );
  for (const [name, value] of [
    ['Username', 'grace'],
    ['Craft', 's'],
    ['Born', '1906-12-09'],
    ['Looms', '12'],
    ['Sites', 'https://a.example\n\nhttps://b.example'],
    ['Phone', '+1 2'],
    ['Password', 'correct horse'],
  ] as const)
    await type(labelled(root, name), value);
  await submit(root);
  expect(page.text()).toContain('Not more than 9.');
  await type(labelled(root, 'Looms'), '2');
  for (const name of ['news', 'days']) root.querySelector<HTMLElement>(`[name=${name}]`)?.click();
  root.querySelector<HTMLElement>('[name=days][value=s]')?.click();
  await flushPromises();
  await submit(root);
  expect(creating.mock.calls[0]?.[0].attributes).toEqual({
    craft: ['s'],
    news: ['w'],
    days: ['w', 's'],
    born: ['1906-12-09'],
    looms: ['2'],
    sites: ['https://a.example', 'https://b.example'],
    phone: ['+1 2'],
  });
});

test('the password can be seen while it is typed', async () => {
  const { root } = await join();
  await press(root, 'Show password');
  expect(labelled(root, 'Password').getAttribute('type')).toBe('text');
  await press(root, 'Hide password');
  expect(labelled(root, 'Password').getAttribute('type')).toBe('password');
});

test('where a whole domain may join, the address is one’s own to write, and the domain is said', async () => {
  const { root, creating } = await join(lookup({ email: '@example.org' }));
  expect(labelled(root, 'E-mail')).toHaveProperty('readOnly', false);
  expect(root.textContent).toContain('only for addresses that end in');
  expect(root.textContent).toContain('@example.org');
  await fill(root, { 'E-mail': 'grace@example.org' });
  await submit(root);
  expect(creating.mock.calls[0]?.[0]).toMatchObject({ email: 'grace@example.org' });
});

test('says how hard a password is to guess, by what a stranger would try first', async () => {
  const { root } = await join();
  const said = async (password: string, words: string) => {
    await type(labelled(root, 'Password'), password);
    await vi.waitFor(() => expect(root.textContent).toContain(words), { timeout: 10_000 });
  };
  await said('password', 'Easy to guess');
  await said('wobbly-kettle-orbit-linen', 'Very good.');
  await type(labelled(root, 'E-mail'), 'wobbly-kettle-orbit-linen@example.org');
  await said('wobbly-kettle-orbit-linen@example.org', 'Easy to guess');
});
