import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { parseColour } from '../../api/src/look/colours.ts';
import { lookStyle } from '../../api/src/look/look-style.ts';
import { createAccount, fillSignUp, heading, newPerson, signIn } from './support/steps.ts';
import { expect, PHONE, test } from './support/test.ts';

const ACCENT = '#7a2e6b';
const HOSTILE = '<img src=x onerror=window.ran=1>';

test.use({
  portalOptions: {
    environment: {
      COMMUNITY_ACCENT: ACCENT,
      PAGES_DIR: fileURLToPath(new URL('./community/pages', import.meta.url)),
      BRAND_DIR: fileURLToPath(new URL('./community/brand', import.meta.url)),
    },
  },
});

const terms = (page: Page) => page.getByRole('checkbox', { name: /^I have read and accept/ });
const rendered = (page: Page, name: string) =>
  page.evaluate((it) => getComputedStyle(document.documentElement).getPropertyValue(it), name);

async function expectNothingRan(page: Page): Promise<void> {
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  await expect(
    page.locator(
      'script:not([src]), iframe, svg[onload], [onerror], [onclick], [href^="javascript" i]',
    ),
  ).toHaveCount(0);
}

/** @param rules of axe's; all of them where none is named. */
async function expectReadable(page: Page, what: string, ...rules: string[]): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const axe = new AxeBuilder({ page });
    const { violations } = await (rules.length > 0 ? axe.withRules(rules) : axe).analyze();
    const found = violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]);
    expect(found, `${what}, ${colorScheme}`).toEqual([]);
  }
}

test('nobody signs up without the community’s terms, which are read without losing what was typed', async ({
  portal,
  visitor,
}) => {
  const link = await portal.link(await portal.member());
  const guest = await visitor(PHONE);
  const person = newPerson();
  await guest.goto(link.url);
  await fillSignUp(guest, person);
  await createAccount(guest);
  await expect(terms(guest)).toBeFocused();
  await expect(terms(guest)).toHaveAccessibleDescription(
    'Please read it, and tick the box if you agree.',
  );
  expect(await portal.accounts(link)).toEqual([]);

  await guest.getByRole('link', { name: 'Code of conduct' }).click();
  const dialog = guest.getByRole('dialog', { name: 'Code of conduct' });
  await expect(dialog.getByRole('listitem')).toHaveText([
    'Be kind, also when you disagree.',
    'What is said in the workshop stays there.',
  ]);
  await expectReadable(guest, 'the terms');
  await guest.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(guest.getByRole('link', { name: 'Code of conduct' })).toBeFocused();
  await expect(terms(guest)).not.toBeChecked();
  await expect(guest.getByLabel('Password', { exact: true })).toHaveValue(person.password);

  await terms(guest).check();
  await expectReadable(guest, 'the form');
  await createAccount(guest);
  await expect(heading(guest, 'One more step, Grace')).toBeVisible();
  expect(await portal.accounts(link)).toMatchObject([
    { attributes: { 'portal.terms': [expect.stringMatching(/^code-of-conduct 2026-01 20\S+Z$/)] } },
  ]);
});

test('terms are accepted by keyboard alone, and stay so over a reload', async ({
  page,
  portal,
}) => {
  const link = await portal.link(await portal.member());
  await page.goto(link.url);
  await terms(page).focus();
  await page.keyboard.press('Space');
  await expect(terms(page)).toBeChecked();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Code of conduct' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.reload();
  await expect(terms(page)).toBeChecked();
});

test('pages are shown to the invitee and in the members’ menu, in their language', async ({
  page,
  portal,
  visitor,
}) => {
  const ada = await portal.member();
  const link = await portal.link(ada);
  const guest = await visitor();
  await guest.goto(link.url);
  const about = guest.getByRole('navigation', { name: 'About Weavers’ Co-op' });
  await expect(about.getByRole('link')).toHaveText(['Welcome']);
  await about.getByRole('link', { name: 'Welcome' }).click();
  const outside = guest.getByRole('dialog').getByRole('link', { name: 'on our site' });
  await expect(outside).toHaveAttribute('href', 'https://example.org/weavers');
  await expect(outside).toHaveAttribute('rel', 'noopener noreferrer');

  await signIn(page, portal, ada);
  await page.getByRole('button', { name: 'My account' }).click();
  await page.getByRole('menuitem', { name: 'Code of conduct' }).click();
  await expect(heading(page, 'Code of conduct')).toBeVisible();
  await expect(page).toHaveTitle('Code of conduct – Weavers’ Co-op');
  await expectReadable(page, 'a page');
  await page.getByRole('button', { name: 'Back' }).click();
  await expect(page.getByRole('heading', { name: 'Invite someone' })).toBeVisible();

  const other = await visitor({ locale: 'nl-NL' });
  await other.goto(`${portal.url}/pages/code-of-conduct`);
  await expect(heading(other, 'Gedragscode')).toBeVisible();
  await expect(other.locator('main [lang="nl"]')).toContainText('We weven samen');
  await other.getByRole('combobox').selectOption('en');
  await expect(heading(other, 'Code of conduct')).toBeVisible();
  await expect(other.getByRole('listitem').first()).toHaveText('Be kind, also when you disagree.');
  await other.goto(`${portal.url}/pages/no-such-page`);
  await expect(heading(other, 'There is no page here')).toBeVisible();
});

