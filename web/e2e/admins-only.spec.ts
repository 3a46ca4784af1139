import { heading, signIn, signInAtKeycloak, signOut } from './support/steps.ts';
import { expect, test } from './support/test.ts';

test.use({ portalOptions: { environment: { FEATURE_FLAG_ADMINS_ONLY: 'True' } } });

test('a member outside of the needed group is told which, and goes on once let in', async ({
  page,
  portal,
}) => {
  const ida = await portal.member('Ida');
  await page.goto(portal.url);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await signInAtKeycloak(page, ida);
  await expect(heading(page, 'You’re not let in yet')).toBeVisible();
  await expect(page.getByText('You are signed in as Ida Lovelace')).toBeVisible();
  await expect(page.getByText('Administrators')).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();

  const grace = await portal.member('Grace', { groups: ['/Administrators'] });
  await signIn(page, portal, grace);
  await signOut(page);
});
