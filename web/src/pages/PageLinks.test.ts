import type { PageSummary } from '@portal/shared';
import { flushPromises } from '@vue/test-utils';
import { afterEach, expect, test, vi } from 'vitest';
import { defineComponent, h } from 'vue';
import { useConfigStore } from '../shell/config-store.ts';
import { config, mountPage, press, pressable } from '../testing/mount-page.ts';
import PageLinks from './PageLinks.vue';

afterEach(() => {
  document.body.innerHTML = '';
});

const summary = (slug: string, more: Partial<PageSummary>): PageSummary => ({
  ...{ slug, title: slug, menu: false, invitee: false, terms: false, version: '1' },
  ...more,
});
const pages = [
  summary('menu', { menu: true }),
  summary('guests', { invitee: true }),
  summary('rules', { invitee: true, terms: true }),
];

async function shown(invitee: boolean, given = pages) {
  const asked = vi.fn(async (slug: string) => ({
    ...{ slug, title: slug, version: '1', language: null },
    content: [],
  }));
  const foot = defineComponent(() => {
    void useConfigStore().load();
    return () => h('main', h(PageLinks, { invitee }));
  });
  const { page } = await mountPage(foot, {
    api: { config: { get: async () => ({ ...config, pages: given }) }, pages: { get: asked } },
  });
  return { page, asked, links: page.findAll('a').map((link) => link.text()) };
}

test('stand where their author wants them; terms stand in the form', async () => {
  expect((await shown(false)).links).toEqual(['menu']);
  expect((await shown(true)).links).toEqual(['guests']);
  expect((await shown(true, [])).page.find('nav').exists()).toBe(false);
});

test('open in front of the page, and are asked for no sooner', async () => {
  const { asked } = await shown(true);
  expect(asked).not.toHaveBeenCalled();
  await press(document.body, 'guests');
  await vi.waitFor(() => expect(document.querySelector('[role=dialog]')).not.toBeNull(), 4000);
  await flushPromises();
  expect(asked).toHaveBeenCalledExactlyOnceWith('guests');
});

test('with a key held they go where the browser puts them', async () => {
  await shown(true);
  let taken: boolean | undefined;
  const follow = (event: Event) => {
    taken = event.defaultPrevented;
    event.preventDefault();
  };
  document.addEventListener('click', follow, { once: true });
  pressable(document.body, 'guests').dispatchEvent(
    new MouseEvent('click', { ctrlKey: true, bubbles: true, cancelable: true }),
  );
  await flushPromises();
  expect(taken).toBe(false);
  expect(document.querySelector('[role=dialog]')).toBeNull();
});