test('Markdown that would run something is words', async ({ page, portal, watch }) => {
  await page.goto(`${portal.url}/pages/hostile`);
  await expect(heading(page, HOSTILE)).toBeVisible();
  const article = page.getByRole('article');
  await expect(article).toContainText(
    'Words in a line, and {{ 7 * 7 }}.'.replace(', and', ',  and'),
  );
  await expect(article).toContainText('one two three four five six');
  await expect(article).toContainText('picture');
  await expect(article.locator('code')).toHaveText([
    '<script>window.ran=1</script>',
    '<script>window.ran=1</script>',
  ]);
  await expect(article.getByRole('link')).toHaveCount(0);
  await expect(article.locator('img, svg')).toHaveCount(0);
  await expectNothingRan(page);
  expect(watch.requests.filter((url) => url.includes('track.png'))).toEqual([]);
});

test('a logo that would run something is a picture, also where it is opened by itself', async ({
  page,
  portal,
  watch,
}) => {
  await page.goto(`${portal.url}/welcome`);
  const logo = page.getByRole('img', { name: 'Logo of Weavers’ Co-op' });
  await expect(logo).toBeVisible();
  await expect
    .poll(() => logo.evaluate((it) => it instanceof HTMLImageElement && it.naturalWidth))
    .toBeGreaterThan(0);
  await expect(page.locator('link[rel="icon"]')).toHaveAttribute('href', /look\/favicon\?v=/);
  await expectNothingRan(page);

  expect(watch.requests.filter((url) => url.includes('track.png'))).toEqual([]);
  // What the policy keeps it from doing is told in the console, and Playwright counts what was stopped on its way.
  watch.expect(/look\/logo/, /Content Security Policy/, /track\.png/);
  const stopped: string[] = [];
  page.on('requestfailed', (it) => {
    if (it.failure()?.errorText === 'csp') stopped.push(it.url());
  });
  const response = await page.goto(`${portal.url}/api/v1/look/logo`);
  expect(response?.headers()['content-security-policy']).toContain('sandbox');
  expect(response?.headers()['content-type']).toBe('image/svg+xml');
  await page.locator('a').click();
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  const asked = watch.requests.filter((url) => url.includes('track.png'));
  expect(stopped.filter((url) => url.includes('track.png'))).toEqual(asked);
});

test('the accent is there before the API has said anything of itself', async ({ page, portal }) => {
  await page.route('**/api/v1/config', () => undefined);
  await page.goto(`${portal.url}/welcome`);
  const button = page.getByRole('link', { name: 'Sign in' });
  await expect(button).toHaveCSS('background-color', 'rgb(122, 46, 107)');
  await expect(button).toHaveCSS('color', 'rgb(255, 255, 255)');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

for (const accent of ['#ffff00', '#000000', '#ffffff', '#777777', '#39ff14'])
  test(`with ${accent} for an accent, all words can be read`, async ({ page, portal }) => {
    const link = await portal.link(await portal.member(), { message: 'Come in.' });
    const body = lookStyle(parseColour(accent), new Map());
    await page.route('**/api/v1/look.css', (route) =>
      route.fulfill({ contentType: 'text/css', body }),
    );
    await page.goto(`${portal.url}/welcome`);
    await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
    expect(await rendered(page, '--accent')).toBe(accent);
    await expectReadable(page, 'the welcome', 'color-contrast');
    await page.goto(link.url);
    await createAccount(page);
    await expect(page.getByRole('alert')).toBeVisible();
    await expectReadable(page, 'the form', 'color-contrast');
  });

test('light or dark is chosen in the menu, and remembered', async ({ page, portal }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await signIn(page, portal, await portal.member());
  const paper = page.locator('html');
  await expect(paper).toHaveCSS('background-color', 'rgb(250, 247, 241)');
  await page.getByRole('button', { name: 'My account' }).click();
  await page.getByRole('menuitemradio', { name: 'Dark' }).click();
  await expect(page.getByRole('menuitemradio', { name: 'Dark' })).toBeChecked();
  await expect(paper).toHaveCSS('background-color', 'rgb(20, 18, 15)');
  await expectReadable(page, 'the menu');
  const themes = page.locator('meta[name="theme-color"]');
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Invite someone' })).toBeVisible();
  await expect(paper).toHaveCSS('background-color', 'rgb(20, 18, 15)');
  const [light, dark] = await themes.evaluateAll((all) =>
    all.map((each) => each.getAttribute('content')),
  );
  expect(light).toBe(dark);
  await page.getByRole('button', { name: 'My account' }).click();
  await page.getByRole('menuitemradio', { name: 'As this device' }).click();
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(paper).toHaveCSS('background-color', 'rgb(250, 247, 241)');
});
