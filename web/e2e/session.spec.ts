import {
  createAccount,
  fillSignUp,
  heading,
  newPerson,
  signIn,
  signInAtKeycloak,
} from './support/steps.ts';
import { expect, test } from './support/test.ts';

test('a deep link comes back whole after signing in, and stays clean', async ({ page, portal }) => {
  const ada = await portal.member();
  const address = `${portal.url}/?q=a+b&x=%23`;
  await page.goto(address);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await signInAtKeycloak(page, ada);
  for (const _again of [1, 2, 3]) {
    await expect(heading(page, 'Invite someone')).toBeVisible();
    await expect(page).toHaveURL(address);
    await page.reload();
  }
  await expect(heading(page, 'Invite someone')).toBeVisible();
  await page.goto(`${portal.url}/welcome`);
  await page.goBack();
  await expect(heading(page, 'Invite someone')).toBeVisible();
  await expect(page).toHaveURL(address);
});

test('the pages for everybody ask nothing of Keycloak', async ({ page, portal, watch }) => {
  const link = await portal.link(await portal.member());
  await page.goto(`${portal.url}/welcome`);
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
  await page.goto(`${portal.url}/join`);
  await expect(page.getByLabel('Link or code')).toBeVisible();
  await page.goto(link.url);
  await fillSignUp(page, newPerson());
  await createAccount(page);
  await expect(heading(page, 'One more step, Grace')).toBeVisible();
  await page.goto(`${portal.url}/nowhere`);
  await expect(heading(page, 'There is no page here')).toBeVisible();
  const { keycloakUrl } = portal.realm;
  expect(watch.requests.filter((url) => url.startsWith(keycloakUrl))).toEqual([]);
});

test('who is signed in and opens a link is told so, and the link is untouched', async ({
  page,
  portal,
}) => {
  const ada = await portal.member();
  const link = await portal.link(ada);
  await signIn(page, portal, ada);
  await page.goto(link.url);
  await expect(page.getByText('You are signed in as Ada Lovelace')).toBeVisible();
  await page.getByRole('link', { name: 'Go to my links' }).click();
  await expect(heading(page, 'Invite someone')).toBeVisible();
  await expect(page.getByRole('article')).toContainText('0 of 1');
});

test('a page left open for half an hour goes on', async ({ page, portal }) => {
  await page.clock.install();
  await signIn(page, portal, await portal.member());
  await page.clock.fastForward('30:00');
  await page.getByRole('button', { name: 'New link' }).click();
  await expect(page.getByText('Just made')).toBeVisible();
  await expect(page.getByText('You are signed out')).toBeHidden();
});

test('a computer whose clock is wrong signs in all the same', async ({ page, portal }) => {
  await page.clock.install({ time: Date.now() + 20 * 60_000 });
  await signIn(page, portal, await portal.member());
  await page.getByRole('button', { name: 'New link' }).click();
  await expect(page.getByText('Just made')).toBeVisible();
});

test('a session that ended is said once, calmly, and what was typed is kept', async ({
  page,
  portal,
  watch,
}) => {
  // Keycloak's no to the refresh token.
  watch.expect(/status of 400 .*\/token\)$/);
  const ada = await portal.member();
  await page.clock.install();
  await signIn(page, portal, ada);
  await page.getByRole('button', { name: 'Choose options' }).click();
  await page.getByLabel('Note').fill('Loom group, November');
  const left = await portal.realm.admin.ask('POST', `/users/${ada.id}/logout`);
  expect(left.status).toBe(204);
  await page.clock.fastForward('30:00');
  await page.getByRole('button', { name: 'Make and copy' }).click();

  const again = page.getByRole('dialog').getByRole('button', { name: 'Sign in again' });
  await expect(again).toBeVisible();
  await expect(page.getByLabel('Note')).toHaveValue('Loom group, November');
  await again.click();
  await signInAtKeycloak(page, ada);
  await page.getByRole('button', { name: 'Choose options' }).click();
  await expect(page.getByLabel('Note')).toHaveValue('Loom group, November');
});

test('who is not in any more is greeted, and not sent round in circles', async ({
  page,
  portal,
}) => {
  const ada = await portal.member();
  await signIn(page, portal, ada);
  await portal.realm.admin.ask('POST', `/users/${ada.id}/logout`);
  await page.goto(`${portal.url}/`);
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
});
