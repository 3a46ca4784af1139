import { createAccount, fillSignUp, heading, newPerson, signIn, signOut } from './support/steps.ts';
import { expect, test } from './support/test.ts';

test.use({ portalOptions: { path: '/portal' } });

test('below a path, everything is asked for below it, and links lead there', async ({
  page,
  portal,
  visitor,
  watch,
}) => {
  const ada = await portal.member();
  await signIn(page, portal, ada);
  await expect(page).toHaveURL(`${portal.url}/`);
  await page.getByRole('button', { name: 'New link' }).click();
  const link = await page.getByRole('textbox', { name: 'Link:' }).inputValue();
  expect(link.startsWith(`${portal.url}/join#`)).toBe(true);

  const guest = await visitor();
  await guest.goto(link);
  await fillSignUp(guest, newPerson());
  await createAccount(guest);
  await expect(heading(guest, 'One more step, Grace')).toBeVisible();
  await expect(guest).toHaveURL(`${portal.url}/joined`);
  await guest.reload();
  await expect(heading(guest, 'One more step, Grace')).toBeVisible();
  await signOut(page);

  const outside = watch.requests.filter(
    (url) => url.startsWith(new URL(portal.url).origin) && !url.startsWith(`${portal.url}/`),
  );
  expect(outside).toEqual([]);
});
