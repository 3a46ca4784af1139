import { readdirSync, readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { Portal } from './support/portal.ts';
import {
  createAccount,
  fillSignUp,
  heading,
  newPerson,
  signInAtKeycloak,
  verificationMail,
} from './support/steps.ts';
import { expect, test } from './support/test.ts';

type Messages = { [key: string]: string | Messages };

const FILES = new URL('../src/i18n/', import.meta.url);
const LANGUAGES = readdirSync(new URL('public', FILES)).map((file) => file.replace('.json', ''));
const read = (side: string, language: string): Messages =>
  JSON.parse(readFileSync(new URL(`${side}/${language}.json`, FILES), 'utf8'));
const flat = (messages: Messages, path = ''): [string, string][] =>
  Object.entries(messages).flatMap(([key, message]) =>
    typeof message === 'string' ? [[path + key, message]] : flat(message, `${path}${key}.`),
  );
const KEYS = [...flat(read('public', 'en')), ...flat(read('member', 'en'))].map(([key]) => key);
/** A message without places in it. */
const say = (language: string, key: string) =>
  new Map([...flat(read('public', language)), ...flat(read('member', language))]).get(key) ?? '';

const NARROW = { width: 320, height: 640 };
const WIDE = { width: 1280, height: 900 };

/** A field whose name the realm itself says in two languages. */
const LOOM = { name: 'loom', displayName: `\${loom}` };
const newRealm = { supportedLocales: ['en', ...LANGUAGES.filter((each) => each !== 'en')] };
test.use({ portalOptions: { newRealm, attributes: [LOOM] } });
// Before the API has read the realm's words, which it keeps for a minute.
test.beforeAll(async ({ portal }) => {
  await portal.realm.admin.create('/localization/en', { loom: 'Your loom' });
  await portal.realm.admin.create('/localization/nl', { loom: 'Je weefgetouw' });
});

const chooser = (page: Page) => page.getByRole('combobox').and(page.locator(':has(option[lang])'));

async function choose(page: Page, language: string): Promise<void> {
  await chooser(page).selectOption(language);
  await expect(page.locator('html')).toHaveAttribute('lang', language);
  await expect(chooser(page)).toHaveAccessibleName(say(language, 'app.language'));
}

/** What is out of the page's bounds, or of its own, and keys that stand in place of their messages. */
const faults = (page: Page) =>
  page.evaluate((keys) => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const cut = [...document.querySelectorAll('button, a, label, legend, select, h1, h2, h3')]
      .filter((element) => element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1)
      .map((element) => `cut off: ${element.textContent?.trim()}`);
    const text = document.body.outerHTML;
    return [
      ...(scrollWidth > clientWidth ? [`sideways by ${scrollWidth - clientWidth}`] : []),
      ...cut,
      ...keys.filter((key) => text.includes(key)).map((key) => `not said: ${key}`),
    ];
  }, KEYS);

/** Every language on the page that stands there, narrow and wide; `key` is a message that is on it. */
async function walk(page: Page, key: string): Promise<void> {
  for (const language of LANGUAGES) {
    await choose(page, language);
    await expect(page.getByText(say(language, key)).first()).toBeVisible();
    for (const size of [NARROW, WIDE]) {
      await page.setViewportSize(size);
      expect(await faults(page), `${language} at ${size.width}`).toEqual([]);
    }
  }
}

