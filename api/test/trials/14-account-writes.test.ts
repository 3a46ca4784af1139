import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadRealmConfig } from '../../src/config.ts';
import { setUpRealm } from '../../src/keycloak/realm-setup/set-up-realm.ts';
import { administrator } from '../support/keycloak-by-hand.ts';
import {
  isNewAccount,
  type KeycloakCall,
  type KeycloakProxy,
  startKeycloakProxy,
} from '../support/keycloak-proxy.ts';
import { type Portal, portalEnvironment, randomName, startPortal } from '../support/portal.ts';
import { cookieOf, holderOf, ORIGIN } from '../support/sign-up-cookie.ts';
import { makeInvite, signUpBody, tokenOf } from '../support/sign-ups.ts';

/*
 * Whatever the portal writes of an account, it never undoes what an administrator did between its reading and its
 * writing: the call is held on its way to Keycloak, the account is disabled, and the call goes on.
 */

let portal: Portal;
let keycloak: KeycloakProxy;

beforeAll(async () => {
  keycloak = await startKeycloakProxy(process.env.TEST_KEYCLOAK_URL ?? '');
  portal = await startPortal();
  await portal.realm.admin.put('', { bruteForceProtected: true, failureFactor: 3 });
});
afterAll(async () => {
  await portal.stop();
  await keycloak.stop();
});

const isWriteOf =
  (id: string) =>
  ({ method, path }: KeycloakCall): boolean =>
    method === 'PUT' && path.split('?')[0]?.endsWith(`/users/${id}`) === true;
const account = (id: string) => portal.realm.admin.get(`/users/${id}`);
const writesOf = (id: string): Record<string, unknown>[] =>
  keycloak.calls.filter(isWriteOf(id)).map(({ body }) => JSON.parse(body));

/** Holds the next write of an account, has something done to it meanwhile, and lets the write go on. */
async function duringTheWrite(
  id: string,
  write: () => Promise<unknown>,
  meanwhile: () => Promise<unknown>,
): Promise<void> {
  const held = keycloak.hold('before', isWriteOf(id));
  const writing = write();
  await held.reached;
  await meanwhile();
  held.release();
  await writing;
}

/** Three wrong passwords: the realm locks the account for a while, and a whole write would unlock it. */
async function lock(id: string, username: string): Promise<void> {
  for (let i = 0; i < 3; i++)
    await expect(portal.realm.signIn(username, `wrong ${i}`)).rejects.toThrow();
  await expect.poll(() => isLocked(id)).toBe(true);
}
const isLocked = async (id: string) =>
  (await portal.realm.admin.get(`/attack-detection/brute-force/users/${id}`)).disabled;

describe('an address that is mended', () => {
  async function newcomer() {
    const through = await startPortal({
      realm: portal.realm,
      environment: { KEYCLOAK_INTERNAL_URL: keycloak.url },
    });
    const ada = await portal.realm.member(randomName('ada'));
    const body = signUpBody(await makeInvite(through.api, ada));
    const cookie = cookieOf(await through.api.post('/registrations', body));
    const email = `${randomName('new')}@example.org`;
    const headers = { cookie, origin: ORIGIN };
    return {
      id: holderOf(cookie).user,
      username: body.username ?? '',
      email,
      mend: () => through.api.patch('/registrations/current', { email }, { headers }),
      stop: () => through.stop(),
    };
  }

  test('leaves an account disabled that was disabled meanwhile', async () => {
    const { id, email, mend, stop } = await newcomer();
    await duringTheWrite(id, mend, () => portal.realm.change({ id }, { enabled: false }));
    expect(await account(id)).toMatchObject({ enabled: false, email, firstName: 'Grace' });
    await stop();
  });

  test('leaves a lock where it is, and is the address alone', async () => {
    const { id, username, email, mend, stop } = await newcomer();
    await duringTheWrite(id, mend, () => lock(id, username));
    expect(await account(id)).toMatchObject({ email, enabled: true });
    expect(await isLocked(id)).toBe(true);
    expect(writesOf(id)).toEqual([{ email, emailVerified: false }]);
    await stop();
  });
});

describe('a mark that the set-up puts on an administrator’s account', () => {
  /** Somebody whom the set-up is going to mark, as only an administrator can see why. */
  async function powerful() {
    const username = randomName('root');
    const member = await portal.realm.member(username, { requiredActions: ['UPDATE_PASSWORD'] });
    await portal.realm.admin.grant(`/users/${member.id}`, 'manage-users');
    return member;
  }
  const setUp = () =>
    setUpRealm({
      adminUrl: keycloak.url,
      admin: administrator,
      config: loadRealmConfig(portalEnvironment(portal.realm)),
    });
  const marked = { attributes: { 'portal.protected': ['true'] } };

  test('leaves an account disabled that was disabled meanwhile', async () => {
    const { id, username } = await powerful();
    await duringTheWrite(id, setUp, () => portal.realm.change({ id }, { enabled: false }));
    const email = `${username}@example.org`;
    expect(await account(id)).toMatchObject({ ...marked, enabled: false, email });
  });

  test('leaves a lock, and what was asked of the person or done for them meanwhile', async () => {
    const { id, username } = await powerful();
    await duringTheWrite(id, setUp, async () => {
      await lock(id, username);
      await portal.realm.change({ id }, { emailVerified: false, requiredActions: [] });
    });
    expect(await account(id)).toMatchObject({
      ...marked,
      ...{ enabled: true, emailVerified: false, requiredActions: [] },
    });
    expect(await isLocked(id)).toBe(true);
  });
});

test('nothing that the portal writes of an account says that it is enabled, but what makes it', async () => {
  const ada = await portal.realm.member(randomName('ada'));
  const through = await startPortal({
    realm: portal.realm,
    environment: { KEYCLOAK_INTERNAL_URL: keycloak.url },
  });
  keycloak.calls.length = 0;
  const link = await makeInvite(through.api, ada);
  const cookie = cookieOf(await through.api.post('/registrations', signUpBody(link)));
  const { user } = holderOf(cookie);
  await portal.realm.change({ id: user }, { emailVerified: true });
  await through.api.get('/registrations/current', { headers: { cookie } });
  await through.api.get(`/invites/${link.id}/registrations`, { token: await tokenOf(ada) });
  await through.stop();

  const enabling = keycloak.calls.filter(({ body }) => /"enabled"\s*:\s*true/.test(body));
  expect(enabling.map((call) => isNewAccount(call) || call)).toEqual([true]);
});
