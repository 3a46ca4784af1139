import type { Locator, Page } from '@playwright/test';
import { heading, newPerson, signIn } from './support/steps.ts';
import { expect, test } from './support/test.ts';

const MOST_PRESSES = 25;

/** Presses Tab until the control has the focus, which must be seen on each one on the way. */
async function tabTo(page: Page, control: Locator): Promise<void> {
  await expect(control).toBeVisible();
  for (let presses = 0; presses < MOST_PRESSES; presses += 1) {
    await page.keyboard.press('Tab');
    expect(await focusIsSeen(page), await page.locator(':focus').ariaSnapshot()).toBe(true);
    if (await control.evaluate((it) => it === document.activeElement)) return;
  }
  throw new Error(`Tab doesn't reach ${control}.`);
}

/** An outline or a ring around what has the focus, or around what it is a part of. */
function focusIsSeen(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const marked = (element: Element | null): boolean => {
      if (!element) return false;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
    };
    const { activeElement } = document;
    return marked(activeElement) || marked(activeElement?.closest('label') ?? null);
  });
}

test('signing up by keyboard alone', async ({ page, portal }) => {
  const link = await portal.link(await portal.member());
  const grace = newPerson();
  await page.goto(link.url);
  for (const [label, value] of [
    ['First name', grace.firstName],
    ['Last name', grace.lastName],
    ['E-mail', grace.email],
    // One made of the names is there already; arriving by Tab selects it.
    ['Username', grace.username],
    ['Password', grace.password],
  ] as const) {
    await tabTo(page, page.getByLabel(label, { exact: true }));
    await page.keyboard.type(value);
  }
  await page.keyboard.press('Enter');
  await expect(heading(page, 'One more step, Grace')).toBeVisible();

  await tabTo(page, page.getByRole('button', { name: 'Change it' }));
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('New e-mail address')).toBeFocused();
  await tabTo(page, page.getByRole('button', { name: 'Leave it as it is' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Change it' })).toBeFocused();
});

test('making, revoking and restoring a link by keyboard alone', async ({ page, portal }) => {
  await signIn(page, portal, await portal.member());
  const ticket = page.getByRole('article');
  await tabTo(page, page.getByRole('button', { name: 'Choose options' }));
  await page.keyboard.press('Enter');
  const note = page.getByLabel('Note');
  await expect(page.getByRole('dialog')).toBeVisible();
  if (!(await note.evaluate((it) => it === document.activeElement))) await tabTo(page, note);
  await page.keyboard.type('For Grace');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(ticket).toContainText('For Grace');

  await page.keyboard.press('Escape');
  await tabTo(page, ticket.getByRole('button', { name: 'Revoke' }));
  await page.keyboard.press('Enter');
  const question = page.getByRole('alertdialog');
  await tabTo(page, question.getByRole('button', { name: 'Revoke' }));
  await page.keyboard.press('Enter');
  await expect(ticket).toContainText('Revoked');
  await expect(ticket).toBeFocused();
  await tabTo(page, ticket.getByRole('button', { name: 'Undo' }));
  await page.keyboard.press('Enter');
  await expect(ticket).toContainText('Open');
});

test('a link in one press of Enter', async ({ page, portal }) => {
  await signIn(page, portal, await portal.member());
  await tabTo(page, page.getByRole('button', { name: 'New link' }));
  await page.keyboard.press('Enter');
  await expect(page.getByText('Just made')).toBeVisible();
});

test('the account menu opens and closes by keyboard', async ({ page, portal }) => {
  await signIn(page, portal, await portal.member());
  const button = page.getByRole('button', { name: 'My account' });
  await button.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem').first()).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(button).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
});
