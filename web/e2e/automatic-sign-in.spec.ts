import { heading, signInAtKeycloak } from './support/steps.ts';
import { expect, test } from './support/test.ts';

test.use({ portalOptions: { environment: { AUTOMATICALLY_LOG_IN: 'True' } } });

test('the sign-in comes at once, and back to where it was asked for', async ({ page, portal }) => {
  const ada = await portal.member();
  await page.goto(`${portal.url}/?show=everyone`);
  await signInAtKeycloak(page, ada);
  await expect(heading(page, 'Invite someone')).toBeVisible();
  await expect(page).toHaveURL(`${portal.url}/?show=everyone`);
});

test('a link is a link all the same', async ({ page, portal, watch }) => {
  const link = await portal.link(await portal.member());
  await page.goto(link.url);
  await expect(page.getByRole('form', { name: 'Sign up' })).toBeVisible();
  const { keycloakUrl } = portal.realm;
  expect(watch.requests.filter((url) => url.startsWith(keycloakUrl))).toEqual([]);
});
