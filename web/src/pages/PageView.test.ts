import type { CommunityPage } from '@portal/shared';
import { afterEach, expect, test } from 'vitest';
import { problem } from '../api/problem.ts';
import { mountPage, press } from '../testing/mount-page.ts';
import PageView from './PageView.vue';

afterEach(() => {
  document.body.innerHTML = '';
});

const rules: CommunityPage = {
  ...{ slug: 'rules', title: 'Our rules', version: '1', language: 'ar' },
  content: [{ type: 'paragraph', children: [{ type: 'text', text: 'Be kind.' }] }],
};
const open = (get: (slug: string) => Promise<CommunityPage>) =>
  mountPage(PageView, { api: { pages: { get } } });

test('shows a page in its own language and direction', async () => {
  const { page } = await open(async () => rules);
  expect(page.get('h1').text()).toBe('Our rules');
  expect(page.get('article p').text()).toBe('Be kind.');
  const { lang, dir } = page.get<HTMLElement>('article > div').element;
  expect([lang, dir]).toEqual(['ar', 'rtl']);
});

test('of a page without a language nothing is said of it', async () => {
  const { page } = await open(async () => ({ ...rules, language: null }));
  const { lang, dir } = page.get<HTMLElement>('article > div').element;
  expect([lang, dir]).toEqual(['', 'auto']);
});

test('a page that isn’t there is told from one that can’t be had now', async () => {
  const none = await open(() => Promise.reject(problem('not-found', '', 404)));
  expect(none.page.get('h1').text()).toBe('There is no page here');
  none.page.unmount();
  let away = true;
  const { page } = await open(async () => {
    if (away) throw problem('unreachable', '');
    return rules;
  });
  expect(page.get('h1').text()).toBe('The server is away');
  away = false;
  await press(document.body, 'Try again');
  expect(page.get('h1').text()).toBe('Our rules');
});
