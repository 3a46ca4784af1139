import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Portal, startPortal } from '../support/portal.ts';
import type { TestMember } from '../support/realm.ts';
import {
  accountsOf,
  type MadeInvite,
  makeInvite,
  readInvite,
  signUpBody,
  tokenOf,
} from '../support/sign-ups.ts';

const CHOSEN_ID = '00000000-0000-4000-8000-000000000001';

let portal: Portal;
let ada: TestMember;
let open: MadeInvite;

beforeAll(async () => {
  portal = await startPortal({
    groups: ['/looms', '/dyers'],
    environment: { INVITE_GROUPS: '/looms,/dyers' },
  });
  ada = await portal.realm.member('ada', { groups: ['/looms', '/dyers', '/Administrators'] });
  open = await makeInvite(portal.api, ada, { maxUses: 100, groups: ['/looms'] });
});
afterAll(() => portal.stop());

/** What the admin API takes of an account, and a body must not. */
const members: Record<string, unknown> = {
  groups: ['/dyers'],
  roles: ['admin'],
  realmRoles: ['offline_access', 'admin'],
  clientRoles: { 'realm-management': ['realm-admin'] },
  enabled: false,
  emailVerified: true,
  requiredActions: ['UPDATE_PASSWORD'],
  id: CHOSEN_ID,
  user: CHOSEN_ID,
  sub: CHOSEN_ID,
  credentials: [{ type: 'password', value: 'theirs' }],
  federatedIdentities: [{ identityProvider: 'x', userId: '1', userName: 'x' }],
  federationLink: 'x',
  serviceAccountClientId: 'portal',
  clientConsents: [],
  notBefore: 1,
  createdTimestamp: 1,
  totp: true,
  origin: 'x',
  self: 'x',
  access: { manage: true },
  applicationRoles: {},
  socialLinks: [],
  userProfileMetadata: {},
  disableableCredentialTypes: ['password'],
  invite: 'f'.repeat(32),
  invitedBy: CHOSEN_ID,
  registration: 'f'.repeat(32),
  maxUses: 100,
  uses: 0,
  'portal.invited-by': ['somebody'],
  'portal.invite': ['f'.repeat(32)],
  'portal.registration': ['f'.repeat(32)],
  'attributes.portal.invited-by': ['somebody'],
};

/** What a body could try among the attributes: of the portal's own, of the account, of nobody's. */
const attributes: Record<string, string[]> = {
  'portal.invited-by': ['somebody'],
  'portal.invite': ['f'.repeat(32)],
  'portal.registration': ['f'.repeat(32)],
  'portal.protected': ['true'],
  'portal.terms': ['1'],
  'portal.undeclared': ['x'],
  groups: ['/dyers'],
  roles: ['admin'],
  realmRoles: ['admin'],
  enabled: ['false'],
  emailVerified: ['true'],
  requiredActions: ['UPDATE_PASSWORD'],
  id: [CHOSEN_ID],
  username: ['ada'],
  email: ['ada@example.org'],
  firstName: ['Mallory'],
  lastName: ['Mallory'],
  locale: ['de'],
  disabledReason: ['permanentLockout'],
  terms_and_conditions: ['1'],
  LDAP_ID: ['x'],
  constructor: ['x'],
  prototype: ['x'],
  toString: ['x'],
  hasOwnProperty: ['x'],
  '': ['x'],
};

const signUp = (body: unknown) => portal.api.post('/registrations', body);

/** A body as text, where JSON.stringify would lose what is in it. */
const signUpRaw = (body: string) =>
  fetch(`${portal.url}/api/v1/registrations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });

async function expectNothingMade(): Promise<void> {
  expect(await accountsOf(portal.realm, open)).toEqual([]);
  expect((await readInvite(portal.api, ada, open)).uses).toBe(0);
}

describe('a sign-up’s body', () => {
  test.for(Object.entries(members))(
    'with the member %s is a 400 that names it',
    async ([name, value]) => {
      const answer = await signUp({ ...signUpBody(open), [name]: value });
      expect(answer.status).toBe(400);
      expect(answer.headers.get('content-type')).toMatch('application/problem+json');
      expect(answer.body).toMatchObject({
        code: 'invalid-input',
        errors: [{ field: name, code: 'unknown-field' }],
      });
    },
  );

  test.for(Object.entries(attributes))(
    'with the attribute %j is a 400 that names it',
    async ([name, value]) => {
      const answer = await signUp({ ...signUpBody(open), attributes: { [name]: value } });
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({
        code: 'invalid-input',
        errors: [{ field: `attributes.${name}`, code: 'unknown-field' }],
      });
    },
  );

  test.for([
    ['a prototype', '"__proto__":{"enabled":false}'],
    ['a prototype in other letters', '"\\u005f_proto__":{"enabled":false}'],
    ['a prototype among the attributes', '"attributes":{"__proto__":{"portal.invite":["x"]}}'],
    ['a constructor', '"constructor":{"prototype":{"enabled":false}}'],
    ['a constructor that is text', '"constructor":"x"'],
    ['a constructor among the attributes', '"attributes":{"constructor":{"prototype":{}}}'],
    ['attributes that are a list', '"attributes":[["portal.invite","x"]]'],
    ['attributes that are null', '"attributes":null'],
    ['an attribute that is no list', '"attributes":{"portal.invite":"x"}'],
    ['a locale that is a list', '"locale":["de"]'],
    ['a username that is an object', '"username":{"toString":"ada"}'],
    ['a username that is a list', '"username":["grace"]'],
    ['a username that is a number', '"username":5'],
    ['an e-mail that is a list', '"email":["a@example.org","b@example.org"]'],
    ['a password that is an object', '"password":{"value":"x"}'],
  ])('with %s is a 400', async ([, member]) => {
    const { password, ...rest } = signUpBody(open);
    const base = { ...rest, ...(member?.startsWith('"password"') ? {} : { password }) };
    const named = /^"(\w+)"/.exec(member ?? '')?.[1] ?? '';
    const others = Object.entries(base).filter(([name]) => name !== named);
    const text = JSON.stringify(Object.fromEntries(others));
    const response = await signUpRaw(`${text.slice(0, -1)},${member}}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'invalid-input' });
    expect('enabled' in {}).toBe(false);
  });

  test.for([
    ['a list', '[{}]'],
    ['null', 'null'],
    ['text', '"x"'],
    ['nothing', ''],
    ['half of one', '{"token":'],
  ])('that is %s is a 400', async ([, body]) => {
    const response = await signUpRaw(body ?? '');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'invalid-input' });
  });

  test('as a form, which would pass by the schema, is a 415', async () => {
    const response = await fetch(`${portal.url}/api/v1/registrations`, {
      method: 'POST',
      body: new URLSearchParams({ token: open.token, enabled: 'false' }),
    });
    expect(response.status).toBe(415);
  });

  test('made no account in all of that', expectNothingMade);
});

