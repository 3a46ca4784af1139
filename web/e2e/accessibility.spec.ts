import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { createAccount, fillSignUp, heading, newPerson, signIn } from './support/steps.ts';
import { expect, test } from './support/test.ts';

/** What axe finds in a page: in light, in dark, and written from the right. */
async function expectNothingFound(page: Page): Promise<void> {
  for (const look of ['light', 'dark', 'rtl'] as const) {
    await page.emulateMedia({ colorScheme: look === 'dark' ? 'dark' : 'light' });
    await page.evaluate(
      (dir) => {
        document.documentElement.dir = dir;
      },
      look === 'rtl' ? 'rtl' : 'ltr',
    );
    const { violations } = await new AxeBuilder({ page }).analyze();
    const found = violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, failureSummary }) => ({ id, help, target, failureSummary })),
    );
    expect(found, look).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

test('axe finds nothing on the pages for everybody', async ({ page, portal }) => {
  await page.goto(`${portal.url}/welcome`);
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
  await expectNothingFound(page);

  await page.goto(`${portal.url}/join`);
  await expect(heading(page, 'Do you have a link or a code?')).toBeVisible();
  await expectNothingFound(page);
  await page.goto(`${portal.url}/join#${'A'.repeat(43)}`);
  await expect(heading(page, 'We don’t know this link')).toBeVisible();
  await expectNothingFound(page);
});

test('axe finds nothing on the pages of a sign-up', async ({ page, portal }) => {
  const link = await portal.link(await portal.member(), { message: 'Welcome.' });
  await page.goto(link.url);
  await expect(page.getByRole('form')).toBeVisible();
  await expectNothingFound(page);
  await createAccount(page);
  await expect(page.getByRole('alert')).toBeVisible();
  await expectNothingFound(page);
  await fillSignUp(page, newPerson());
  await createAccount(page);
  await expect(page.getByRole('button', { name: 'Change it' })).toBeVisible();
  await expectNothingFound(page);
  await page.getByRole('button', { name: 'Change it' }).click();
  await expectNothingFound(page);
});

test('axe finds nothing on the dashboard', async ({ page, portal }) => {
  const ada = await portal.member();
  await signIn(page, portal, ada);
  await expect(page.getByRole('heading', { name: 'No open links' })).toBeVisible();
  await expectNothingFound(page);

  const link = await portal.link(ada, { label: 'Loom group', maxUses: 5 });
  await portal.guest(link);
  const revoked = await portal.link(ada, { label: 'Market stall poster' });
  await portal.api.delete(`/invites/${revoked.id}`, { token: await ada.token() });
  await page.reload();
  await page.getByRole('button', { name: 'New link' }).click();
  await expect(page.getByText('Just made')).toBeVisible();
  await page.getByRole('button', { name: 'Who joined' }).click();
  await expect(page.getByText('Grace Hopper', { exact: true })).toBeVisible();
  await expectNothingFound(page);
  await page.getByRole('button', { name: 'Everyone’s' }).click();
  await expect(page.getByText('Revoked', { exact: true })).toBeVisible();
  await expectNothingFound(page);

  await page.getByRole('button', { name: 'Choose options' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectNothingFound(page);
  await page.getByRole('button', { name: 'Cancel' }).click();

  await page.getByRole('button', { name: 'QR code, print, mail' }).first().click();
  await expect(page.getByRole('img', { name: 'QR code of the link' })).toBeVisible();
  await expectNothingFound(page);
});

test('axe finds nothing where many links are made', async ({ page, portal }) => {
  await signIn(page, portal, await portal.member());
  await page.getByRole('link', { name: 'Many at once' }).click();
  await page.getByLabel('Your list').fill('Grace,grace@example.org,Welcome\nIda,ida@');
  await expect(page.getByText('One row needs another look.')).toBeVisible();
  await expectNothingFound(page);
  await page.getByLabel('Your list').fill('Grace,grace@example.org,Welcome\nIda');
  await page.getByRole('button', { name: 'Make 2 links' }).click();
  await expect(page.getByText('Done: 2 links.')).toBeVisible();
  await expectNothingFound(page);
});

test('axe finds nothing where it says who invited whom', async ({ page, portal }) => {
  const ada = await portal.member();
  await portal.guest(await portal.link(ada));
  await signIn(page, portal, ada);
  await page.goto(`${portal.url}/tree`);
  await page.getByText('As a table').first().click();
  await page.getByRole('treeitem', { name: 'Grace Hopper' }).first().click();
  await expectNothingFound(page);
});
