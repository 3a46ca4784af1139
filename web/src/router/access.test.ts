import { createPinia } from 'pinia';
import { beforeEach, expect, test, vi } from 'vitest';
import { createApp } from 'vue';
import { createMemoryHistory } from 'vue-router';
import { apiKey } from '../api/api.ts';
import { problem } from '../api/problem.ts';
import { leaveKey, openRealmKey } from '../auth/realm.ts';
import { useJoinStore } from '../join/join-store.ts';
import { useTroubleStore } from '../shell/trouble-store.ts';
import { config, fakeApi } from '../testing/mount-page.ts';
import { guardAccess } from './access.ts';
import { createPortalRouter } from './router.ts';

beforeEach(() => {
  sessionStorage.clear();
  localStorage.clear();
  vi.stubGlobal('isSecureContext', true);
});

function portal(get = async () => config) {
  const app = createApp({}).use(createPinia());
  app.provide(apiKey, fakeApi({ config: { get } }));
  app.provide(openRealmKey, () => Promise.reject(new Error('No realm is needed here.')));
  app.provide(leaveKey, () => undefined);
  const router = createPortalRouter(createMemoryHistory());
  const memberSide = vi.fn(async () => undefined);
  app.runWithContext(() => guardAccess(router, memberSide));
  const go = async (path: string) => {
    await router.push(path);
    return router.currentRoute.value;
  };
  return { go, memberSide, troubles: app.runWithContext(() => useTroubleStore()) };
}

test('a member’s page shows a stranger the welcome, and loads nothing of the members’ side', async () => {
  const { go, memberSide } = portal();
  expect((await go('/')).name).toBe('welcome');
  expect(memberSide).not.toHaveBeenCalled();
});

test('the public pages need neither configuration nor realm', async () => {
  const { go } = portal(() => Promise.reject(problem('unreachable', '')));
  expect((await go('/join')).name).toBe('join');
  expect((await go('/joined')).name).toBe('joined');
  expect((await go('/no/such/page')).name).toBe('not-found');
});

test('a server that is away is a trouble with the path to try again, and is over with the next page', async () => {
  const { go, troubles } = portal(() => Promise.reject(problem('unreachable', '')));
  await go('/?show=ended');
  expect(troubles.trouble).toMatchObject({ reason: { code: 'unreachable' }, path: '/?show=ended' });
  await go('/join');
  expect(troubles.trouble).toBeUndefined();
});

test('over plain http signing in is explained, and joining still works', async () => {
  vi.stubGlobal('isSecureContext', false);
  const { go, troubles } = portal();
  await go('/');
  expect(troubles.trouble?.reason).toBe('insecure');
  expect((await go('/join')).name).toBe('join');
});

test('the token leaves the address, and a second link on the open page replaces the first', async () => {
  const { go } = portal();
  expect((await go('/join#first')).fullPath).toBe('/join');
  expect(useJoinStore().token).toBe('first');
  expect((await go('/join#second')).fullPath).toBe('/join');
  expect(useJoinStore().token).toBe('second');
  expect(sessionStorage.getItem('portal.join.token')).toBe('second');
});
