import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from '@playwright/test';
import type { NewRegistration } from '@portal/shared';
import { ensureChromium } from '../../docker/stack/chromium.ts';
import { chromiumLaunch } from './support/chromium.ts';
import setUp from './support/global-setup.ts';
import { type Member, type Portal, startPortal } from './support/portal.ts';
import { showAtPublicAddress } from './support/public-address.ts';
import { createAccount, fillSignUp, signIn } from './support/steps.ts';
import { expect, PHONE } from './support/test.ts';

/** Takes the README's pictures, of the whole portal at work with some people in it. */

const FOLDER = fileURLToPath(new URL('../../.github/pictures/', import.meta.url));
const LOOMS = '/looms';
const DESKTOP = { viewport: { width: 1100, height: 860 } };
const SHARP_PHONE = { ...PHONE, deviceScaleFactor: 1.5 };
const GRACE = {
  firstName: 'Grace',
  lastName: 'Hopper',
  email: 'grace@example.org',
  username: 'grace.hopper',
  password: 'correct horse battery',
};

async function openPage(browser: Browser, portal: Portal, more: BrowserContextOptions) {
  const context = await browser.newContext({
    locale: 'en-GB',
    reducedMotion: 'reduce',
    ...more,
  });
  // Keycloak stays on loopback, which Chromium lets a page from elsewhere ask by permission only.
  const permissions = ['clipboard-read', 'clipboard-write', 'local-network-access'];
  await context.grantPermissions(permissions, { origin: portal.url });
  await showAtPublicAddress(context, portal);
  return context.newPage();
}

async function take(page: Page, name: string, fullPage = false): Promise<void> {
  await page.screenshot({ path: `${FOLDER}${name}.png`, fullPage, animations: 'disabled' });
  console.log(`${name}.png`);
}

/** Links that are in use, and who came by them. */
async function furnish(portal: Portal, ada: Member): Promise<void> {
  const poster = await portal.link(ada, { label: 'Market stall poster', maxUses: null, days: 21 });
  for (const name of ['Annie Easley', 'Hedy Lamarr', 'Mary Jackson', 'Ida Rhodes'])
    await portal.guest(poster, named(name));
  const circle = await portal.link(ada, { label: 'Spinning circle', maxUses: 6, days: 14 });
  await portal.guest(circle, named('Katherine Johnson'));
  await portal.confirm('katherine.johnson');
  await portal.guest(circle, named('Dorothy Vaughan'));
}

function named(name: string): Partial<NewRegistration> {
  const [firstName = '', lastName = ''] = name.split(' ');
  const username = `${firstName}.${lastName}`.toLowerCase();
  return { firstName, lastName, username, email: `${username}@example.org` };
}

async function takeDashboard(browser: Browser, portal: Portal, ada: Member): Promise<void> {
  const page = await openPage(browser, portal, DESKTOP);
  await signIn(page, portal, ada);
  const circle = page.getByRole('article', { name: 'Spinning circle' });
  await circle.getByRole('button', { name: 'Who joined' }).click();
  await expect(circle.getByText('Dorothy Vaughan')).toBeVisible();

  await page.getByRole('button', { name: 'Choose options' }).click();
  await page.getByLabel('Note').fill('Loom group, November');
  await page.getByLabel('People').fill('5');
  await page.getByLabel('looms').check();
  await page.getByRole('button', { name: 'Make and copy' }).click();
  await expect(page.getByText('Just made, copied')).toBeVisible();
  await page.mouse.move(0, 0);
  await take(page, 'dashboard', true);

  await page.goto(`${portal.url}/tree`);
  await expect(page.getByRole('treeitem', { name: 'Dorothy Vaughan' })).toBeVisible();
  await take(page, 'tree', true);
}

async function takeDashboardOnPhone(browser: Browser, portal: Portal, ada: Member): Promise<void> {
  const page = await openPage(browser, portal, { ...SHARP_PHONE, colorScheme: 'dark' });
  await signIn(page, portal, ada);
  await expect(page.getByRole('article').first()).toBeVisible();
  await take(page, 'dashboard-phone-dark');
}

async function takeSignUp(browser: Browser, portal: Portal, ada: Member): Promise<void> {
  const link = await portal.link(ada, {
    message: 'So glad you’re joining the loom group. Pick any name you like, we’re informal.',
  });
  const page = await openPage(browser, portal, SHARP_PHONE);
  await page.goto(link.url);
  await fillSignUp(page, GRACE);
  await page.getByLabel('Password', { exact: true }).blur();
  await take(page, 'sign-up', true);
  await createAccount(page);
  await expect(page.getByRole('button', { name: 'Change it' })).toBeVisible();
  await page.setViewportSize({ width: 390, height: 560 });
  await take(page, 'joined');
}

const stopServers = await setUp();
const portal = await startPortal({
  publicUrl: 'https://portal.weavers.example',
  groups: [LOOMS],
  environment: { INVITE_GROUPS: LOOMS },
});
const browser = await chromium.launch(chromiumLaunch(await ensureChromium(console.log)));
try {
  mkdirSync(FOLDER, { recursive: true });
  const ada = await portal.member('Ada', { groups: [LOOMS] });
  await furnish(portal, ada);
  await takeDashboard(browser, portal, ada);
  await takeSignUp(browser, portal, ada);
  await takeDashboardOnPhone(browser, portal, ada);
} finally {
  await browser.close();
  await portal.stop();
  await stopServers();
}
