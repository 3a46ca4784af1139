import { createPinia } from 'pinia';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createApp, nextTick } from 'vue';
import { apiKey } from '../api/api.ts';
import { useConfigStore } from '../shell/config-store.ts';
import { config, fakeApi } from '../testing/mount-page.ts';
import { keptScheme, showScheme, useSchemeStore } from './scheme-store.ts';
import { useLook } from './use-look.ts';

beforeEach(() => {
  localStorage.clear();
  const theme = (content: string) =>
    Object.assign(document.createElement('meta'), { name: 'theme-color', content });
  const icon = Object.assign(document.createElement('link'), {
    ...{ rel: 'icon', type: 'image/svg+xml', href: './door.svg' },
  });
  document.head.replaceChildren(theme('#111111'), theme('#222222'), icon);
});
afterEach(() => showScheme('system'));

/** What the head of the page says of the look. */
const head = () => ({
  themes: [...document.querySelectorAll('meta')].map(({ content }) => content),
  icon: document.querySelector('link')?.getAttribute('href'),
  type: document.querySelector('link')?.getAttribute('type'),
});

function open(look = config.look) {
  const app = createApp({}).use(createPinia());
  app.provide(apiKey, fakeApi({ config: { get: async () => ({ ...config, look }) } }));
  return app.runWithContext(() => {
    useLook();
    return { schemes: useSchemeStore(), configs: useConfigStore() };
  });
}

const own = {
  accent: { light: '#aa0000', dark: '#bb0000' },
  logo: null,
  favicon: 'api/v1/look/favicon?v=1',
};

test('the portal’s own look stays where the community has none', async () => {
  const { configs } = open();
  await configs.load();
  await nextTick();
  expect(head()).toEqual({
    themes: ['#111111', '#222222'],
    icon: './door.svg',
    type: 'image/svg+xml',
  });
});

test('the community’s is worn once it is known, in the scheme that was chosen', async () => {
  const { configs, schemes } = open(own);
  await configs.load();
  await nextTick();
  expect(head()).toEqual({ themes: ['#aa0000', '#bb0000'], icon: own.favicon, type: null });
  schemes.choose('dark');
  await nextTick();
  expect(head().themes).toEqual(['#bb0000', '#bb0000']);
});

test('a choice is kept in this browser, and “as this device” is none', () => {
  const { schemes } = open();
  expect(keptScheme()).toBe('system');
  schemes.choose('light');
  expect([keptScheme(), document.documentElement.dataset.scheme]).toEqual(['light', 'light']);
  schemes.choose('system');
  expect([keptScheme(), document.documentElement.dataset.scheme]).toEqual(['system', undefined]);
  localStorage.setItem('portal.scheme', 'purple');
  expect(keptScheme()).toBe('system');
});
