import type { BrowserContext } from '@playwright/test';
import { createAccount, fillSignUp, heading, newPerson, signIn, signOut } from './support/steps.ts';
import { expect, test } from './support/test.ts';

/** Where something may be read that was meant for one server: addresses, and what a page says of where it was. */
interface Sent {
  url: string;
  referer: string;
  authorization: string;
}

function listen(context: BrowserContext): () => Promise<Sent[]> {
  const sending: Promise<Sent>[] = [];
  context.on('request', (request) => {
    const sent = request.allHeaders().then(({ referer = '', authorization = '' }) => ({
      ...{ url: request.url(), referer, authorization },
    }));
    // The page that asked may be gone.
    sending.push(sent.catch(() => ({ url: request.url(), referer: '', authorization: '' })));
  });
  return () => Promise.all(sending);
}

const bearerOf = ({ authorization }: Sent) => /^Bearer (.+)$/.exec(authorization)?.[1];

function expectNowhere(sent: readonly Sent[], secrets: readonly string[]): void {
  for (const { url, referer } of sent)
    for (const secret of secrets.flatMap((it) => [it, encodeURIComponent(it)])) {
      expect(url).not.toContain(secret);
      expect(referer).not.toContain(secret);
    }
}

test('a link’s token is in no address that is asked for, and in no Referer', async ({
  page,
  context,
  portal,
}) => {
  const sent = listen(context);
  const link = await portal.link(await portal.member(), { maxUses: null });
  const grace = newPerson();
  await page.goto(link.url);
  // On to another site, from the page that had it.
  await page.getByRole('link', { name: 'Sign in' }).click();
  await expect(page.getByLabel('Username or email')).toBeVisible();
  await page.goto(link.url);
  await fillSignUp(page, { ...grace, password: 'short' });
  expect(page.url()).not.toContain(link.token);
  await createAccount(page);
  await expect(page.getByLabel('Password', { exact: true })).toBeFocused();
  await page.reload();
  await fillSignUp(page, grace);
  await createAccount(page);
  await expect(heading(page, 'One more step, Grace')).toBeVisible();
  await page.reload();
  await expect(heading(page, 'One more step, Grace')).toBeVisible();

  const all = await sent();
  const [cookie] = await context.cookies(portal.url);
  expect(all.filter(({ url }) => url.includes('/invites/lookup')).length).toBeGreaterThan(0);
  expect(all.filter(({ url }) => url.startsWith(portal.realm.keycloakUrl))).not.toEqual([]);
  expectNowhere(all, [
    ...[link.token, link.token.slice(22), grace.password],
    cookie?.value ?? 'there is one',
  ]);
  expect(cookie?.httpOnly).toBe(true);
  expect(await page.evaluate(() => document.cookie)).toBe('');
});

test('an access token goes to the portal’s API and to Keycloak, in a header alone', async ({
  page,
  context,
  portal,
}) => {
  const sent = listen(context);
  const ada = await portal.member();
  await signIn(page, portal, ada);
  await page.getByRole('button', { name: 'New link' }).click();
  await expect(page.getByText('Just made')).toBeVisible();
  await page.reload();
  await expect(heading(page, 'Invite someone')).toBeVisible();
  await signOut(page);

  const all = await sent();
  const bearers = [...new Set(all.flatMap((each) => bearerOf(each) ?? []))];
  expect(bearers.length).toBeGreaterThan(0);
  expectNowhere(all, [...bearers, ...bearers.map((it) => it.split('.')[2] ?? ''), ada.password]);
  const [{ url: made = '' } = {}] = (
    await portal.api.get<{ items: { url?: string }[] }>('/invites', { token: await ada.token() })
  ).body.items;
  expectNowhere(all, [made.split('#')[1] ?? 'there is one']);
  const origins = [`${portal.url}/api/`, portal.realm.keycloakUrl];
  for (const { url, authorization } of all)
    if (authorization) expect(origins.some((origin) => url.startsWith(origin))).toBe(true);
});
