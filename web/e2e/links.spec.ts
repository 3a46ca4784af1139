import { fillSignUp, heading, newPerson } from './support/steps.ts';
import { expect, PHONE, test } from './support/test.ts';

test.use(PHONE);

test('a link that nobody made', async ({ page, portal }) => {
  await page.goto(`${portal.url}/join#${'A'.repeat(43)}`);
  await expect(heading(page, 'We don’t know this link')).toBeVisible();
  await expect(page.getByText('ask whoever sent it to send it again')).toBeVisible();
  const link = await portal.link(await portal.member());
  await page.getByLabel('Link or code').fill(link.url);
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByRole('form', { name: 'Sign up' })).toBeVisible();
});

test('a link whose time is over', async ({ page, portal }) => {
  const expiresAt = new Date(Date.now() + 1500).toISOString();
  const link = await portal.link(await portal.member(), { expiresAt });
  await expect
    .poll(async () => (await portal.api.post('/invites/lookup', { token: link.token })).status)
    .not.toBe(200);
  await page.goto(link.url);
  await expect(heading(page, 'This link has ended')).toBeVisible();
  await expect(
    page.getByText(/^It worked until (?:to|yester)day at .*\. Ask Ada Lovelace for a new one\./),
  ).toBeVisible();
});

test('a link that was taken back, and taken back again', async ({ page, portal }) => {
  const ada = await portal.member();
  const link = await portal.link(ada);
  const token = await ada.token();
  await portal.api.delete(`/invites/${link.id}`, { token });
  await page.goto(link.url);
  await expect(heading(page, 'This link was taken back')).toBeVisible();
  await expect(page.getByText('If you think that is a mistake, ask Ada Lovelace.')).toBeVisible();

  await portal.api.patch(`/invites/${link.id}`, { revoked: false }, { token });
  await page.reload();
  await expect(page.getByRole('form', { name: 'Sign up' })).toBeVisible();
});

test('a link that somebody else has used', async ({ page, portal }) => {
  const link = await portal.link(await portal.member());
  await page.goto(link.url);
  await expect(page.getByRole('form', { name: 'Sign up' })).toBeVisible();
  await portal.guest(link);

  // Also for who had the form open already.
  await fillSignUp(page, newPerson());
  await page.getByRole('button', { name: 'Create my account' }).click();
  await expect(heading(page, 'This link was already used')).toBeVisible();
  await page.reload();
  await expect(heading(page, 'This link was already used')).toBeVisible();
  await expect(page.getByText('ask Ada Lovelace for a new link')).toBeVisible();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await expect(page.getByLabel('Username or email')).toBeVisible();
});

test('without a link, one can be pasted: whole, or its code', async ({ page, portal }) => {
  const link = await portal.link(await portal.member());
  const box = page.getByLabel('Link or code');
  await page.goto(`${portal.url}/join`);
  await box.fill('kX2vN8');
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(box).toHaveAccessibleDescription(/^That doesn’t look like one of our links\./);
  await expect(box).toBeFocused();

  await box.fill(` <${link.url}>. `);
  await box.press('Enter');
  await expect(page.getByRole('form', { name: 'Sign up' })).toBeVisible();
});

test('a link for one address says so, and takes no other', async ({ page, portal }) => {
  const { email } = newPerson();
  const link = await portal.link(await portal.member(), { email });
  await page.goto(link.url);
  const field = page.getByLabel('E-mail');
  await expect(field).toHaveValue(email);
  await expect(field).not.toBeEditable();
  await expect(field).toHaveAccessibleDescription('This link is for this address only.');
});
