import type { CurrentRegistration } from '@portal/shared';
import { createPinia } from 'pinia';
import { beforeEach, expect, test, vi } from 'vitest';
import { createApp } from 'vue';
import { apiKey } from '../api/api.ts';
import { problem } from '../api/problem.ts';
import { config, fakeApi } from '../testing/mount-page.ts';
import { type LoginOptions, leaveKey, openRealmKey, type Realm } from './realm.ts';
import { useSessionStore } from './session-store.ts';
import { signedInAs } from './signed-in-as.ts';

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});

/** A realm of the test's own: a browser under test can't be sent to Keycloak and back. */
function realm(signedIn: boolean): Realm {
  return {
    signedIn,
    token: () => ({ value: 'token', secondsLeft: 300, lifetime: 300 }),
    person: () => ({ name: 'Ada Lovelace', username: 'ada' }),
    renew: async () => 'renewed',
    loginUrl: async (how: LoginOptions) => `login:${JSON.stringify(how)}`,
    logoutUrl: () => 'logout',
    accountUrl: () => 'account',
  };
}

type Current = () => Promise<CurrentRegistration>;
const nobody: Current = () => Promise.reject(problem('registration-unknown', '', 404));

function session(
  there: Realm = realm(false),
  { automatic = false, reachable = true, current = nobody } = {},
) {
  const left: string[] = [];
  const app = createApp({}).use(createPinia());
  const features = { ...config.features, automaticallyLogIn: automatic };
  app.provide(
    apiKey,
    fakeApi({
      config: { get: async () => ({ ...config, features }) },
      realm: { reachable: async () => reachable },
      registrations: { current },
    }),
  );
  app.provide(openRealmKey, async () => there);
  app.provide(leaveKey, (url) => left.push(url));
  return { store: app.runWithContext(() => useSessionStore()), left };
}

test('a stranger is greeted; with AUTOMATICALLY_LOG_IN they go to the sign-in at once', async () => {
  expect(await session().store.admit('/')).toBe('welcome');
  expect(await session(realm(false), { automatic: true }).store.admit('/')).toBe('sign-in');
});

test('who signed in here before is asked for quietly', async () => {
  signedInAs.set('Ada');
  const { store, left } = session();
  expect(await store.admit('/')).toBe('sign-in');
  await store.signIn();
  expect(left).toEqual(['login:{"quietly":true}']);
});

test('a deep link with a query comes back whole, once', async () => {
  const path = '/?q=a+b&x=%23';
  await session().store.admit(path);
  // The realm sends the browser back: a new page, with what the tab kept.
  const { store } = session(realm(true));
  expect(await store.arrive(true)).toBe(path);
  expect(store.status).toBe('signed-in');
  expect(signedInAs.get()).toBe('Ada Lovelace');
  expect(await session(realm(true)).store.arrive(true)).toBe('/');
});

test('“Back to application” of a mail carries no answer, and goes on to the first page', async () => {
  expect(await session().store.arrive(false)).toBe('/');
});

test('whoever signed up in this browser and comes back from the mail is told that they are in', async () => {
  const waiting: Current = async () => ({
    username: 'grace',
    email: 'grace@example.org',
    firstName: 'Grace',
    verification: 'verified',
    resendAfter: 0,
    changesLeft: 3,
  });
  const complete: Current = () => Promise.reject(problem('registration-complete', '', 410));
  for (const current of [waiting, complete])
    expect(await session(realm(false), { current }).store.arrive(false)).toBe('/joined');
  signedInAs.set('Ada');
  expect(await session(realm(false), { current: waiting }).store.arrive(false)).toBe('/');
});

test('a sign-in given up, or nobody there on the quiet, leads to the welcome and isn’t asked again by itself', async () => {
  signedInAs.set('Ada');
  const { store } = session();
  expect(await store.arrive(true)).toBe('/welcome');
  expect(await store.admit('/')).toBe('welcome');
});

test('a realm that is away is said here, not by the browser', async () => {
  const { store, left } = session(realm(false), { reachable: false });
  await expect(store.signIn()).rejects.toMatchObject({ problem: { code: 'keycloak-away' } });
  expect(left).toEqual([]);
});

test('a realm that could not be opened is opened anew on the next try', async () => {
  const open = vi.fn<() => Promise<Realm>>();
  open.mockRejectedValueOnce(problem('keycloak-away', '')).mockResolvedValue(realm(false));
  const left: string[] = [];
  const app = createApp({}).use(createPinia());
  app.provide(apiKey, fakeApi({ realm: { reachable: async () => true } }));
  app.provide(openRealmKey, open);
  app.provide(leaveKey, (url) => left.push(url));
  const store = app.runWithContext(() => useSessionStore());
  await expect(store.signIn()).rejects.toMatchObject({ problem: { code: 'keycloak-away' } });
  await store.signIn();
  expect(left).toHaveLength(1);
});

test('signing out forgets the name', async () => {
  const { store, left } = session(realm(true));
  await store.arrive(true);
  await store.signOut();
  expect(signedInAs.get()).toBeUndefined();
  expect(left).toEqual(['logout']);
});

test('no token where nobody is signed in', async () => {
  await expect(session().store.credentials.token()).rejects.toMatchObject({
    problem: { code: 'not-signed-in' },
  });
});

test('works where storage is forbidden', async () => {
  vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
    throw new DOMException('no', 'SecurityError');
  });
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  const { store } = session(realm(true));
  expect(await store.arrive(true)).toBe('/');
  expect(store.status).toBe('signed-in');
});
