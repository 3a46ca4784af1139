import type { Page, SignUpCounts, TreePerson } from '@portal/shared';
import { flushPromises, type VueWrapper } from '@vue/test-utils';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { unreachable } from '../api/problem.ts';
import { mountPage, press } from '../testing/mount-page.ts';
import TreeView from './TreeView.vue';

afterEach(() => {
  document.body.innerHTML = '';
  vi.unstubAllEnvs();
});

const grace: TreePerson = {
  ...{ id: 'grace', name: 'Grace Hopper', joinedAt: '2026-11-20T10:00:00Z' },
  invitedBy: { id: 'ada', name: 'Ada Lovelace' },
};
const gone: TreePerson = {
  ...{ id: 'gone', name: null, joinedAt: '2026-11-21T10:00:00Z' },
  invitedBy: { id: 'grace', name: 'Grace Hopper' },
};
const counts: SignUpCounts = {
  total: 2,
  periods: [
    { from: '2026-11-16T00:00:00Z', count: 2 },
    { from: '2026-11-23T00:00:00Z', count: 0 },
  ],
};

async function mountTree(pages: Page<TreePerson>[]) {
  const asked: unknown[] = [];
  const { page } = await mountPage(TreeView, {
    api: {
      tree: {
        people: async (cursor) => {
          asked.push(cursor);
          return pages[asked.length - 1] ?? { items: [], nextCursor: null };
        },
        signUps: async (by) => {
          asked.push(by);
          return counts;
        },
      },
    },
  });
  await flushPromises();
  return { page, asked };
}

/** Whose names are in the picture, beside the community's own. */
const drawn = (page: VueWrapper) =>
  page
    .findAll('svg text')
    .slice(1)
    .map((text) => text.text());

describe('who invited whom', () => {
  test('is fetched page by page, and drawn; who left has no name', async () => {
    const { page, asked } = await mountTree([
      { items: [gone], nextCursor: 'next' },
      { items: [grace], nextCursor: null },
    ]);
    expect(asked).toEqual([null, 'next', 'week']);
    expect(page.text()).toContain('2 people have joined by links.');
    expect(drawn(page)).toEqual(['Ada Lovelace', 'Grace Hopper', 'Somebody who left']);
    expect(page.get('svg title').text()).toContain('with 3 people in it');
  });

  test('a press on a dot closes a branch, and opens it again', async () => {
    const { page } = await mountTree([{ items: [gone, grace], nextCursor: null }]);
    const dot = page.get('[data-key=ada] circle');
    await dot.trigger('click');
    expect(drawn(page)).toEqual(['Ada Lovelace']);
    await page.get('[data-key=ada] circle').trigger('click');
    expect(page.text()).toContain('Grace Hopper');
  });

  test('says that nobody joined, and what to do', async () => {
    const { page } = await mountTree([{ items: [], nextCursor: null }]);
    expect(page.text()).toContain('Nobody has joined by a link yet');
    expect(page.find('svg text').exists()).toBe(false);
  });

  test('what went wrong is said, and tried again', async () => {
    let fails = true;
    const { page } = await mountPage(TreeView, {
      api: {
        tree: {
          people: async () => {
            if (fails) throw unreachable();
            return { items: [grace], nextCursor: null };
          },
          signUps: async () => counts,
        },
      },
    });
    await flushPromises();
    expect(page.find('[role=alert]').exists()).toBe(true);
    fails = false;
    await press(page.element, 'Try again');
    await flushPromises();
    expect(page.text()).toContain('Grace Hopper');
  });
});

test('sign-ups have a table beside their bars, named for days in UTC, by weeks or months', async () => {
  // West of Greenwich a midnight in UTC is in the day before.
  vi.stubEnv('TZ', 'America/New_York');
  const { page, asked } = await mountTree([{ items: [grace], nextCursor: null }]);
  expect(page.findAll('rect').map((bar) => bar.attributes('height'))).toEqual(['100', '0']);
  const rows = page.findAll('tbody tr').map((row) => row.text().replaceAll(/\s+/g, ' '));
  expect(rows).toEqual(['Nov 16, 20262', 'Nov 23, 20260']);
  await press(page.element, 'Months');
  expect(asked.at(-1)).toBe('month');
  expect(page.findAll('tbody th').map((th) => th.text())).toEqual([
    'November 2026',
    'November 2026',
  ]);
});
