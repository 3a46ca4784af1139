import { randomUUID } from 'node:crypto';
import type { CurrentRegistration, Invite, Me, Page, Problem } from '@portal/shared';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startApiProcess } from '../support/api-process.ts';
import type { Client } from '../support/client.ts';
import { type Portal, portalEnvironment, randomName, startPortal } from '../support/portal.ts';
import type { TestMember } from '../support/realm.ts';
import { keysLike } from '../support/redis.ts';
import { cookieOf, holderOf, ORIGIN } from '../support/sign-up-cookie.ts';
import { FULL, type MadeInvite, makeInvite, signUpBody, tokenOf } from '../support/sign-ups.ts';

/*
 * More of the same promise: an administrators' group elsewhere, by path and by short name, in `members/me.test.ts`; what
 * a cookie must be to open a sign-up in `registrations/sign-up-cookie.test.ts`; when a sign-up is over for good in
 * `registrations/current-registration.test.ts`; a link whose maker is gone in `invites/groups-of-invites.test.ts`.
 */

/** Longer than Keycloak's answer about a member counts. */
const A_MINUTE_MS = 60_001;

let portal: Portal;
let api: Client;
let ada: TestMember;
let bea: TestMember;

beforeAll(async () => {
  portal = await startPortal({
    groups: ['/looms'],
    environment: {
      INVITE_GROUPS: '/looms',
      SMTP_URL: `smtp://127.0.0.1:${process.env.TEST_SMTP_PORT}`,
      MAIL_FROM: 'portal@example.org',
    },
  });
  api = portal.api;
  [ada, bea] = await Promise.all([portal.realm.member('ada'), portal.realm.member('bea')]);
});
afterAll(() => portal.stop());

/** Everything that is kept, here and in Keycloak, save what the background does by itself. */
async function everything(): Promise<unknown> {
  const keys = await keysLike(portal.redis, `${portal.config.redis.prefix}*`);
  const lasting = keys.filter((key) => !key.includes(':claims:')).sort();
  const kept = await Promise.all(lasting.map((key) => portal.redis.dumpBuffer(key)));
  return { kept: lasting.map((key, i) => [key, kept[i]?.toString('hex')]), users: await users() };
}
const users = () => portal.realm.users();

/** What a member may do with the things of another, route by route: a new route is to be decided here. */
const DECIDED: Record<string, { body?: unknown; open: boolean }> = {
  // Every member sees who invites whom; the link itself only its maker.
  'get /api/v1/invites/{id}': { open: true },
  'get /api/v1/invites/{id}/registrations': { open: true },
  'patch /api/v1/invites/{id}': { body: { label: 'mine now', revoked: true }, open: false },
  'delete /api/v1/invites/{id}': { open: false },
  'post /api/v1/invites/{id}/mail': {
    body: { email: 'grace@example.org', language: 'en' },
    open: false,
  },
};

/** What whoever runs the portal shows to everybody: no member's. */
const PUBLISHED = ['get /api/v1/look/{part}', 'get /api/v1/pages/{slug}'];

