import type { Invite, Problem } from '@portal/shared';
import { afterAll, describe, expect, test } from 'vitest';
import { portal as command } from '../../src/cli/portal.ts';
import { portalEnvironment, startPortal } from '../support/portal.ts';
import { keysLike } from '../support/redis.ts';
import { makeInvite, readInvite, signUpBody, tokenOf } from '../support/sign-ups.ts';

const portal = await startPortal();
const { api, realm, redis, keys } = portal;
const ada = await realm.member('ada');
afterAll(() => portal.stop());

async function repair(variables: Record<string, string> = portalEnvironment(realm)) {
  const said: string[] = [];
  const say = (text: string) => said.push(text);
  const code = await command(['repair'], { variables, print: say, complain: say });
  return { code, said: said.join('\n') };
}

/** What Redis has of this portal, as a backup keeps it. */
async function backUp(): Promise<Map<string, Buffer>> {
  const backup = new Map<string, Buffer>();
  for (const key of await keysLike(redis, `${portal.config.redis.prefix}*`)) {
    const dump = await redis.dumpBuffer(key);
    if (dump) backup.set(key, dump);
  }
  return backup;
}

async function takeBack(backup: Map<string, Buffer>): Promise<void> {
  for (const key of await keysLike(redis, `${portal.config.redis.prefix}*`)) await redis.del(key);
  for (const [key, dump] of backup) await redis.restore(key, 0, dump);
}

const status = async (list: string) =>
  (await api.get<{ items: Invite[] }>(`/invites?status=${list}`, { token: await tokenOf(ada) }))
    .body.items;

describe('after an older backup of Redis was taken back', () => {
  test('a link that was spent since is spent again, with who joined by it; open ones stay as they are', async () => {
    const spent = await makeInvite(api, ada, { label: 'spent' });
    const shared = await makeInvite(api, ada, { label: 'shared', maxUses: 5 });
    const untouched = await makeInvite(api, ada, { label: 'untouched' });
    expect((await api.post('/registrations', signUpBody(shared))).status).toBe(201);
    const backup = await backUp();
    const body = signUpBody(spent);
    for (const who of [body, signUpBody(shared)])
      expect((await api.post('/registrations', who)).status).toBe(201);

    await takeBack(backup);
    expect(await readInvite(api, ada, spent)).toMatchObject({ uses: 0, status: 'open' });

    expect(await repair()).toEqual({
      code: 0,
      said: 'Accounts that came by a link: 3. Counted again: 2.',
    });
    expect(await readInvite(api, ada, spent)).toMatchObject({ uses: 1, status: 'used-up' });
    expect(await readInvite(api, ada, shared)).toMatchObject({ uses: 2, status: 'open' });
    expect(await readInvite(api, ada, untouched)).toMatchObject({ uses: 0, status: 'open' });
    const again = await api.post<Problem>('/registrations', signUpBody(spent));
    expect(again.body).toMatchObject({ status: 410, code: 'invite-used-up' });
    const joined = await api.get(`/invites/${spent.id}/registrations`, {
      token: await tokenOf(ada),
    });
    expect(joined.body).toMatchObject({ items: [{ username: body.username }] });
    expect((await status('ended')).map(({ label }) => label)).toEqual(['spent']);
    expect((await status('open')).map(({ label }) => label)).toEqual(['untouched', 'shared']);
  });

  test('a second run changes nothing', async () => {
    expect((await repair()).said).toMatch(/Counted again: 0\./);
  });

  test('counts are never lowered, also where accounts were deleted', async () => {
    const link = await makeInvite(api, ada, { maxUses: 5 });
    await redis.hset(keys.invite(link.id), 'uses', 3);
    await repair();
    expect(await readInvite(api, ada, link)).toMatchObject({ uses: 3 });
  });

  test('links that are gone are told', async () => {
    const link = await makeInvite(api, ada);
    expect((await api.post('/registrations', signUpBody(link))).status).toBe(201);
    await redis.del(keys.invite(link.id));
    expect((await repair()).said).toMatch(/Links that accounts speak of .*: 1\./);
  });
});

test('a Redis or a Keycloak that is away is said in a sentence', async () => {
  const environment = portalEnvironment(realm);
  const noRedis = await repair({ ...environment, REDIS_URL: 'redis://127.0.0.1:1' });
  expect(noRedis).toEqual({ code: 1, said: expect.stringContaining('Redis can’t be reached') });
  const noKeycloak = await repair({ ...environment, KEYCLOAK_URL: 'http://127.0.0.1:1' });
  expect(noKeycloak).toEqual({ code: 1, said: expect.stringContaining('sign-in server is away') });
});