/** Arabic, light and dark. */
async function expectNothingFoundFromTheRight(page: Page): Promise<void> {
  await choose(page, 'ar');
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

test('the pages of an invitee stand in every language', async ({ page, portal }) => {
  const ada = await portal.member();
  const link = await portal.link(ada, { message: 'Welcome.', maxUses: 3 });
  await page.goto(link.url);
  await createAccount(page);
  await walk(page, 'wrong.required');
  await expectNothingFoundFromTheRight(page);

  const form = page.getByRole('form');
  for (const [name, value] of Object.entries(newPerson()))
    await form.locator(`[name=${name}]`).fill(value);
  await form.locator('[type=submit]').click();
  await expect(page.getByText(say('ar', 'joined.nothingTitle'))).toBeVisible();
  await walk(page, 'joined.nothingTitle');
  await expectNothingFoundFromTheRight(page);
});

test('every way a link can end is told in every language', async ({ page, portal }) => {
  const ada = await portal.member();
  const [used, revoked] = await Promise.all([portal.link(ada), portal.link(ada)]);
  await portal.guest(used);
  await portal.api.delete(`/invites/${revoked.id}`, { token: await ada.token() });
  const pages = [
    [`${portal.url}/join#${'A'.repeat(43)}`, 'ended.unknownTitle'],
    [used.url, 'ended.usedUpTitle'],
    [revoked.url, 'ended.revokedTitle'],
    [`${portal.url}/nowhere`, 'notFound.title'],
  ] as const;
  for (const [address, key] of pages) {
    await page.goto(address);
    await walk(page, key);
  }
  await expectNothingFoundFromTheRight(page);
});

/** Signs in where the pages may be in any language. */
async function signInAnyhow(page: Page, portal: Portal): Promise<void> {
  const ada = await portal.member();
  const link = await portal.link(ada, { label: 'Loom group', maxUses: 5 });
  await portal.guest(link);
  const revoked = await portal.link(ada, { label: 'Market stall poster' });
  await portal.api.delete(`/invites/${revoked.id}`, { token: await ada.token() });
  await page.goto(`${portal.url}/sign-in`);
  await signInAtKeycloak(page, ada);
}

test('the dashboard stands in every language', async ({ page, portal }) => {
  await signInAnyhow(page, portal);
  await page.getByRole('article').getByRole('button', { name: 'Who joined' }).click();
  await walk(page, 'joiners.waiting');
  await expectNothingFoundFromTheRight(page);
  for (const language of LANGUAGES) {
    await choose(page, language);
    await page.getByRole('button', { name: say(language, 'invites.options') }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    for (const size of [NARROW, WIDE]) {
      await page.setViewportSize(size);
      expect(await faults(page), `${language} at ${size.width}`).toEqual([]);
    }
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
  }
});

test('who invited whom stands in every language', async ({ page, portal }) => {
  await signInAnyhow(page, portal);
  await expect(page.getByRole('article').first()).toBeVisible();
  await page.goto(`${portal.url}/tree`);
  await page.locator('summary').click();
  await walk(page, 'tree.signUps');
  await expectNothingFoundFromTheRight(page);
});

test('a language that is chosen keeps what was typed, is remembered, and is that of the realm’s words, sign-in and mail', async ({
  page,
  portal,
  watch,
}) => {
  const link = await portal.link(await portal.member());
  const person = newPerson();
  await page.goto(link.url);
  await expect(page.getByLabel('Your loom')).toBeVisible();
  await fillSignUp(page, person);
  await page.getByLabel('Your loom').fill('a floor loom');

  await choose(page, 'nl');
  await expect(page.getByLabel('Je weefgetouw')).toHaveValue('a floor loom');
  await expect(page.getByLabel('Wachtwoord', { exact: true })).toHaveValue(person.password);
  await expect(page.getByLabel('E-mail')).toHaveValue(person.email);

  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', 'nl');
  await expect(page.getByLabel('Je weefgetouw')).toHaveValue('a floor loom');
  await expect(page.getByLabel('Voornaam')).toHaveValue(person.firstName);
  await page.getByLabel('Wachtwoord', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Maak mijn account' }).click();
  await expect(heading(page, `Nog één stap, ${person.firstName}`)).toBeVisible();
  const { subject } = await verificationMail(person.email);
  expect(subject).toBe('E-mailadres verifiëren');

  await page.goto(`${portal.url}/sign-in`);
  await expect(page.getByLabel('Wachtwoord', { exact: true })).toBeVisible();
  expect(watch.requests.some((address) => address.includes('ui_locales=nl'))).toBe(true);
});