describe('what another member made', () => {
  let invite: MadeInvite;
  let guest: string;

  beforeEach(async () => {
    invite = await makeInvite(api, ada, { maxUses: 3, email: 'grace@example.org' });
    const joined = await makeInvite(api, ada);
    guest = holderOf(cookieOf(await api.post('/registrations', signUpBody(joined)))).user;
    const mailsLeft = () => portal.redis.zcard(portal.keys.mails);
    await expect.poll(mailsLeft, { timeout: 20_000 }).toBe(0);
  });

  const ask = async (route: string, id: string, as: TestMember) => {
    const [method = '', path = ''] = route.split(' ');
    const { body } = DECIDED[route] ?? {};
    const token = await tokenOf(as);
    return api.ask<Problem>(method.toUpperCase(), path.replace('{id}', id), { token, body });
  };

  test('is behind these routes, and there are no others that take an id', async () => {
    const { body } = await api.get<{ paths: Record<string, object> }>('/api/openapi.json');
    const taking = Object.entries(body.paths).filter(([path]) => path.includes('{'));
    const routes = taking.flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(routes.sort()).toEqual([...Object.keys(DECIDED), ...PUBLISHED].sort());
  });

  test.for(Object.keys(DECIDED))('%s changes nothing, and shows no link', async (route) => {
    const before = await everything();
    const { status, body } = await ask(route, invite.id, bea);
    if (DECIDED[route]?.open) expect(status).toBe(200);
    else expect({ status, code: body.code }).toEqual({ status: 403, code: 'not-yours' });
    for (const secret of [invite.token, invite.token.slice(22), 'grace@example.org', '"url"'])
      expect(JSON.stringify(body)).not.toContain(secret);
    expect(await everything()).toEqual(before);
  });

  test.for(Object.keys(DECIDED))('%s knows no other ids', async (route) => {
    const own = await makeInvite(api, bea);
    const before = await everything();
    for (const id of [
      ...[ada.id, bea.id, guest, randomUUID(), '0'.repeat(32), invite.token],
      ...[invite.id.toUpperCase(), `${invite.id}0`, invite.id.slice(1), `{${invite.id}}`],
      ...[`x%2F..%2F${invite.id}`, `..%5C${invite.id}`, `${own.id}${invite.id}`],
      ...[`${invite.id}%00`, `${invite.id}%0a`, `%20${invite.id}`, '*', '%2e%2e'],
    ]) {
      const { status, body } = await ask(route, id, bea);
      expect({ id, status, code: body.code }).toEqual({ id, status: 404, code: 'not-found' });
    }
    expect(await everything()).toEqual(before);
  });

  test('is in nobody else’s list, from whichever place that is read', async () => {
    const token = await tokenOf(bea);
    const page = await api.get<Page<Invite>>('/invites?limit=1', { token: await tokenOf(ada) });
    const own = await makeInvite(api, bea);
    for (const query of ['', `?cursor=${page.body.nextCursor}`, '?status=open', '?scope=mine']) {
      const { body } = await api.get<Page<Invite>>(`/invites${query}`, { token });
      for (const { createdBy } of body.items) expect(createdBy.id).toBe(bea.id);
    }
    const all = await api.get<Page<Invite>>('/invites?scope=all', { token });
    const links = all.body.items.filter((it) => it.url !== undefined || it.email !== undefined);
    expect(all.body.items.map(({ id }) => id)).toContain(invite.id);
    expect(links.map(({ id }) => id)).toContain(own.id);
    for (const { createdBy } of links) expect(createdBy.id).toBe(bea.id);
  });
});

/** Somebody who has just signed up by a link, with what their browser holds. */
async function newcomer(link: MadeInvite) {
  const body = signUpBody(link);
  const cookie = cookieOf(await api.post('/registrations', body));
  return { ...body, id: holderOf(cookie).user, headers: { cookie, origin: ORIGIN } };
}
type Newcomer = Awaited<ReturnType<typeof newcomer>>;

const current = ({ headers }: Pick<Newcomer, 'headers'>) =>
  api.get<CurrentRegistration & Problem>('/registrations/current', { headers });
const mend = ({ headers }: Pick<Newcomer, 'headers'>, email: string) =>
  api.patch<CurrentRegistration & Problem>('/registrations/current', { email }, { headers });
const mailAgain = ({ headers }: Pick<Newcomer, 'headers'>) =>
  api.ask<Problem>('POST', '/registrations/current/verification-email', { headers });
const newAddress = () => `${randomName('new')}@example.org`;

