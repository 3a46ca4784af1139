import type { Invite, Page } from '@portal/shared';
import { flushPromises } from '@vue/test-utils';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { problem } from '../api/problem.ts';
import { dashboard } from '../testing/dashboard.ts';
import { anInvite } from '../testing/invites.ts';
import { labelled, press, pressable, type } from '../testing/mount-page.ts';

let clipboard: { writeText: (text: string) => Promise<void> };
beforeEach(() => {
  sessionStorage.clear();
  clipboard = { writeText: vi.fn(async () => undefined) };
  vi.spyOn(navigator, 'clipboard', 'get').mockImplementation(() => Object(clipboard));
});
afterEach(() => {
  document.body.innerHTML = '';
});

test('an empty list teaches', async () => {
  const { page } = await dashboard([]);
  expect(page.text()).toContain('No open links');
  expect(page.text()).toContain('for 30 days');
});

test('one press makes a link with the portal’s defaults and copies it', async () => {
  const { page, sent, titles, root } = await dashboard([anInvite('old')]);
  await press(root, 'New link');
  expect(sent).toEqual([{}]);
  expect(clipboard.writeText).toHaveBeenCalledWith('https://portal.example/join#made1');
  expect(page.text()).toContain('Just made, copied');
  expect(titles()).toHaveLength(2);
  expect(titles()[1]).toBe('old');
});

test('a link made while the list is still on its way is on the page, with the others', async () => {
  const late = Promise.withResolvers<Page<Invite>>();
  const list = vi
    .fn<() => Promise<Page<Invite>>>()
    .mockReturnValueOnce(late.promise)
    .mockResolvedValue({ items: [anInvite('made0'), anInvite('old')], nextCursor: null });
  const { page, titles, root } = await dashboard([], { list });
  await press(root, 'New link');
  late.resolve({ items: [anInvite('old')], nextCursor: null });
  await flushPromises();
  expect(page.text()).toContain('Just made, copied');
  expect(titles()).toHaveLength(2);
});

test('where nothing may be copied, the link is selected and nothing says “copied”', async () => {
  clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
  const { page, root } = await dashboard([]);
  await press(root, 'New link');
  expect(page.text()).toContain('Just made');
  expect(page.text().toLowerCase()).not.toContain('copied');
  expect(document.activeElement).toBe(page.find('article input').element);
  expect(page.text()).toContain('The link is selected');
});

test('where the browser can send it on, a link just made asks for that', async () => {
  Object.assign(navigator, { share: vi.fn(async () => undefined) });
  const { page, root } = await dashboard([]);
  await press(root, 'New link');
  expect(pressable(root, 'Share').className).toContain('bg-accent ');
  expect(pressable(root, 'Copy').className).not.toContain('bg-accent ');
  expect(page.get('article input').classes()).toContain('max-wide:hidden');
  await press(root, 'Share');
  expect(navigator.share).toHaveBeenCalledWith({
    title: 'Join Weavers',
    url: 'https://portal.example/join#made0',
  });
  Reflect.deleteProperty(navigator, 'share');
});

test('copies a link that was there', async () => {
  const { page, root } = await dashboard([anInvite('a')]);
  await press(root, 'Copy');
  expect(clipboard.writeText).toHaveBeenCalledWith('https://portal.example/join#a');
  expect(page.text()).toContain('Copied');
});

test('a link with options; what was typed stays when the server refuses, with its reason at the field', async () => {
  const refusal = problem('invalid-input', '', 400);
  refusal.problem.errors = [{ field: 'email', code: 'email' }];
  const make = vi.fn(async () => anInvite('x')).mockRejectedValueOnce(refusal);
  const { root } = await dashboard([], { make });
  await press(root, 'Choose options');
  await type(labelled(root, 'Note'), 'Loom group');
  await type(labelled(root, 'People'), '5');
  await type(labelled(root, 'Only for this e-mail address or domain'), 'grace@');
  await press(root, 'Make and copy');
  expect(root.textContent).toContain('doesn’t look like an e‑mail address');
  expect(labelled(root, 'Note')).toHaveProperty('value', 'Loom group');
  expect(JSON.stringify({ ...sessionStorage })).toContain('Loom group');
  await type(labelled(root, 'Only for this e-mail address or domain'), 'grace@example.org');
  await press(root, 'Make and copy');
  expect(make).toHaveBeenLastCalledWith({
    label: 'Loom group',
    days: 30,
    maxUses: 1,
    email: 'grace@example.org',
  });
  expect(root.querySelector('[role=dialog]')).toBeNull();
  expect(JSON.stringify({ ...sessionStorage })).not.toContain('Loom group');
});

test('when the session is over, the options say so and keep what was typed', async () => {
  const make = () => Promise.reject(problem('not-signed-in', '', 401));
  const { root } = await dashboard([], { make });
  await press(root, 'Choose options');
  await type(labelled(root, 'Note'), 'Loom group');
  await press(root, 'Make and copy');
  expect(pressable(root, 'Sign in again')).toBeTruthy();
  expect(labelled(root, 'Note')).toHaveProperty('value', 'Loom group');
});

