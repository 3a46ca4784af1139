import type { PageSummary } from '@portal/shared';
import { flushPromises } from '@vue/test-utils';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fill, join, lookup, made, refused, submit } from '../testing/join-page.ts';
import { config, pressable } from '../testing/mount-page.ts';

beforeEach(() => {
  sessionStorage.clear();
  localStorage.clear();
  vi.stubGlobal('isSecureContext', true);
});
afterEach(() => {
  document.body.innerHTML = '';
});

const rules = (version: string): PageSummary => ({
  ...{ slug: 'rules', title: 'Our rules', menu: true, invitee: false, terms: true },
  version,
});
const withTerms = (version: string) => ({ ...config, pages: [rules(version)] });

function box(root: ParentNode): HTMLInputElement {
  const found = root.querySelector<HTMLInputElement>('input[name="portal.terms"]');
  if (!found) throw new Error('There are no terms.');
  return found;
}
async function tick(root: ParentNode): Promise<void> {
  box(root).click();
  await flushPromises();
}

test('without terms there is no box, and none is spoken of', async () => {
  const { root, creating } = await join();
  expect(root.querySelector('[type=checkbox]')).toBeNull();
  await fill(root);
  await submit(root);
  expect(creating.mock.calls[0]?.[0]).not.toHaveProperty('acceptedTerms');
});

test('terms have to be accepted; the version that was shown is sent', async () => {
  const { root, page, creating } = await join(lookup(), made, async () => withTerms('7'));
  await fill(root);
  await submit(root);
  expect(creating).not.toHaveBeenCalled();
  expect(page.text()).toContain('Please read it, and tick the box if you agree.');
  expect(page.get('[role=alert]').text()).toContain('One thing needs another look: Our rules');
  expect(document.activeElement).toBe(box(root));
  await tick(root);
  expect(page.text()).not.toContain('tick the box');
  await submit(root);
  expect(creating.mock.calls[0]?.[0]).toHaveProperty('acceptedTerms', '7');
});

test('the box is called by its words and the page, which opens beside the form', async () => {
  const { root } = await join(lookup(), made, async () => withTerms('7'));
  const name = (box(root).getAttribute('aria-labelledby') ?? '')
    .split(' ')
    .map((id) => document.getElementById(id)?.textContent?.trim());
  expect(name).toEqual(['I have read and accept:', 'Our rules']);
  expect(pressable(root, 'Our rules').getAttribute('href')).toBe('/pages/rules');
  root.querySelector<HTMLElement>('label[for="portal.terms"]')?.click();
  await flushPromises();
  expect(box(root).checked).toBe(true);
});

test('terms that changed meanwhile are fetched, and asked about again', async () => {
  let version = '7';
  const changed = refused('invalid-input', 400, {
    errors: [{ field: 'acceptedTerms', code: 'terms-changed' }],
  });
  const { root, page, creating } = await join(
    lookup(),
    async (registration) => {
      if (registration.acceptedTerms !== '8') throw changed;
      return made(registration, '');
    },
    async () => withTerms(version),
  );
  await fill(root);
  await tick(root);
  version = '8';
  await submit(root);
  expect(page.text()).toContain('This has changed since you read it.');
  expect(box(root).checked).toBe(false);
  expect(document.activeElement).toBe(box(root));
  await tick(root);
  await submit(root);
  expect(creating.mock.calls.map(([sent]) => sent.acceptedTerms)).toEqual(['7', '8']);
});

test('terms that the page didn’t know of are fetched where the server names them', async () => {
  let known = config;
  const { root, page } = await join(
    lookup(),
    () =>
      Promise.reject(
        refused('invalid-input', 400, { errors: [{ field: 'acceptedTerms', code: 'required' }] }),
      ),
    async () => known,
  );
  await fill(root);
  known = withTerms('1');
  await submit(root);
  expect(box(root).checked).toBe(false);
  expect(page.get('[role=alert]').text()).toContain('One thing needs another look: Our rules');
});

test('what was accepted is still accepted after a reload, but not in another version', async () => {
  const first = await join(lookup(), made, async () => withTerms('7'));
  await tick(first.root);
  first.page.unmount();
  const second = await join(lookup(), made, async () => withTerms('7'));
  expect(box(second.root).checked).toBe(true);
  second.page.unmount();
  const third = await join(lookup(), made, async () => withTerms('8'));
  expect(box(third.root).checked).toBe(false);
});
