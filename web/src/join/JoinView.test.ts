import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { problem } from '../api/problem.ts';
import { signedInAs } from '../auth/signed-in-as.ts';
import { fill, join, lookup, refused, submit, TOKEN } from '../testing/join-page.ts';
import { labelled, mountPage, press, pressable, type } from '../testing/mount-page.ts';
import JoinView from './JoinView.vue';

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

test('says who invites, into what and how often; the realm’s fields come in its order', async () => {
  const { page } = await join();
  expect(page.get('h1').text()).toBe('You’re invited to Weavers');
  expect(page.text()).toContain('Ada Lovelace sent you this link.');
  expect(page.text()).toContain('It works once.');
  expect(page.get('blockquote').text()).toBe('Come in');
  expect(page.findAll('label').map((label) => label.text())).toEqual([
    'First name',
    'Last name',
    'E-mail',
    'Username',
    'Password',
  ]);
});

test('the same link again in this tab shows what it led to, and asks nothing', async () => {
  sessionStorage.setItem(
    'portal.join.joined',
    JSON.stringify({ token: TOKEN, email: 'grace@example.org' }),
  );
  const { router } = await join();
  expect(router.currentRoute.value.path).toBe('/joined');
});

test('a link that ends between form and submit says which way', async () => {
  const error = refused('invite-revoked', 410, { params: { inviter: 'Ada Lovelace' } });
  const { root, page } = await join(lookup(), () => Promise.reject(error));
  await fill(root);
  await submit(root);
  expect(page.get('h1').text()).toBe('This link was taken back');
});

test('who is signed in here is told, and can still go on', async () => {
  signedInAs.set('Ada Lovelace');
  const { page, root } = await join();
  expect(page.text()).toContain('You are signed in as Ada Lovelace');
  expect(pressable(root, 'Create my account')).toBeTruthy();
  expect(page.text()).not.toContain('Already a member?');
});

test.each([
  [{ maxUses: 5, usesLeft: 5 }, '5 people can join by it.'],
  [{ maxUses: 5, usesLeft: 3 }, '3 more people can join by it.'],
  [{ maxUses: 5, usesLeft: 1 }, 'One more person can join by it.'],
] as const)('%o: %s', async (left, words) => {
  expect((await join(lookup(left))).page.text()).toContain(words);
});

test('a link for one address says nothing of how many', async () => {
  const { page } = await join(lookup({ maxUses: 5, usesLeft: 5, email: 'grace@example.org' }));
  expect(page.text()).not.toContain('people');
});

test('a link that ended today says at what time', async () => {
  const endedAt = new Date().toISOString();
  const { page } = await join(refused('invite-expired', 410, { params: { endedAt } }));
  expect(page.text()).toContain('It worked until today at');
});

test('where the link isn’t known, another can be pasted, or the same once more', async () => {
  const { page, root, find } = await join(refused('invite-unknown', 404));
  find.mockImplementation(async () => lookup());
  await type(labelled(root, 'Link or code'), TOKEN);
  await press(root, 'Go on');
  expect(find).toHaveBeenCalledTimes(2);
  expect(page.get('h1').text()).toBe('You’re invited to Weavers');
});

test('over plain http it warns before a password is typed', async () => {
  vi.stubGlobal('isSecureContext', false);
  const { page, root } = await join();
  expect(page.text()).toContain('can be read on its way');
  const safe = pressable(root, 'Open the safe address').getAttribute('href');
  expect(safe).toMatch(/^https:/);
  expect(safe).toContain(`/join#${TOKEN}`);
});

const at = '2026-01-03T12:00:00Z';
test.each([
  ['invite-unknown', {}, 'We don’t know this link', 'lost on the way'],
  [
    'invite-expired',
    { inviter: 'Ada', endedAt: at },
    'This link has ended',
    'Ask Ada for a new one',
  ],
  ['invite-revoked', { inviter: 'Ada', endedAt: at }, 'This link was taken back', 'ask Ada'],
  [
    'invite-used-up',
    { inviter: 'Ada', endedAt: at, maxUses: 1 },
    'This link was already used',
    'If that was you, sign in',
  ],
  ['invite-used-up', { inviter: 'Ada', maxUses: 5 }, 'This link was already used', 'for 5 people'],
  ['invite-used-up', {}, 'This link was already used', 'ask whoever sent it'],
  ['invite-paused', { inviter: 'Ada' }, 'This link is paused', 'Ask Ada about it'],
  ['realm-not-ready', {}, 'Not open yet', 'tell a member'],
  ['keycloak-away', {}, 'The sign-in is away', 'Nothing is lost'],
  ['redis-away', {}, 'The server is away', 'Nothing is lost'],
  ['unreachable', {}, 'The server is away', 'offline'],
  ['too-many-requests', { retryAfter: 65 }, 'a bit much', 'Try again in 1:05'],
] as const)('%s %o has a page of its own', async (code, params, title, words) => {
  const { page } = await join(refused(code, 410, { params }));
  expect(page.get('h1').text()).toContain(title);
  expect(page.text()).toContain(words);
  expect(page.find('form').exists()).toBe(code === 'invite-unknown');
});

test('a server that was away is asked again on a press', async () => {
  sessionStorage.setItem('portal.join.token', TOKEN);
  const find = vi.fn(async () => lookup()).mockRejectedValueOnce(problem('unreachable', ''));
  const { page } = await mountPage(JoinView, { api: { invites: { lookup: find } } });
  await press(document.body, 'Try again');
  expect(page.get('h1').text()).toBe('You’re invited to Weavers');
});

test('without a link, one can be pasted', async () => {
  const find = vi.fn(async () => lookup());
  const { page } = await mountPage(JoinView, { api: { invites: { lookup: find } } });
  await type(labelled(document.body, 'Link or code'), 'hello');
  await press(document.body, 'Go on');
  expect(page.text()).toContain('doesn’t look like one of our links');
  await type(labelled(document.body, 'Link or code'), ` https://portal.example/join#${TOKEN} `);
  await press(document.body, 'Go on');
  expect(find).toHaveBeenCalledWith(TOKEN);
  expect(page.get('h1').text()).toBe('You’re invited to Weavers');
});
