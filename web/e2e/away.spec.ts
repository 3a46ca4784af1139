import { freePort } from '../../docker/stack/ports.ts';
import { createWebServer } from '../../docker/web-server.ts';
import { heading } from './support/steps.ts';
import { expect, test } from './support/test.ts';

test('an API that is away is said so on every page, and one press goes on when it is back', async ({
  portal,
  visitor,
  watch,
}) => {
  watch.expect(/status of 50\d/, /apply style from '.*look\.css'/);
  const link = await portal.link(await portal.member());
  const [port, apiPort] = [await freePort(), await freePort()];
  const { keycloakUrl } = portal.realm;
  const publicUrl = `http://localhost:${port}`;
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  watch.allow(publicUrl);
  const pages = await createWebServer({ publicUrl, apiUrl, keycloakUrl });
  await pages.listen({ host: '127.0.0.1', port });
  const first = await visitor();
  const second = await visitor();
  await first.goto(`${publicUrl}/`);
  await second.goto(`${publicUrl}/join#${link.token}`);
  for (const page of [first, second])
    await expect(heading(page, 'The server is away')).toBeVisible();

  // On its port, another server passes on to the API: that is what it looks like when it is back.
  const api = await createWebServer({ publicUrl, apiUrl: portal.apiUrl, keycloakUrl });
  await api.listen({ host: '127.0.0.1', port: apiPort });
  for (const page of [first, second]) await page.getByRole('button', { name: 'Try again' }).click();
  await expect(first.getByRole('link', { name: 'Sign in' })).toBeVisible();
  await expect(second.getByRole('form', { name: 'Sign up' })).toBeVisible();
  await pages.close();
  await api.close();
});

test('a Keycloak that is away is said so, and the sign-in goes on when it is back', async ({
  page,
  portal,
  watch,
}) => {
  watch.expect(/ERR_FAILED/);
  const everything = `${portal.realm.keycloakUrl}/**`;
  await page.route(everything, (route) => route.abort());
  await page.goto(portal.url);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await expect(heading(page, 'The sign-in is away')).toBeVisible();
  await page.unroute(everything);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByLabel('Username or email')).toBeVisible();
});
