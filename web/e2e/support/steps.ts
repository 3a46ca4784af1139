import type { Page } from '@playwright/test';
import { type Mail, waitForMail } from '../../../docker/stack/mail-reader.ts';
import type { Portal } from './portal.ts';
import { expect } from './test.ts';

/** What somebody types to sign up. */
export interface Person {
  firstName: string;
  lastName: string;
  email: string;
  username: string;
  password: string;
}

let people = 0;

/** Grace Hopper, under a name that nobody else has. */
export function newPerson(): Person {
  people += 1;
  const username = `grace.${Date.now().toString(36)}.${people}`;
  return {
    firstName: 'Grace',
    lastName: 'Hopper',
    email: `${username}@example.org`,
    username,
    password: 'correct horse battery',
  };
}

/** Signs in at Keycloak's own page. */
export async function signInAtKeycloak(
  page: Page,
  { username, password }: Pick<Person, 'username' | 'password'>,
): Promise<void> {
  await page.getByLabel('Username or email').fill(username);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign In' }).click();
}

/** From the portal's first page to the member's own. */
export async function signIn(
  page: Page,
  portal: Portal,
  person: Pick<Person, 'username' | 'password'>,
): Promise<void> {
  await page.goto(`${portal.url}/`);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await signInAtKeycloak(page, person);
  await expect(page.getByRole('heading', { name: 'Invite someone' })).toBeVisible();
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'My account' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
}

export async function fillSignUp(page: Page, person: Partial<Person>): Promise<void> {
  const { firstName, lastName, email, username, password } = person;
  const form = page.getByRole('form', { name: 'Sign up' });
  if (firstName !== undefined) await form.getByLabel('First name').fill(firstName);
  if (lastName !== undefined) await form.getByLabel('Last name').fill(lastName);
  if (email !== undefined) await form.getByLabel('E-mail').fill(email);
  if (username !== undefined) await form.getByLabel('Username').fill(username);
  if (password !== undefined) await form.getByLabel('Password', { exact: true }).fill(password);
}

export const createAccount = (page: Page) =>
  page.getByRole('button', { name: 'Create my account' }).click();

/** The mail by which the realm has an address confirmed. */
export function verificationMail(email: string): Promise<Mail> {
  return waitForMail(process.env.TEST_MAIL_URL ?? '', email);
}

/** Follows the link of that mail, through Keycloak's page in between, and on to where that leads back to. */
export async function confirmAddress(page: Page, { links }: Mail): Promise<void> {
  await page.goto(links[0] ?? '');
  await page.getByRole('link', { name: /click here to proceed/i }).click();
  await page.getByRole('link', { name: /back to application/i }).click();
}

export const heading = (page: Page, name: string | RegExp) =>
  page.getByRole('heading', { level: 1, name });