describe('the cookie of a sign-up', () => {
  test('reaches its own account, and no other of the same link', async () => {
    const link = await makeInvite(api, ada, { maxUses: null });
    const [grace, hedy] = [await newcomer(link), await newcomer(link)];
    const email = newAddress();
    expect((await mend(grace, email)).body).toMatchObject({ username: grace.username, email });
    expect((await current(hedy)).body).toMatchObject({
      ...{ username: hedy.username, email: hedy.email, changesLeft: 3 },
    });
    expect(await portal.realm.admin.get(`/users/${hedy.id}`)).toMatchObject({ email: hedy.email });
  });

  test('opens nothing that members see, and a member’s token opens no sign-up', async () => {
    const grace = await newcomer(await makeInvite(api, ada));
    for (const path of ['/me', '/invites', '/invites?scope=all'])
      expect((await api.get(path, grace)).status).toBe(401);
    const token = await tokenOf(ada);
    expect((await api.get('/registrations/current', { token })).status).toBe(404);
  });
});

describe('an account that was made anew under an old name', () => {
  const remove = ({ id }: Pick<TestMember, 'id'>) =>
    portal.realm.admin.ask('DELETE', `/users/${id}`);

  test('has none of the links of the one before', async () => {
    const dora = await portal.realm.member('dora');
    const link = await makeInvite(api, dora);
    const before = await tokenOf(dora);
    await remove(dora);
    const namesake = await portal.realm.member('dora');
    const token = await tokenOf(namesake);
    expect(namesake.id).not.toBe(dora.id);

    expect((await api.get<Page<Invite>>('/invites', { token })).body.items).toEqual([]);
    const seen = await api.get<Invite>(`/invites/${link.id}`, { token });
    expect(seen.body).not.toHaveProperty('url');
    expect((await api.patch(`/invites/${link.id}`, { label: 'x' }, { token })).status).toBe(403);
    expect((await api.delete(`/invites/${link.id}`, { token })).status).toBe(403);
    // Nor is the old one's token the new one's: it still verifies, and stands for nobody.
    const { status } = await aMinuteLater(() => api.get('/me', { token: before }));
    expect(status).toBe(401);
  });

  test('is out of reach of the sign-up of the one before', async () => {
    const grace = await newcomer(await makeInvite(api, ada));
    await remove(grace);
    const { username = '', email = '' } = grace;
    const id = await portal.realm.admin.create('/users', { username, email, enabled: true });
    for (const answer of [
      await current(grace),
      await mend(grace, newAddress()),
      await mailAgain(grace),
    ])
      expect(answer.body).toMatchObject({ status: 404, code: 'registration-unknown' });
    expect(await portal.realm.admin.get(`/users/${id}`)).toMatchObject({ username, email });
  });
});

describe('somebody who verified their address and took another since, unseen by the portal', () => {
  async function movedOn(): Promise<Newcomer & { own: string }> {
    const grace = await newcomer(await makeInvite(api, ada));
    // In Keycloak's own pages: by the mail's link first, then as a change of one's account.
    await portal.realm.change(grace, { emailVerified: true });
    const own = newAddress();
    await portal.realm.change(grace, { email: own, emailVerified: false });
    return { ...grace, own };
  }

  test.for([
    ['mended', (grace: Newcomer) => mend(grace, newAddress())],
    ['sent mails', mailAgain],
    ['looked at', current],
  ] as const)('can’t be %s by whoever still has the cookie', async ([, act]) => {
    const grace = await movedOn();
    expect((await act(grace)).body).toMatchObject({ status: 410, code: 'registration-complete' });
    expect(await portal.realm.admin.get(`/users/${grace.id}`)).toMatchObject({ email: grace.own });
    // Once for all: going back to the first address revives nothing.
    await portal.realm.change(grace, { email: grace.email });
    expect((await mend(grace, newAddress())).status).toBe(410);
  });

  test('and who has only mended theirs here, several times at once, goes on', async () => {
    const grace = await newcomer(await makeInvite(api, ada));
    const answers = await Promise.all([1, 2, 3].map(() => mend(grace, newAddress())));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await current(grace)).body).toMatchObject({ verification: expect.any(String) });
  });
});

