import type { Me } from '@portal/shared';
import { flushPromises } from '@vue/test-utils';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Problem, problem } from '../api/problem.ts';
import type { Realm } from '../auth/realm.ts';
import { useSessionStore } from '../auth/session-store.ts';
import { ada, mountPage, press, pressable } from '../testing/mount-page.ts';
import { useConfigStore } from './config-store.ts';
import MemberShell from './MemberShell.vue';

beforeEach(() => {
  sessionStorage.clear();
  localStorage.clear();
});
afterEach(() => {
  document.body.innerHTML = '';
});

/** A realm of the test's own: a browser under test can't be sent to Keycloak and back. */
const realm: Realm = {
  signedIn: true,
  token: () => ({ value: 'token', secondsLeft: 300, lifetime: 300 }),
  person: () => ({ name: 'Ada Lovelace', username: 'ada' }),
  renew: async () => 'renewed',
  loginUrl: async () => 'login',
  logoutUrl: () => 'logout',
  accountUrl: () => undefined,
};

async function shell(get: () => Promise<Me>) {
  const left: string[] = [];
  const { page } = await mountPage(MemberShell, {
    api: { me: { get }, realm: { reachable: async () => true } },
    openRealm: async () => realm,
    leave: (url) => left.push(url),
  });
  const session = useSessionStore();
  await useConfigStore().load();
  await session.arrive(true);
  await flushPromises();
  return { page, left, session };
}

function refusal(code: Problem['code'], params: Problem['params'] = {}) {
  const error = problem(code, '', 403);
  Object.assign(error.problem, { params });
  return error;
}

test('the bar says whose portal it is', async () => {
  const { page } = await shell(async () => ada);
  expect(page.get('header').text()).toContain('Weavers');
});

test('who isn’t a member is told of which group, can look again, and can sign out', async () => {
  const get = vi.fn(async () => ada);
  get.mockRejectedValueOnce(refusal('not-a-member', { group: '/Administrators' }));
  const { page, left } = await shell(get);
  expect(page.get('h1').text()).toBe('You’re not let in yet');
  expect(page.text()).toContain('Ada Lovelace');
  expect(page.text()).toContain('members of Administrators');
  await press(document.body, 'Sign out');
  expect(left).toEqual(['logout']);
  await press(document.body, 'I was let in, look again');
  expect(page.find('header').text()).toContain('Weavers');
});

test('a server that is away has a page and a button', async () => {
  const get = vi.fn(async () => ada).mockRejectedValueOnce(refusal('redis-away'));
  const { page } = await shell(get);
  expect(page.get('h1').text()).toBe('The server is away');
  await press(document.body, 'Try again');
  expect(page.find('h1').exists()).toBe(false);
});

test('when the session is over the page stays, with one sentence and a way back', async () => {
  const { page, session, left } = await shell(async () => ada);
  session.credentials.end();
  await flushPromises();
  expect(page.get('header').text()).toContain('Weavers');
  expect(page.get('[role=alert]').text()).toContain('You are signed out');
  await press(document.body, 'Sign in again');
  expect(left).toEqual(['login']);
  expect(sessionStorage.getItem('portal.return-to')).toBe('/page');
  expect(pressable(document.body, 'Sign in again')).toBeTruthy();
});
