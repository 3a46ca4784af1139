import type { CurrentRegistration } from '@portal/shared';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { problem } from '../api/problem.ts';
import { labelled, mountPage, press, pressable, type } from '../testing/mount-page.ts';
import JoinedView from './JoinedView.vue';

beforeEach(() => {
  sessionStorage.clear();
  vi.useFakeTimers();
});
afterEach(() => {
  document.body.innerHTML = '';
  vi.useRealTimers();
});

const waiting: CurrentRegistration = {
  username: 'grace',
  email: 'grace@gmail.com',
  firstName: 'Grace',
  verification: 'sent',
  resendAfter: 42,
  changesLeft: 3,
};

async function joined(start: CurrentRegistration | Error, more: object = {}) {
  let state = start;
  const current = vi.fn(async () => {
    if (state instanceof Error) throw state;
    return state;
  });
  const { page, router } = await mountPage(JoinedView, {
    api: { registrations: { current, ...more } },
  });
  const become = (next: CurrentRegistration | Error) => {
    state = next;
  };
  return { page, router, current, become, root: document.body };
}

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000);

test('says where the mail went and leads to it, for the providers that many use', async () => {
  const { page, root } = await joined(waiting);
  expect(page.get('h1').text()).toBe('One more step, Grace');
  expect(page.text()).toContain('We sent a mail to grace@gmail.com');
  expect(pressable(root, 'Open my mail').getAttribute('href')).toBe('https://mail.google.com/');
});

test('no way to the mail is guessed for other providers', async () => {
  const { page } = await joined({ ...waiting, email: 'grace@weavers.example' });
  expect(page.text()).not.toContain('Open my mail');
});

test('a mail that has yet to leave isn’t called sent', async () => {
  const { page, root } = await joined({ ...waiting, verification: 'pending' });
  expect(page.text()).toContain('We are about to send a mail');
  expect(page.text()).not.toContain('Send again');
  expect(page.text()).not.toContain('spam');
  expect(pressable(root, 'Change it')).toBeTruthy();
});

test('the mail can be sent again after a visible wait', async () => {
  const sendMail = vi.fn(async () => undefined);
  const { page, root, become } = await joined(waiting, { sendMail });
  await press(root, 'Send again in 0:42');
  expect(sendMail).not.toHaveBeenCalled();
  become({ ...waiting, resendAfter: 0 });
  await seconds(43);
  await press(root, 'Send again');
  expect(sendMail).toHaveBeenCalledOnce();
  expect(page.text()).toContain('A new mail is on its way to grace@gmail.com.');
});

test('a wrong address is mended; what is wrong with the new one is said there', async () => {
  const refusal = problem('invalid-input', '', 400);
  refusal.problem.errors = [{ field: 'email', code: 'email' }];
  const mend = vi.fn(async () => undefined).mockRejectedValueOnce(refusal);
  const { page, root, become } = await joined(waiting, { mend });
  await press(root, 'Change it');
  expect(page.get('h2').text()).toBe('Change the address');
  expect(labelled(root, 'New e-mail address')).toHaveProperty('value', 'grace@gmail.com');
  await type(labelled(root, 'New e-mail address'), 'grace@');
  await press(root, 'Send the mail there');
  expect(page.text()).toContain('doesn’t look like an e‑mail address');
  become({ ...waiting, email: 'hopper@example.org', changesLeft: 0 });
  await type(labelled(root, 'New e-mail address'), 'hopper@example.org');
  await press(root, 'Send the mail there');
  expect(mend).toHaveBeenLastCalledWith('hopper@example.org');
  expect(page.text()).toContain('We sent a mail to hopper@example.org');
  expect(page.text()).toContain('Look into the spam folder. The address can’t be changed any more');
});

test.each([
  ['the address is confirmed', { ...waiting, verification: 'verified' as const }],
  ['the sign-up is complete', problem('registration-complete', '', 409)],
])('goes on to the sign-in when %s, and asks no more', async (_, end) => {
  const { page, root, current, become } = await joined(waiting);
  become(end);
  await seconds(6);
  expect(page.get('h1').text()).toBe('You’re in, Grace');
  expect(pressable(root, 'Sign in').getAttribute('href')).toBe('/sign-in');
  const asked = current.mock.calls.length;
  await seconds(120);
  expect(current).toHaveBeenCalledTimes(asked);
});

test('asks ever more rarely, not at all while hidden, and at once when seen again', async () => {
  const { current } = await joined(waiting);
  await seconds(600);
  expect(current.mock.calls.length).toBeLessThan(30);
  const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
  document.dispatchEvent(new Event('visibilitychange'));
  const asked = current.mock.calls.length;
  await seconds(600);
  expect(current).toHaveBeenCalledTimes(asked);
  hidden.mockReturnValue(false);
  document.dispatchEvent(new Event('visibilitychange'));
  await seconds(0);
  expect(current).toHaveBeenCalledTimes(asked + 1);
});

test('a server that is away for a while changes nothing on the page', async () => {
  const { page, become } = await joined(waiting);
  become(problem('unreachable', ''));
  await seconds(30);
  expect(page.get('h1').text()).toBe('One more step, Grace');
});

test('without the cookie it says what is known in this tab, or that nothing waits here', async () => {
  const gone = problem('registration-unknown', '', 401);
  expect((await joined(gone)).page.get('h1').text()).toBe('Nothing is waiting here');
  document.body.innerHTML = '';
  sessionStorage.setItem(
    'portal.join.joined',
    JSON.stringify({ token: 't', email: 'g@example.org' }),
  );
  expect((await joined(gone)).page.get('h1').text()).toBe('Your account is made');
});
