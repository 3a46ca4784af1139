import { readdir, readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { createAccount, fillSignUp, newPerson, signIn } from './support/steps.ts';
import { expect, test } from './support/test.ts';

const IMAGE = '<img src=x onerror="window.ran=1">';
const SCRIPT = '<script>window.ran=1</script>';
const LABEL = '<b onclick="window.ran=1">About</b>';
const HELP = '<svg onload="window.ran=1">';
const OTHERS = '{{ 7 * 7 }} {name} @:app.wait javascript:window.ran=1';

test.use({
  portalOptions: {
    environment: { COMMUNITY_NAME: `Weavers ${IMAGE}` },
    // Keycloak's own pages take the realm's name for HTML.
    newRealm: { displayName: 'Weavers' },
    attributes: [
      {
        name: 'about',
        displayName: LABEL,
        annotations: { inputType: 'textarea', inputHelperTextBefore: HELP },
      },
      {
        name: 'guild',
        displayName: `Guild ${HELP}`,
        annotations: { inputType: 'select' },
        validations: { options: { options: [IMAGE, SCRIPT] } },
      },
    ],
  },
});

async function expectNothingRan(page: Page): Promise<void> {
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  await expect(page.locator('img, script:not([src]), [href^="javascript"]')).toHaveCount(0);
}

test('what people write is text, whatever it looks like', async ({ page, portal, visitor }) => {
  const { admin } = portal.realm;
  // Keycloak forbids such names by rules of the profile, which a realm may do without.
  const profile = await admin.get('/users/profile');
  await admin.put('/users/profile', {
    ...profile,
    attributes: attributesOf(profile).map((it) => (isName(it) ? { ...it, validations: {} } : it)),
  });
  const ada = await portal.member('Ada', { firstName: IMAGE, lastName: SCRIPT });
  const link = await portal.link(ada, { label: IMAGE + OTHERS, message: SCRIPT + OTHERS });

  const guest = await visitor();
  await guest.goto(link.url);
  await expect(guest.getByText(`You’re invited to Weavers ${IMAGE}`)).toBeVisible();
  await expect(guest.getByText(`${IMAGE} ${SCRIPT} sent you this link.`)).toBeVisible();
  await expect(guest.getByText(SCRIPT + OTHERS)).toBeVisible();
  await expect(guest).toHaveTitle(new RegExp(`Weavers ${IMAGE.replace(/[.?]/g, '\\$&')}`));
  await expect(guest.getByLabel(LABEL)).toHaveAccessibleDescription(HELP);
  await guest.getByLabel(LABEL).fill(SCRIPT);
  await guest.getByLabel(`Guild ${HELP}`).selectOption(SCRIPT);
  // What no script is in, as the realm forbids angle brackets in an address.
  const email = `{{7*7}}'&lt.${Date.now()}@example.org`;
  await fillSignUp(guest, { ...newPerson(), email, firstName: IMAGE, lastName: OTHERS });
  await createAccount(guest);
  await expect(guest.getByRole('heading', { name: `One more step, ${IMAGE}` })).toBeVisible();
  await expect(guest.getByText(`We sent a mail to ${email}`)).toBeVisible();
  await expectNothingRan(guest);

  const late = await visitor();
  await late.goto(link.url);
  await expect(late.getByText(`ask ${IMAGE} ${SCRIPT} for a new link`)).toBeVisible();
  await expectNothingRan(late);

  await signIn(page, portal, ada);
  await page.getByRole('button', { name: 'Ended' }).click();
  const ticket = page.getByRole('article', { name: IMAGE + OTHERS });
  await ticket.getByRole('button', { name: 'Who joined' }).click();
  await expect(ticket.getByText(`${IMAGE} ${OTHERS}`)).toBeVisible();
  await page.getByRole('button', { name: 'My account' }).click();
  await expect(page.getByRole('menu')).toContainText(`${IMAGE} ${SCRIPT}`);
  await expectNothingRan(page);
});

test('a link for one address shows it as it is', async ({ portal, visitor }) => {
  const email = `{{7*7}}'&lt.${Date.now()}@example.org`;
  const link = await portal.link(await portal.member(), { email });
  const guest = await visitor();
  await guest.goto(link.url);
  await expect(guest.getByLabel('E-mail')).toHaveValue(email);
  await expectNothingRan(guest);
});

test('no page takes a text for HTML', async () => {
  const sources = new URL('../src/', import.meta.url);
  const files = (await readdir(sources, { recursive: true })).filter(
    (file) => /\.(vue|ts)$/.test(file) && !file.endsWith('.test.ts'),
  );
  expect(files.length).toBeGreaterThan(50);
  for (const file of files)
    expect(await readFile(new URL(file, sources), 'utf8'), file).not.toMatch(
      /v-html|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/,
    );
});

const isName = (attribute: object) =>
  'name' in attribute && /^(first|last)Name$/.test(String(attribute.name));

function attributesOf({ attributes }: Record<string, unknown>): object[] {
  return Array.isArray(attributes) ? attributes : [];
}
