import {
  confirmAddress,
  createAccount,
  fillSignUp,
  heading,
  newPerson,
  verificationMail,
} from './support/steps.ts';
import { expect, PHONE, test } from './support/test.ts';

test.use(PHONE);

test('the page behind a link says who invites, what they say and until when', async ({
  page,
  portal,
}) => {
  const ida = await portal.member('Ida', { lastName: 'Rhodes' });
  const link = await portal.link(ida, { message: 'Come and weave.', maxUses: 3, days: 20 });
  await page.goto(link.url);
  await expect(page.getByText('Ida Rhodes sent you this link.')).toBeVisible();
  await expect(page.getByText('3 people can join by it, until')).toBeVisible();
  await expect(page.getByText('Come and weave.')).toBeVisible();
  await expect(page).toHaveTitle(/You’re invited to Weavers’ Co-op/);
});

test('a weak password, then a taken e-mail are said at their fields; the third try is right', async ({
  page,
  portal,
}) => {
  const ada = await portal.member();
  const link = await portal.link(ada);
  const grace = newPerson();
  await page.goto(link.url);
  await fillSignUp(page, { ...grace, password: 'short' });
  await createAccount(page);

  const password = page.getByLabel('Password', { exact: true });
  await expect(password).toHaveAccessibleDescription('8 characters or more.');
  await expect(password).toHaveAttribute('aria-invalid', 'true');
  await expect(password).toBeFocused();
  await fillSignUp(page, { email: ada.email, password: grace.password });
  await createAccount(page);

  const email = page.getByLabel('E-mail');
  await expect(email).toHaveAccessibleDescription(/^Somebody here already uses this address\./);
  await expect(email).toBeFocused();
  await expect(email).toHaveValue(ada.email);
  await expect(page.getByLabel('First name')).toHaveValue('Grace');
  await expect(page.getByLabel('Last name')).toHaveValue('Hopper');
  await expect(page.getByLabel('Username')).toHaveValue(grace.username);
  await expect(password).toHaveValue(grace.password);
  await fillSignUp(page, { email: grace.email });
  await createAccount(page);

  await expect(heading(page, 'One more step, Grace')).toBeVisible();
  expect(await portal.accounts(link)).toHaveLength(1);
});

test('what is missing is said before anything is sent', async ({ page, portal, watch }) => {
  const link = await portal.link(await portal.member());
  await page.goto(link.url);
  await createAccount(page);
  await expect(page.getByLabel('First name')).toBeFocused();
  await expect(page.getByLabel('E-mail')).toHaveAccessibleDescription('Please fill this in.');
  await expect(page.getByRole('alert')).toContainText('5 things need another look');
  expect(watch.requests.filter((url) => url.endsWith('/registrations'))).toEqual([]);
});

test('a double click and Enter make one account', async ({ page, portal }) => {
  const link = await portal.link(await portal.member(), { maxUses: null });
  await page.goto(link.url);
  await fillSignUp(page, newPerson());
  const button = page.getByRole('button', { name: 'Create my account' });
  await button.dblclick();
  await page.keyboard.press('Enter');
  await expect(heading(page, 'One more step, Grace')).toBeVisible();
  expect(await portal.accounts(link)).toHaveLength(1);
});

test('a form that a password manager filled is read as it stands', async ({ page, portal }) => {
  const link = await portal.link(await portal.member());
  const grace = newPerson();
  await page.goto(link.url);
  await page.getByRole('form').evaluate((form, values) => {
    for (const [name, value] of Object.entries(values)) {
      const input = form.querySelector<HTMLInputElement>(`[name="${name}"]`);
      if (input) input.value = value;
    }
  }, grace);
  await createAccount(page);
  await expect(heading(page, 'One more step, Grace')).toBeVisible();
});

test('reload, back, forward and the link again show what was done, and sign nobody up twice', async ({
  page,
  portal,
}) => {
  const link = await portal.link(await portal.member(), { maxUses: null });
  const grace = newPerson();
  const done = heading(page, 'One more step, Grace');
  await page.goto(`${portal.url}/welcome`);
  await page.getByRole('link', { name: 'I have a link or code' }).click();
  await page.getByLabel('Link or code').fill(link.url);
  await page.getByRole('button', { name: 'Go on' }).click();
  await fillSignUp(page, grace);
  await createAccount(page);
  await expect(done).toBeVisible();

  await page.reload();
  await expect(done).toBeVisible();
  await expect(page.getByText(grace.email)).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('link', { name: 'I have a link or code' })).toBeVisible();
  await page.goForward();
  await expect(done).toBeVisible();
  await page.goto(link.url);
  await expect(done).toBeVisible();
  expect(await portal.accounts(link)).toHaveLength(1);
});

test('a mistyped address is mended, the new mail confirms it, and the page sees that', async ({
  page,
  context,
  portal,
}) => {
  const link = await portal.link(await portal.member());
  const grace = newPerson();
  const wrong = `wrong.${grace.email}`;
  await page.goto(link.url);
  await fillSignUp(page, { ...grace, email: wrong });
  await createAccount(page);
  await expect(page.getByText(`We sent a mail to ${wrong}`)).toBeVisible();

  await page.getByRole('button', { name: 'Change it' }).click();
  await page.getByLabel('New e-mail address').fill(grace.email);
  await page.getByRole('button', { name: 'Send the mail there' }).click();
  await expect(page.getByText(`We sent a mail to ${grace.email}`)).toBeVisible();

  const mails = await context.newPage();
  await confirmAddress(mails, await verificationMail(grace.email));
  await expect(heading(page, 'You’re in, Grace')).toBeVisible();
  await expect(page.getByText(grace.username)).toBeVisible();
});

test('a cut line while signing up: the second press finds the account of the first', async ({
  page,
  portal,
  watch,
}) => {
  watch.expect(/ERR_FAILED/);
  const link = await portal.link(await portal.member(), { maxUses: null });
  await page.goto(link.url);
  await fillSignUp(page, newPerson());
  // The request arrives and is done; its answer gets lost.
  await page.route('**/api/v1/registrations', async (route) => {
    await route.fetch();
    await route.abort();
  });
  await createAccount(page);
  await expect(
    page.getByText('The server can’t be reached. What you typed is kept.'),
  ).toBeVisible();
  await page.unroute('**/api/v1/registrations');
  await createAccount(page);
  await expect(heading(page, 'One more step, Grace')).toBeVisible();
  expect(await portal.accounts(link)).toHaveLength(1);
});