describe('the account that a link makes', () => {
  test('has what the link’s maker gave, whatever was tried by query, header and locale', async () => {
    const body = { ...signUpBody(open), locale: 'nl' };
    const query = '?enabled=false&emailVerified=true&groups=/dyers&realmRoles=admin';
    const made = await portal.api.post(`/registrations${query}`, body, {
      headers: { 'x-forwarded-user': 'ada', 'x-groups': '/dyers', 'x-http-method-override': 'PUT' },
    });
    expect(made.status).toBe(201);

    const [account] = await accountsOf(portal.realm, open);
    expect(account).toMatchObject({
      username: body.username,
      email: body.email,
      firstName: body.firstName,
      lastName: body.lastName,
      enabled: true,
      emailVerified: false,
      requiredActions: [],
    });
    expect(account?.id).not.toBe(CHOSEN_ID);
    expect(account?.attributes).toEqual({
      locale: ['nl'],
      'portal.invite': [open.id],
      'portal.invited-by': [ada.id],
      'portal.registration': [expect.stringMatching(/^[0-9a-f]{32}$/)],
    });
    const groups = await portal.realm.admin.list(`/users/${account?.id}/groups`);
    expect(groups.map(({ path }) => path)).toEqual(['/looms']);
    const roles = await portal.realm.admin.get(`/users/${account?.id}/role-mappings`);
    expect(roles.clientMappings).toBeUndefined();
    expect(roles.realmMappings).toMatchObject([{ name: `default-roles-${portal.realm.name}` }]);
  });

  test('has a language only where the realm speaks it', async () => {
    const invite = await makeInvite(portal.api, ada);
    expect((await signUp({ ...signUpBody(invite), locale: 'xx' })).status).toBe(201);
    const [account] = await accountsOf(portal.realm, invite);
    expect(account?.attributes).not.toHaveProperty('locale');
  });

  test('keeps what it has when its holder changes the address', async () => {
    const invite = await makeInvite(portal.api, ada);
    const made = await signUp(signUpBody(invite));
    const headers = {
      cookie: made.headers.get('set-cookie')?.split(';')[0] ?? '',
      origin: portal.realm.publicUrl,
    };
    for (const [name, value] of Object.entries({ emailVerified: true, ...members })) {
      const body = { email: 'else@example.org', [name]: value };
      const answer = await portal.api.patch('/registrations/current', body, { headers });
      expect(answer.body).toMatchObject({ errors: [{ field: name, code: 'unknown-field' }] });
    }
    const [account] = await accountsOf(portal.realm, invite);
    expect(account).toMatchObject({ emailVerified: false, email: made.body.email });
  });
});

describe('a link', () => {
  test.for([
    'id',
    'url',
    'uses',
    'reserved',
    'creator',
    'createdBy',
    'creatorName',
    'createdAt',
    'usedAt',
    'status',
    'roles',
    'realmRoles',
    'enabled',
    'emailVerified',
    'requiredActions',
    'attributes',
  ])('takes no %s from whoever makes or changes it', async (name) => {
    const token = await tokenOf(ada);
    const made = await portal.api.post('/invites', { [name]: 1 }, { token });
    expect(made).toMatchObject({ status: 400, body: { errors: [{ field: name }] } });
    const changed = await portal.api.patch(`/invites/${open.id}`, { [name]: 1 }, { token });
    expect(changed).toMatchObject({ status: 400, body: { errors: [{ field: name }] } });
  });

  test.for([
    ['/Administrators', 'the administrators’'],
    ['/looms/', 'another spelling'],
    ['looms', 'a short name'],
    ['/LOOMS', 'another case'],
    ['/nowhere', 'none at all'],
  ])('gives no group %s (%s)', async ([group]) => {
    const answer = await portal.api.post(
      '/invites',
      { groups: [group] },
      { token: await tokenOf(ada) },
    );
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ errors: [{ field: 'groups', code: 'group-not-yours' }] });
  });
});