/**
 * As if a minute had gone by: what Keycloak said is remembered by the monotonic clock. The full run waits that minute as
 * well, in front of a process of its own.
 */
async function aMinuteLater<T>(work: () => Promise<T>): Promise<T> {
  const now = performance.now.bind(performance);
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + A_MINUTE_MS);
  return work().finally(() => clock.mockRestore());
}

const stillVerifies = (token: string) => (decodeJwt(token).exp ?? 0) * 1000 > Date.now();

/** How a member stops being one, and what they are told then. */
interface Loss {
  name: string;
  lose(member: TestMember): Promise<unknown>;
  environment: Record<string, string>;
  told: Pick<Problem, 'status' | 'code'>;
}
const LOSSES: Loss[] = [
  {
    name: 'was disabled',
    lose: (member) => portal.realm.change(member, { enabled: false }),
    environment: {},
    told: { status: 401, code: 'not-signed-in' },
  },
  {
    name: 'was deleted',
    lose: ({ id }) => portal.realm.admin.ask('DELETE', `/users/${id}`),
    environment: {},
    told: { status: 401, code: 'not-signed-in' },
  },
  {
    name: 'has left the group that members are in',
    lose: (member) => portal.realm.leave(member, '/Administrators'),
    environment: { FEATURE_FLAG_ADMINS_ONLY: 'true' },
    told: { status: 403, code: 'not-a-member' },
  },
];

describe('within a minute, and with a token that still verifies, the API is closed to who', () => {
  const asks = (client: Client, token: string) => [
    () => client.get<Problem>('/me', { token }),
    () => client.get<Problem>('/invites?scope=all', { token }),
    () => client.post<Problem>('/invites', {}, { token }),
  ];

  test.for(LOSSES)('$name', async ({ lose, environment, told }) => {
    const members = await startPortal({ realm: portal.realm, environment });
    try {
      const member = await portal.realm.member(randomName('eve'), { groups: ['/Administrators'] });
      const token = await member.token();
      for (const ask of asks(members.api, token)) expect((await ask()).status).toBeLessThan(300);
      await lose(member);
      for (const ask of asks(members.api, token))
        expect((await aMinuteLater(ask)).body).toMatchObject(told);
      expect(stillVerifies(token)).toBe(true);
    } finally {
      await members.stop();
    }
  });

  const inRealTime = FULL ? LOSSES : [];
  test.for(inRealTime)('$name (in real time)', { timeout: 120_000 }, async (loss) => {
    const environment = { ...portalEnvironment(portal.realm), ...loss.environment };
    const process = await startApiProcess(environment);
    try {
      const member = await portal.realm.member(randomName('fay'), { groups: ['/Administrators'] });
      const token = await member.token();
      expect((await process.api.get('/me', { token })).status).toBe(200);
      await loss.lose(member);
      for (const ask of asks(process.api, token))
        await expect
          .poll(async () => (await ask()).body, { timeout: 61_000, interval: 500 })
          .toMatchObject(loss.told);
      expect(stillVerifies(token)).toBe(true);
    } finally {
      await process.stop();
    }
  });

  test('has left a group counts as out of it in all that the group gives', async () => {
    const gia = await portal.realm.member('gia', { groups: ['/looms', '/Administrators'] });
    const token = await gia.token();
    const wishes = { groups: ['/looms'] };
    expect((await api.post('/invites', wishes, { token })).status).toBe(201);
    await portal.realm.leave(gia, '/looms');
    await portal.realm.leave(gia, '/Administrators');

    const made = await aMinuteLater(() => api.post<Problem>('/invites', wishes, { token }));
    expect(made.body.errors).toEqual([{ field: 'groups', code: 'group-not-yours' }]);
    const me = await api.get<Me>('/me', { token });
    expect(me.body).toMatchObject({ groups: [], administrator: false, may: { inviteInto: [] } });
    expect(decodeJwt(token).groups).toEqual(expect.arrayContaining(['/looms', '/Administrators']));
  });
});
