import type { InviteMail, NewInvite } from '@portal/shared';
import { flushPromises } from '@vue/test-utils';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Problem, problem } from '../api/problem.ts';
import { useConfigStore } from '../shell/config-store.ts';
import { anInvite } from '../testing/invites.ts';
import { ada, config, labelled, mountPage, press, pressable, type } from '../testing/mount-page.ts';
import ManyLinksView from './ManyLinksView.vue';

beforeEach(() => sessionStorage.clear());
afterEach(() => {
  document.body.innerHTML = '';
});

/** An API that makes one link a key, as the contract says. */
function portal() {
  const made = new Map<string, NewInvite>();
  const mailed: string[] = [];
  const make = vi.fn(async (invite: NewInvite, key = '') => {
    made.set(key, invite);
    return anInvite(`${made.size}`, { label: invite.label ?? '', email: invite.email ?? null });
  });
  const mail = vi.fn(async (_id: string, { email }: InviteMail) => void mailed.push(email));
  return { made, mailed, make, mail };
}

async function view(api: ReturnType<typeof portal>, mails = false) {
  const { page } = await mountPage(ManyLinksView, {
    api: {
      config: { get: async () => ({ ...config, features: { ...config.features, mail: mails } }) },
      invites: { make: api.make, mail: api.mail },
      me: { get: async () => ada },
    },
  });
  await useConfigStore().load();
  await flushPromises();
  const root = document.body;
  const list = async (text: string, shown: string) => {
    await type(labelled(root, 'Your list'), text);
    await vi.waitFor(() => expect(root.textContent).toContain(shown));
  };
  return { page, root, list };
}

/** Keys are worked out first, and each row waits for the one before. */
async function pressAndWait(root: ParentNode, words: string) {
  await press(root, words);
  await vi.waitFor(() => pressable(root, 'Download as CSV'));
}

const refusal = (code: Problem['code'], status: number, retryAfter?: number) => {
  const error = problem(code, '', status);
  if (retryAfter !== undefined) error.problem.params = { retryAfter };
  return error;
};

test('each row is a link, shown before and after', async () => {
  const api = portal();
  const { root, list } = await view(api);
  await list('Grace,grace@example.org\nIda', '2 links');
  expect(api.make).not.toHaveBeenCalled();
  await pressAndWait(root, 'Make 2 links');
  expect([...api.made.values()]).toEqual([
    { label: 'Grace', email: 'grace@example.org', maxUses: 1 },
    { label: 'Ida' },
  ]);
  expect(root.textContent).toContain('Done: 2 links.');
  expect(root.querySelector('progress')).toHaveProperty('value', 2);
  expect(api.mailed).toEqual([]);
});

test('nothing is made while a row has a fault, or the list is too long', async () => {
  const api = portal();
  const { root, list } = await view(api);
  await list('Grace,grace@', 'One row needs another look');
  expect(root.textContent).toContain('“grace@” doesn’t look like an e‑mail address.');
  await press(root, 'Make one link');
  await list(Array.from({ length: 201 }, (_, i) => `Row ${i}`).join('\n'), '201 links');
  expect(root.textContent).toContain('At most 200 links are made at once, and these are 201.');
  await press(root, 'Make 201 links');
  expect(api.make).not.toHaveBeenCalled();
  expect(document.activeElement).toBe(labelled(root, 'Your list'));
});

test('a double press makes each link once', async () => {
  const api = portal();
  const { root, list } = await view(api);
  await list('Grace\nIda', '2 links');
  const button = pressable(root, 'Make 2 links');
  button.click();
  button.click();
  await vi.waitFor(() => expect(root.textContent).toContain('Done: 2 links.'));
  expect(api.make).toHaveBeenCalledTimes(2);
});

test('a row that failed says why, and alone is tried again, under its own key', async () => {
  const api = portal();
  api.make.mockRejectedValueOnce(refusal('failed', 500));
  const { root, list } = await view(api);
  await list('Grace\nGrace\nIda', '3 links');
  await pressAndWait(root, 'Make 3 links');
  expect(root.textContent).toContain('One row failed.');
  expect(root.textContent).toContain('That is our fault');
  await pressAndWait(root, 'Try the failed one again');
  expect(api.make).toHaveBeenCalledTimes(4);
  const keys = api.make.mock.calls.map(([, key]) => key);
  expect(keys[3]).toBe(keys[0]);
  // Rows that are the same are still as many links as rows.
  expect(api.made.size).toBe(3);
  expect(root.textContent).toContain('Done: 3 links.');
});

test('where the server asks to wait, we wait, and go on by ourselves', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const api = portal();
  api.make.mockRejectedValueOnce(refusal('too-many-requests', 429, 7));
  const { root, list } = await view(api);
  vi.useRealTimers();
  await list('Grace', 'One link');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  await press(root, 'Make one link');
  await vi.waitFor(() => expect(api.make).toHaveBeenCalledTimes(1));
  expect(root.textContent).toContain('The server asked us to wait');
  await vi.advanceTimersByTimeAsync(6_900);
  expect(api.make).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(200);
  vi.useRealTimers();
  await flushPromises();
  expect(api.make).toHaveBeenCalledTimes(2);
  expect(root.textContent).toContain('Done: one link.');
});

test('what ends all of it leaves the rest to be gone on with; a reload makes nothing and mails nothing twice', async () => {
  const api = portal();
  const { root, list, page } = await view(api, true);
  await list('Grace,grace@example.org\nIda,ida@example.org', '2 links');
  root.querySelector<HTMLInputElement>('input[type=checkbox]')?.click();
  await flushPromises();
  api.mail.mockImplementationOnce(async (_id, { email }) => void api.mailed.push(email));
  api.mail.mockRejectedValueOnce(refusal('not-signed-in', 401));
  await pressAndWait(root, 'Make 2 links');
  expect(root.textContent).toContain('You are signed out');
  expect(api.mailed).toEqual(['grace@example.org']);

  page.unmount();
  document.body.innerHTML = '';
  const again = await view(api, true);
  await vi.waitFor(() => expect(again.root.textContent).toContain('2 links'));
  again.root.querySelector<HTMLInputElement>('input[type=checkbox]')?.click();
  await pressAndWait(again.root, 'Make 2 links');
  expect(api.made.size).toBe(2);
  expect(api.mailed).toEqual(['grace@example.org', 'ida@example.org']);
  expect(again.root.textContent).toContain('Made and mailed');
});

test('a link whose mail failed is made, and only its mail is tried again', async () => {
  const api = portal();
  const { root, list } = await view(api, true);
  await list('Grace,grace@example.org', 'One link');
  root.querySelector<HTMLInputElement>('input[type=checkbox]')?.click();
  await flushPromises();
  api.mail.mockRejectedValueOnce(refusal('mail-away', 503, 10));
  await pressAndWait(root, 'Make one link');
  expect(root.textContent).toContain('Made, not mailed');
  expect(root.textContent).toContain('The mail may not have left');
  await pressAndWait(root, 'Try the failed one again');
  expect(api.make).toHaveBeenCalledTimes(1);
  expect(api.mailed).toEqual(['grace@example.org']);
});
