import { COMMUNITY } from './support/portal.ts';
import {
  confirmAddress,
  createAccount,
  fillSignUp,
  heading,
  newPerson,
  signIn,
  signInAtKeycloak,
  signOut,
  verificationMail,
} from './support/steps.ts';
import { expect, PHONE, test } from './support/test.ts';

test('a member invites somebody, who signs up, confirms their address and is in', async ({
  page,
  context,
  portal,
  visitor,
}) => {
  const ada = await portal.member('Ada');
  const grace = newPerson();
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);

  // The member: a link in one press.
  await signIn(page, portal, ada);
  await page.getByRole('button', { name: 'New link' }).click();
  await expect(page.getByText('Just made, copied')).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/\/join#[\w-]{43}$/);
  expect(link.startsWith(portal.url)).toBe(true);

  // Whoever was sent it, on a phone.
  const phone = await visitor(PHONE);
  await phone.goto(link);
  await expect(heading(phone, `You’re invited to ${COMMUNITY}`)).toBeVisible();
  await expect(phone.getByText('Ada Lovelace sent you this link.')).toBeVisible();
  await expect(phone).toHaveURL(`${portal.url}/join`);
  await fillSignUp(phone, grace);
  await createAccount(phone);
  await expect(heading(phone, 'One more step, Grace')).toBeVisible();
  await expect(phone.getByText(`We sent a mail to ${grace.email}`)).toBeVisible();

  // The mail that the realm sent.
  const mail = await verificationMail(grace.email);
  await confirmAddress(phone, mail);
  await phone.getByRole('link', { name: 'Sign in' }).click();
  await signInAtKeycloak(phone, grace);
  await expect(heading(phone, 'Invite someone')).toBeVisible();
  await expect(phone.getByRole('heading', { name: 'No open links' })).toBeVisible();

  // The member again: who came by it.
  await page.reload();
  await page.getByRole('button', { name: 'Ended' }).click();
  const ticket = page.getByRole('article');
  await expect(ticket).toContainText('1 of 1');
  await ticket.getByRole('button', { name: 'Who joined' }).click();
  const joined = ticket.getByRole('listitem').filter({ hasText: 'Grace Hopper' });
  await expect(joined).toContainText(`@${grace.username}`);
  await expect(joined).not.toContainText('Address not confirmed yet');

  await signOut(page);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await expect(page.getByLabel('Password', { exact: true })).toBeVisible();
});
