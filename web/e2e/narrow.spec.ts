import type { Page } from '@playwright/test';
import { createAccount, fillSignUp, heading, newPerson, signIn } from './support/steps.ts';
import { expect, test } from './support/test.ts';

test.use({ viewport: { width: 320, height: 640 } });

const LONG = 'Donaudampfschifffahrtsgesellschaftskapitänskajütenschlüssel';

/** How far the page can be moved sideways. */
const overhang = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test('no page moves sideways at 320 pixels', async ({ page, portal, visitor }) => {
  const ada = await portal.member('Ada', { lastName: LONG });
  const link = await portal.link(ada, { label: LONG, message: LONG });
  const guest = await visitor();
  await guest.goto(link.url);
  await expect(guest.getByRole('form')).toBeVisible();
  expect(await overhang(guest)).toBe(0);
  await createAccount(guest);
  await expect(guest.getByRole('alert')).toBeVisible();
  expect(await overhang(guest)).toBe(0);
  await fillSignUp(guest, { ...newPerson(), firstName: LONG });
  await createAccount(guest);
  await expect(heading(guest, `One more step, ${LONG}`)).toBeVisible();
  await expect(guest.getByRole('button', { name: 'Change it' })).toBeVisible();
  expect(await overhang(guest)).toBe(0);
  await guest.goto(`${portal.url}/welcome`);
  await expect(guest.getByRole('link', { name: 'Sign in' })).toBeVisible();
  expect(await overhang(guest)).toBe(0);

  await portal.link(ada, {
    label: LONG,
    maxUses: 100,
    email: `${'a.long.one'.repeat(5)}@example.org`,
  });
  const circle = await portal.link(ada, { label: 'Spinning circle', maxUses: 6 });
  const waiting = newPerson();
  await portal.guest(circle, waiting);
  await signIn(page, portal, ada);
  await expect(page.getByRole('article').first()).toBeVisible();
  expect(await overhang(page)).toBe(0);

  const ticket = page.getByRole('article', { name: 'Spinning circle' });
  await ticket.getByRole('button', { name: 'Who joined' }).click();
  const row = ticket.getByRole('listitem').filter({ hasText: waiting.username });
  await expect(row).toContainText('Address not confirmed yet');
  // Name, username and state on a line each: no letter stands alone.
  expect((await row.boundingBox())?.height).toBeLessThan(150);
  expect(await overhang(page)).toBe(0);

  await page.getByRole('button', { name: 'Ended' }).click();
  await page.getByRole('button', { name: 'Who joined' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: LONG })).toBeVisible();
  expect(await overhang(page)).toBe(0);
  await page.getByRole('button', { name: 'Choose options' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  expect(await overhang(page)).toBe(0);

  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByRole('button', { name: 'QR code, print, mail' }).last().click();
  await expect(page.getByRole('img', { name: 'QR code of the link' })).toBeVisible();
  expect(await overhang(page)).toBe(0);
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('link', { name: 'Many at once' }).click();
  await page.getByLabel('Your list').fill(`${LONG};${LONG}@${LONG}.example;${LONG}\nIda;ida@`);
  await expect(page.getByText('One row needs another look.')).toBeVisible();
  expect(await overhang(page)).toBe(0);
});
