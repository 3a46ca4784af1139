import { connectRedis, createRedis } from '../../api/src/redis/connection.ts';
import { createRedisKeys } from '../../api/src/redis/keys.ts';
import { createTreeStore } from '../../api/src/tree/tree-store.ts';
import type { Portal } from './support/portal.ts';
import { heading, signIn } from './support/steps.ts';
import { expect, test } from './support/test.ts';

// A community of its own: what others' tests do would be in the tree.
test.use({ portalOptions: { environment: { COMMUNITY_NAME: 'Orchard' } } });

/** Writes people into the tree as sign-ups do: somebody invited the first, and each five of the others. */
async function fill(portal: Portal, count: number, inviter: { id: string; name: string }) {
  const { portalEnvironment } = await import('../../api/test/support/portal.ts');
  const { REDIS_URL = '', REDIS_PREFIX = '' } = portalEnvironment(portal.realm);
  const redis = createRedis({ url: REDIS_URL, timeoutMs: 5000 });
  await connectRedis(redis);
  const store = createTreeStore(redis, createRedisKeys(REDIS_PREFIX));
  const id = (i: number) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;
  const name = (i: number) => `Weaver ${i}`;
  const now = Date.now();
  const notes = Array.from({ length: count }, (_, i) => {
    const by = Math.floor((i - 1) / 5);
    const edge =
      i === 0
        ? { inviter: inviter.id, inviterName: inviter.name }
        : { inviter: id(by), inviterName: name(by) };
    return store.note(id(i), { name: name(i), ...edge }, now - (count - i) * 3_600_000);
  });
  await Promise.all(notes);
  redis.disconnect();
}

test('who invited whom, by keyboard, and how many joined when', async ({ page, portal }) => {
  const ada = await portal.member();
  await portal.guest(await portal.link(ada), { firstName: 'Grace', lastName: 'Hopper' });
  await portal.guest(await portal.link(ada), { firstName: 'Ida', lastName: 'Rhodes' });
  await signIn(page, portal, ada);
  await page.getByRole('button', { name: 'My account' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Who invited whom' }).focus();
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Who invited whom')).toBeVisible();
  await expect(page.getByText('2 people have joined by links.')).toBeVisible();

  const row = (name: string) => page.getByRole('treeitem', { name });
  await expect(row('Ada Lovelace')).toHaveAttribute('aria-expanded', 'true');
  await row('Ada Lovelace').focus();
  await page.keyboard.press('ArrowLeft');
  await expect(row('Grace Hopper')).toHaveCount(0);
  await page.keyboard.press('ArrowRight');
  await expect(row('Ada Lovelace')).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('ArrowDown');
  await expect(row('Grace Hopper')).toBeFocused();
  await expect(row('Grace Hopper')).toHaveAttribute('aria-level', '2');
  await expect(row('Grace Hopper')).toHaveAttribute('aria-setsize', '2');

  await page.getByRole('searchbox', { name: 'Find a name' }).fill('rhódes');
  await page.keyboard.press('Enter');
  await expect(row('Ida Rhodes')).toBeFocused();
  await expect(row('Ida Rhodes')).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('status')).toHaveText('Ida Rhodes, 1 of 1');

  await expect(page.getByRole('img', { name: 'with 3 people in it' })).toBeVisible();
  await expect(page.getByRole('img', { name: /^Bars: how many joined/ })).toBeVisible();
  await page.getByText('As a table').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row').last().getByRole('cell')).toHaveText('2');

  await page.setViewportSize({ width: 320, height: 700 });
  const wide = () => page.evaluate(() => document.documentElement.scrollWidth);
  expect(await wide()).toBeLessThanOrEqual(320);
});

test('a community of thousands is there at once, and only what is in view is drawn', async ({
  page,
  portal,
}) => {
  const bea = await portal.member('Bea');
  await fill(portal, 5000, { id: bea.id, name: 'Bea Lovelace' });
  await signIn(page, portal, bea);
  const began = Date.now();
  await page.goto(`${portal.url}/tree`);
  await expect(page.getByRole('treeitem', { name: 'Weaver 0 ' })).toBeVisible();
  const tookMs = Date.now() - began;
  expect(tookMs).toBeLessThan(5000);
  const drawn = () => page.locator('main *').count();
  expect(await drawn()).toBeLessThan(1500);

  await page.getByRole('searchbox', { name: 'Find a name' }).fill('Weaver 4321');
  await page.keyboard.press('Enter');
  const found = page.getByRole('treeitem', { name: 'Weaver 4321' });
  await expect(found).toBeFocused();
  await expect(found).toHaveAttribute('aria-level', '8');
  // In the picture, too, though its branch is far from the top.
  await expect(page.locator('svg text', { hasText: 'Weaver 4321' })).toBeInViewport();
  expect(await drawn()).toBeLessThan(1500);
  await page.keyboard.press('End');
  await expect(page.getByRole('treeitem').last()).toBeFocused();
  expect(await drawn()).toBeLessThan(1500);
});
