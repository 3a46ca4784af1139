import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Portal, startPortal } from '../support/portal.ts';
import type { TestMember } from '../support/realm.ts';
import { keysLike } from '../support/redis.ts';
import {
  accountsOf,
  type MadeInvite,
  makeInvite,
  readInvite,
  tally,
  tokenOf,
} from '../support/sign-ups.ts';

/** Chat apps' previews, mail scanners, prefetching browsers: so many of them, and so many at once. */
const READERS = 1000;
const AT_ONCE = 50;

let portal: Portal;
let ada: TestMember;
let invite: MadeInvite;

beforeAll(async () => {
  portal = await startPortal();
  ada = await portal.realm.member('ada');
  invite = await makeInvite(portal.api, ada, { maxUses: 3 });
});
afterAll(() => portal.stop());

/** Every key of the portal's with its value, but for what the limiter and the background's claims write. */
async function everything(): Promise<Record<string, string>> {
  const { prefix } = portal.config.redis;
  const names = await keysLike(portal.redis, `${prefix}*`);
  const kept = names.filter(
    (name) => !name.startsWith(portal.keys.rateLimit) && !name.startsWith(portal.keys.claim('')),
  );
  const values = await Promise.all(
    kept
      .sort()
      .map(
        async (name) =>
          [name, (await portal.redis.dumpBuffer(name))?.toString('hex') ?? ''] as const,
      ),
  );
  return Object.fromEntries(values);
}

/** Everything that only reads, of a link and of the address that it is sent to. */
function readings(token: string): (() => Promise<{ status: number }>)[] {
  const { api } = portal;
  const lookup = () => api.post('/invites/lookup', { token: invite.token });
  const plain = (method: string, path: string, headers = {}) =>
    fetch(`${portal.url}${path}`, { method, headers });
  const member = { authorization: `Bearer ${token}` };
  const own = `/api/v1/invites/${invite.id}`;
  return [
    lookup,
    ...['GET', 'HEAD'].flatMap((method) =>
      [own, `${own}/registrations`, '/api/v1/invites?status=open', '/api/v1/me'].map(
        (path) => () => plain(method, path, member),
      ),
    ),
    ...['GET', 'HEAD', 'OPTIONS'].flatMap((method) =>
      [
        '/api/v1/registrations',
        '/api/v1/registrations/current',
        '/api/v1/invites/lookup',
        `/join?token=${invite.token}`,
        `/api/v1/registrations?token=${invite.token}`,
        `/api/v1/invites/${invite.token}`,
        '/api/v1/config',
      ].map((path) => () => plain(method, path)),
    ),
    () =>
      plain('OPTIONS', own, {
        origin: 'https://elsewhere.example',
        'access-control-request-method': 'DELETE',
      }),
    lookup,
  ];
}

describe('reading a link', () => {
  test(`${READERS} times changes nothing: no use, nothing in Redis, no account`, async () => {
    const all = readings(await tokenOf(ada));
    const before = await everything();
    const users = (await portal.realm.users()).length;

    const statuses: number[] = [];
    for (let done = 0; done < READERS; done += AT_ONCE) {
      const some = Array.from({ length: AT_ONCE }, (_, i) => all[(done + i) % all.length]?.());
      for (const answer of await Promise.all(some)) statuses.push(answer?.status ?? 0);
    }

    expect(statuses).toHaveLength(READERS);
    expect(Object.keys(tally(statuses)).every((status) => Number(status) < 500)).toBe(true);
    expect(tally(statuses)[200]).toBeGreaterThan(READERS / 4);
    expect(await everything()).toEqual(before);
    expect(await readInvite(portal.api, ada, invite)).toMatchObject({ uses: 0, status: 'open' });
    expect(await portal.realm.users()).toHaveLength(users);
    expect(await accountsOf(portal.realm, invite)).toEqual([]);
  });

  test('shows a stranger nothing of an account, and sets no cookie', async () => {
    const looked = await portal.api.post('/invites/lookup', { token: invite.token });
    expect(looked.status).toBe(200);
    expect(looked.headers.get('set-cookie')).toBeNull();
    expect(JSON.stringify(looked.body)).not.toContain(ada.id);
    expect(JSON.stringify(looked.body)).not.toContain('ada@example.org');
  });
});
