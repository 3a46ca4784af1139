import { AxeBuilder } from '@axe-core/playwright';
import { waitForMail } from '../../docker/stack/mail-reader.ts';
import { newPerson, signIn } from './support/steps.ts';
import { expect, PHONE, test } from './support/test.ts';

test.use({
  portalOptions: {
    environment: {
      SMTP_URL: `smtp://127.0.0.1:${process.env.TEST_SMTP_PORT}`,
      MAIL_FROM: 'portal@example.org',
    },
  },
});
test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

const MAILS = process.env.TEST_MAIL_URL ?? '';

test('a link is shown as a code, printed and mailed, and the mail’s link opens', async ({
  page,
  portal,
  visitor,
}) => {
  const ada = await portal.member();
  await portal.link(ada, { label: 'For Grace', message: 'Bring wool.' });
  await signIn(page, portal, ada);
  await page.getByRole('button', { name: 'QR code, print, mail' }).click();
  const dialog = page.getByRole('dialog', { name: 'Hand on “For Grace”' });
  await expect(dialog.getByRole('img', { name: 'QR code of the link' })).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  await page.emulateMedia({ media: 'print' });
  await expect(dialog).toBeHidden();
  const sheet = page.locator('.print-sheet');
  for (const text of ['Ada Lovelace invites you to join', 'Bring wool.', `${portal.url}/join#`])
    await expect(sheet.getByText(text)).toBeVisible();
  await page.emulateMedia({ media: 'screen' });
  await expect(sheet).toBeHidden();

  const { email } = newPerson();
  await dialog.getByLabel('E-mail address').fill(email);
  await dialog.getByRole('button', { name: 'Send the mail' }).press('Enter');
  await expect(dialog.getByText('Mailed to')).toBeVisible();
  const { links, text } = await waitForMail(MAILS, email);
  expect(text).toContain('> Bring wool.');
  const guest = await visitor();
  await guest.goto(links[0] ?? '');
  await expect(guest.getByText('Bring wool.')).toBeVisible();
});

test('many links are made from a list, each mailed, with a result a row that can be kept', async ({
  page,
  portal,
}) => {
  const ada = await portal.member();
  await signIn(page, portal, ada);
  await page.getByRole('link', { name: 'Many at once' }).click();
  const [grace, ida] = [newPerson(), newPerson()];
  const list = page.getByLabel('Your list');
  await list.fill(`Grace;${grace.email};Hello\n=1+1;ida@\nOpen to all`);
  await expect(page.getByText('One row needs another look.')).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await list.fill(`Grace;${grace.email};Hello\n=1+1;${ida.email}\nOpen to all`);
  await expect(page.getByText('3 links', { exact: true })).toBeVisible();
  await page.getByLabel('Mail each link to the address in its row').check();
  await page.getByRole('button', { name: 'Make 3 links' }).dblclick();
  await expect(page.getByText('Done: 3 links.')).toBeVisible();
  await expect(page.getByText('Made and mailed')).toHaveCount(2);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await waitForMail(MAILS, grace.email);
  await waitForMail(MAILS, ida.email);

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download as CSV' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('links.csv');
  const chunks: Buffer[] = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk);
  const lines = Buffer.concat(chunks).toString().split('\r\n');
  expect(lines).toHaveLength(4);
  expect(lines[2]).toMatch(
    new RegExp(`^"'=1\\+1",${ida.email},,http.*/join#[\\w-]{43},Made and mailed,$`),
  );

  await page.getByRole('link', { name: 'Back to your links' }).click();
  await expect(page.getByRole('article')).toHaveCount(3);
});

test.describe('on a phone', () => {
  test.use(PHONE);

  test('who joined is told, here and in another tab, until one has looked', async ({
    page,
    portal,
    context,
  }) => {
    const ada = await portal.member();
    const link = await portal.link(ada, { maxUses: 2 });
    await portal.guest(link);
    await signIn(page, portal, ada);
    await expect(page.getByText('Grace Hopper has joined.')).toBeVisible();
    const other = await context.newPage();
    await other.goto(`${portal.url}/`);
    await expect(other.getByText('Grace Hopper has joined.')).toBeVisible();
    await page.getByRole('button', { name: 'Good to know' }).click();
    await expect(page.getByText('Grace Hopper has joined.')).toBeHidden();
    await expect(other.getByText('Grace Hopper has joined.')).toBeHidden();

    await page.getByRole('button', { name: 'New link' }).click();
    await expect(page.getByRole('article')).toHaveCount(2);
    await expect(other.getByRole('article')).toHaveCount(2);
    const mailMe = page.getByLabel('Mail me when somebody joins by my links');
    await mailMe.check();
    await page.reload();
    await expect(mailMe).toBeChecked();
  });
});
