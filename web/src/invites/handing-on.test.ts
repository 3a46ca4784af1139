import type { Joins } from '@portal/shared';
import { flushPromises } from '@vue/test-utils';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { InviteFilter } from '../api/invites.ts';
import { problem } from '../api/problem.ts';
import { dashboard, noJoins } from '../testing/dashboard.ts';
import { anInvite } from '../testing/invites.ts';
import { labelled, press, type } from '../testing/mount-page.ts';

beforeEach(() => sessionStorage.clear());
afterEach(() => {
  document.body.innerHTML = '';
});

test('a list of more than a few can be searched and sorted; what is wanted stays in the address', async () => {
  const list = vi.fn(async ({ q = '', sort }: InviteFilter) => ({
    items: ['a', 'b', 'c', 'd', 'e', 'loom']
      .filter((id) => id.includes(q))
      .map((id) => anInvite(id)),
    nextCursor: null,
    ...((q || sort) && { searched: { links: 1000, all: false } }),
  }));
  const { root, titles, page, router } = await dashboard([], { list });
  expect(page.text()).not.toContain('newest 1000');
  vi.useFakeTimers();
  await type(byName(root, 'Search your links'), 'loo');
  expect(list).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(300);
  vi.useRealTimers();
  await flushPromises();
  expect(titles()).toEqual(['loom']);
  expect(page.text()).toContain('Only your newest 1,000 links were looked at.');
  await type(byName(root, 'Order'), 'joined');
  expect(router.currentRoute.value.query).toEqual({ q: 'loo', sort: 'joined' });
  expect(list).toHaveBeenLastCalledWith(
    { scope: 'mine', status: 'open', q: 'loo', sort: 'joined' },
    null,
    expect.anything(),
  );
  await press(root, 'Everyone’s');
  expect(list).toHaveBeenLastCalledWith({ scope: 'all', status: 'any' }, null, expect.anything());
});

test('a search that finds nothing says so, and leads back', async () => {
  const { root, page, titles, router } = await dashboard([anInvite('a')]);
  await router.push('/page?q=zzz');
  await flushPromises();
  expect(page.text()).toContain('No link of yours fits');
  await press(root, 'Show all');
  expect(titles()).toEqual(['a']);
});

test('a link made elsewhere is on the page as soon as another tab tells', async () => {
  const kept = [anInvite('a')];
  const { titles } = await dashboard(kept);
  kept.unshift(anInvite('b'));
  const channel = new BroadcastChannel('portal');
  channel.postMessage('invites');
  await vi.waitFor(() => expect(titles()).toEqual(['b', 'a']));
  channel.close();
});

test('who joined since one last looked is said, until one has looked', async () => {
  const told: Joins = {
    ...{ count: 5, atLeast: false, mails: false },
    latest: ['Grace', 'Mary', 'Ida', 'Hedy'].map((name, i) => ({
      ...{ invite: 'a', name },
      joinedAt: `2026-01-02T00:00:0${9 - i}Z`,
    })),
  };
  const get = vi.fn(async () => told);
  const seen = vi.fn(async () => undefined);
  const { root, page } = await dashboard([anInvite('a')], {}, { get, seen });
  expect(page.text()).toContain('Grace, Mary, Ida and 2 more have joined.');
  get.mockResolvedValue({ ...told, count: 0, latest: [] });
  await press(root, 'Good to know');
  expect(seen).toHaveBeenCalledWith('2026-01-02T00:00:09Z');
  expect(page.text()).not.toContain('have joined.');
});

test('somebody who joins while the page is open is told, and counted', async () => {
  const kept = [anInvite('a')];
  const joins = vi.fn(async () => noJoins);
  const { page } = await dashboard(kept, {}, { get: joins });
  expect(page.text()).toContain('0 of 5');
  kept[0] = anInvite('a', { uses: 1 });
  const latest = [{ invite: 'a', name: 'Grace', joinedAt: '2026-01-02T00:00:00Z' }];
  joins.mockResolvedValue({ ...noJoins, count: 1, latest });
  const channel = new BroadcastChannel('portal');
  channel.postMessage('joins');
  await vi.waitFor(() => expect(page.text()).toContain('1 of 5'));
  expect(page.text()).toContain('Grace has joined.');
  channel.close();
});

test('being told by mail is asked only where there are mails, and undone where it fails', async () => {
  const setMails = vi.fn(async () => undefined);
  const before = await dashboard([], {}, { setMails });
  expect(before.page.text()).not.toContain('Mail me');
  before.page.unmount();
  const { root, page } = await dashboard([], {}, { setMails }, true);
  const box = page.get('input[type=checkbox]');
  await box.setValue(true);
  await flushPromises();
  expect(setMails).toHaveBeenLastCalledWith({ wanted: true, language: 'en' });
  setMails.mockRejectedValueOnce(problem('redis-away', '', 503));
  await box.setValue(false);
  await flushPromises();
  expect(box.element).toHaveProperty('checked', true);
  expect(root.textContent).toContain('can’t reach our records');
});

test('a link is shown as a code, printed, and mailed', async () => {
  const mail = vi.fn(async () => undefined);
  const { root } = await dashboard([anInvite('a', { message: 'Come' })], { mail }, {}, true);
  await press(root, 'QR code, print, mail');
  await vi.waitFor(() => expect(root.querySelector('.print-sheet')).not.toBeNull());
  expect(root.querySelector('[role=dialog] svg title')?.textContent).toBe('QR code of the link');
  const sheet = root.querySelector('.print-sheet')?.textContent;
  for (const part of ['Weavers', 'Ada Lovelace', 'Come', 'https://portal.example/join#a'])
    expect(sheet).toContain(part);
  await type(labelled(root, 'E-mail address'), 'grace@example.org');
  await press(root, 'Send the mail');
  expect(mail).toHaveBeenCalledWith('a', { email: 'grace@example.org', language: 'en' });
  expect(root.textContent).toContain('Mailed to');
  mail.mockRejectedValueOnce(problem('mail-away', '', 503));
  await type(labelled(root, 'E-mail address'), 'ida@example.org');
  await press(root, 'Send the mail');
  expect(root.textContent).toContain('The mail may not have left');
  expect(labelled(root, 'E-mail address')).toHaveProperty('value', 'ida@example.org');
});

function byName(root: ParentNode, name: string): HTMLElement {
  const found = root.querySelector<HTMLElement>(`[aria-label="${name}"]`);
  if (!found) throw new Error(`Nothing is called “${name}”.`);
  return found;
}
