import type { Page } from '@playwright/test';
import { createAccount, fillSignUp, newPerson, signIn } from './support/steps.ts';
import { expect, test } from './support/test.ts';

const IMAGE = '<img src=x onerror="window.ran=1">';
const SCRIPT = '<script>window.ran=1</script>';
const OTHERS = '{{ 7 * 7 }} {name} @:app.wait javascript:window.ran=1';

test.use({
  portalOptions: {
    environment: { COMMUNITY_NAME: `Weavers ${IMAGE}` },
    // Keycloak's own pages take the realm's name for HTML.
    newRealm: { displayName: 'Weavers' },
  },
});

const ran = (page: Page) => page.evaluate(() => 'ran' in window);

test('what people write is text, whatever it looks like', async ({ page, portal, visitor }) => {
  const { admin } = portal.realm;
  // Keycloak forbids such names by rules of the profile, which a realm may do without.
  const profile = await admin.get('/users/profile');
  await admin.put('/users/profile', {
    ...profile,
    attributes: attributesOf(profile).map((it) => ({ ...it, validations: {} })),
  });
  const ada = await portal.member('Ada', { firstName: IMAGE, lastName: SCRIPT });
  const link = await portal.link(ada, { label: IMAGE + OTHERS, message: SCRIPT + OTHERS });

  const guest = await visitor();
  await guest.goto(link.url);
  await expect(guest.getByText(`You’re invited to Weavers ${IMAGE}`)).toBeVisible();
  await expect(guest.getByText(`${IMAGE} ${SCRIPT} sent you this link.`)).toBeVisible();
  await expect(guest.getByText(SCRIPT + OTHERS)).toBeVisible();
  await fillSignUp(guest, { ...newPerson(), firstName: IMAGE, lastName: OTHERS });
  await createAccount(guest);
  await expect(guest.getByRole('heading', { name: `One more step, ${IMAGE}` })).toBeVisible();
  expect(await ran(guest)).toBe(false);

  await signIn(page, portal, ada);
  await page.getByRole('button', { name: 'Ended' }).click();
  const ticket = page.getByRole('article', { name: IMAGE + OTHERS });
  await ticket.getByRole('button', { name: 'Who joined' }).click();
  await expect(ticket.getByText(`${IMAGE} ${OTHERS}`)).toBeVisible();
  await page.getByRole('button', { name: 'My account' }).click();
  await expect(page.getByRole('menu')).toContainText(`${IMAGE} ${SCRIPT}`);
  expect(await ran(page)).toBe(false);
  await expect(page.locator('img, script:not([src])')).toHaveCount(0);
});

function attributesOf({ attributes }: Record<string, unknown>): object[] {
  return Array.isArray(attributes) ? attributes : [];
}
