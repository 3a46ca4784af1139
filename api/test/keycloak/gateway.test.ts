import { afterAll, describe, expect, test } from 'vitest';
import { createGateway } from '../../src/keycloak/gateway.ts';
import { KeycloakAway, KeycloakRefusal } from '../../src/keycloak/keycloak-errors.ts';
import { startPortal } from '../support/portal.ts';

const portal = await startPortal({ newRealm: { accessTokenLifespan: 40 } });
const { realm, config } = portal;
const gateway = createGateway(config.keycloak);
const ada = await realm.member('ada');
afterAll(() => portal.stop());

const gatewayTo = (changes: Partial<typeof config.keycloak>) =>
  createGateway({ ...config.keycloak, ...changes });

describe('the service account’s token', () => {
  test('is fetched anew, and the call made again, where Keycloak no longer takes it', async () => {
    await gateway.ping();
    // All tokens from before now are void from here on, as after "sign out all" in the admin console.
    await realm.admin.put('', { notBefore: Math.floor(Date.now() / 1000) + 1 });
    await expect
      .poll(() => gateway.account(ada.id).then((account) => account?.username))
      .toBe('ada');
    await realm.admin.put('', { notBefore: 0 });
  });

  test('may live shorter than it is renewed before its end', async () => {
    await realm.admin.put('', { accessTokenLifespan: 5 });
    const brief = gatewayTo({});
    await brief.ping();
    await brief.ping();
    await realm.admin.put('', { accessTokenLifespan: 300 });
  });

  test('that can’t be had means that nothing was asked', async () => {
    const wrong = gatewayTo({ clientSecret: 'wrong' });
    await expect(wrong.ping()).rejects.toMatchObject({ code: 'keycloak-away', sent: false });
  });
});

describe('an id', () => {
  test.each(['..', '../users', '', 'ada', `${ada.id}/groups`, `${ada.id}?x`, `${ada.id}\n`])(
    'never reaches another address: %j',
    async (id) => {
      for (const act of [gateway.disable, gateway.endSessions, gateway.groupsOf])
        await expect(act(id)).rejects.toBeInstanceOf(KeycloakRefusal);
      await gateway.deleteAccount(id);
      expect(await gateway.account(id)).toBeUndefined();
      expect((await realm.users()).map(({ username }) => username)).toEqual(['ada']);
    },
  );

  test('of nobody gives nobody, and is gone already', async () => {
    const nobody = '00000000-0000-0000-0000-000000000000';
    expect(await gateway.account(nobody)).toBeUndefined();
    await gateway.deleteAccount(nobody);
    await expect(gateway.endSessions(nobody)).rejects.toMatchObject({ status: 404 });
  });
});

describe('a search', () => {
  test('by registration finds that one alone, whatever is in it', async () => {
    const attributes = { 'portal.registration': ['Ab"c'] };
    const { id } = await realm.member('found', { attributes });
    expect(await gateway.accountOfRegistration('Ab"c')).toMatchObject({ id });
    for (const other of ['ab"c', 'Ab', 'Ab"c" username:ada', '*', ''])
      expect(await gateway.accountOfRegistration(other)).toBeUndefined();
  });

  test('by address is for the whole of it', async () => {
    expect(await gateway.isEmailTaken('ADA@example.org')).toBe(true);
    for (const other of ['ada@example', '%', '_da@example.org', 'ada@example.org.org'])
      expect(await gateway.isEmailTaken(other)).toBe(false);
  });
});

test('a change of address changes the address, and what was verified is not', async () => {
  const bea = await realm.member('bea', { attributes: { 'portal.invite': ['kept'] } });
  await gateway.changeEmail(bea.id, 'other@example.org');
  expect(await gateway.account(bea.id)).toMatchObject({
    email: 'other@example.org',
    emailVerified: false,
    firstName: 'Bea',
    attributes: { 'portal.invite': ['kept'] },
  });
});

describe('Keycloak is away', () => {
  test('where nobody listens: nothing was sent', async () => {
    const nowhere = gatewayTo({ internalUrl: 'http://127.0.0.1:9999', timeoutMs: 1000 });
    await expect(nowhere.account(ada.id)).rejects.toMatchObject({
      code: 'keycloak-away',
      sent: false,
    });
  });

  test('where the realm is disabled', async () => {
    await realm.admin.put('', { enabled: false });
    await expect(gatewayTo({}).ping()).rejects.toBeInstanceOf(KeycloakAway);
    await realm.admin.put('', { enabled: true });
  });
});