test('a link for one address is for one person, and says so', async () => {
  const { root, sent } = await dashboard([]);
  await press(root, 'Choose options');
  await type(labelled(root, 'People'), '5');
  await type(labelled(root, 'Only for this e-mail address or domain'), 'grace@example.org');
  expect(root.textContent).toContain('only that address can join');
  expect(root.querySelector('[name=many]')).toBeNull();
  await press(root, 'Make and copy');
  expect(sent).toEqual([{ days: 30, maxUses: 1, email: 'grace@example.org' }]);
});

test('in the list of all, a link without a name has its maker’s', async () => {
  const { titles, root } = await dashboard([
    anInvite('d', { label: '', createdBy: { id: 'dorothy', name: 'Dorothy' } }),
    anInvite('a', { label: '', groups: ['/looms'] }),
  ]);
  await press(root, 'Everyone’s');
  expect(titles()[0]).toMatch(/^Dorothy’s link of/);
  expect(titles()[1]).toMatch(/^Link of/);
  expect(root.textContent).toContain('Joins looms');
});

test('an edit sends the change alone', async () => {
  const { sent, titles, root } = await dashboard([anInvite('a')]);
  await press(root, 'Edit');
  await type(labelled(root, 'Note'), 'b');
  await press(root, 'Save');
  expect(sent).toEqual([{ label: 'b' }]);
  expect(titles()).toEqual(['b']);
});

test('a link is revoked after a question, stays in its place, and comes back', async () => {
  const { page, sent, root } = await dashboard([anInvite('a'), anInvite('b')]);
  await press(root, 'Revoke');
  expect(sent).toEqual([]);
  await press(root, 'Keep it');
  expect(sent).toEqual([]);
  await press(root, 'Revoke');
  const dialog = root.querySelector('[role=alertdialog]');
  expect(dialog?.textContent).toContain('Revoke “a”?');
  await press(dialog ?? root, 'Revoke');
  expect(sent).toEqual(['revoke a']);
  expect(page.findAll('article').map((each) => each.text().includes('Revoked'))).toEqual([
    true,
    false,
  ]);
  await press(root, 'Undo');
  expect(sent).toEqual(['revoke a', { revoked: false }]);
  expect(page.findAll('article').map((each) => each.text().includes('Revoked'))).toEqual([
    false,
    false,
  ]);
});

test('a revocation that fails is said in the question, which stays', async () => {
  const revoke = () => Promise.reject(problem('redis-away', '', 503));
  const { root } = await dashboard([anInvite('a')], { revoke });
  await press(root, 'Revoke');
  await press(root.querySelector('[role=alertdialog]') ?? root, 'Revoke');
  expect(root.querySelector('[role=alertdialog]')?.textContent).toContain(
    'can’t reach our records',
  );
});

test('the lists: ended, and everyone’s, where others’ links can be neither copied nor changed', async () => {
  const dorothy = anInvite('d', { createdBy: { id: 'dorothy', name: 'Dorothy' } });
  const { url: _, ...without } = dorothy;
  const { titles, root, page, router } = await dashboard([
    anInvite('a'),
    anInvite('z', { status: 'expired' }),
    without,
  ]);
  expect(titles()).toEqual(['a']);
  await press(root, 'Ended');
  expect(titles()).toEqual(['z']);
  await press(root, 'Everyone’s');
  expect(router.currentRoute.value.query).toEqual({ show: 'everyone' });
  expect(titles()).toEqual(['a', 'z', 'd']);
  expect(page.text()).toContain('Made by Dorothy');
  const last = page.findAll('article')[2];
  expect(last?.findAll('button')).toHaveLength(0);
});

test('who joined by a link, and who has yet to confirm their mail', async () => {
  const { page, root } = await dashboard([anInvite('a', { uses: 1 })]);
  await press(root, 'Who joined');
  expect(page.text()).toContain('Grace Hopper');
  expect(page.text()).toContain('Address not confirmed yet');
  expect(page.text()).toContain('1 of 5');
});

test('a list that can’t be had says why, and is asked for again', async () => {
  const list = vi.fn(async () => ({ items: [anInvite('a')], nextCursor: null }));
  list.mockRejectedValueOnce(problem('unreachable', ''));
  const { page, titles, root } = await dashboard([], { list });
  expect(page.text()).toContain('No answer came');
  await press(root, 'Try again');
  expect(titles()).toEqual(['a']);
});

test('a long list goes on where it ended', async () => {
  const list = async (_: unknown, cursor: string | null) =>
    cursor
      ? { items: [anInvite('b')], nextCursor: null }
      : { items: [anInvite('a')], nextCursor: 'next' };
  const { titles, root } = await dashboard([], { list });
  await press(root, 'Show more');
  expect(titles()).toEqual(['a', 'b']);
});
