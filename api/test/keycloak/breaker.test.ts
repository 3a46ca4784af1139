import { afterAll, expect, test } from 'vitest';
import { createGateway } from '../../src/keycloak/gateway.ts';
import { startKeycloakProxy } from '../support/keycloak-proxy.ts';
import { startPortal } from '../support/portal.ts';

const TIMEOUT_MS = 1_000;

const portal = await startPortal();
const proxy = await startKeycloakProxy(portal.realm.keycloakUrl);
const ada = await portal.realm.member('ada');
const gateway = createGateway({
  ...portal.config.keycloak,
  internalUrl: proxy.url,
  timeoutMs: TIMEOUT_MS,
});
afterAll(async () => {
  await proxy.stop();
  await portal.stop();
});

const read = () => gateway.account(ada.id);
const holdRead = () => proxy.hold('before', ({ path }) => path.endsWith(`/users/${ada.id}`));
const notAsked = { code: 'keycloak-away', sent: false };

test('a Keycloak that is silent is asked by one at a time, and by all as soon as it answers that one', async () => {
  await gateway.ping();
  const first = holdRead();
  await expect(read()).rejects.toMatchObject({ code: 'keycloak-away', sent: true });
  await expect(read()).rejects.toMatchObject(notAsked);

  // After a pause somebody tries, and nobody else waits with them.
  const next = holdRead();
  const attempt = () => read().catch((error: unknown) => error);
  let trying = attempt();
  const isTried = async () => {
    const tried = await Promise.race([next.reached.then(() => true), trying.then(() => false)]);
    if (!tried) trying = attempt();
    return tried;
  };
  await expect.poll(isTried, { timeout: 5_000, interval: 20 }).toBe(true);
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: 10 }, () => expect(read()).rejects.toMatchObject(notAsked)),
  );
  expect(performance.now() - startedAt).toBeLessThan(TIMEOUT_MS / 2);

  next.release();
  expect(await trying).toMatchObject({ username: 'ada' });
  const all = await Promise.all(Array.from({ length: 10 }, read));
  expect(all.map((account) => account?.username)).toEqual(all.map(() => 'ada'));
  first.drop();
});
