import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InviteLookup, Problem } from '@portal/shared';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Portal, startPortal } from '../support/portal.ts';
import type { TestMember } from '../support/realm.ts';
import { startPair } from '../support/sentinels.ts';
import {
  accountsOf,
  changeInvite,
  type MadeInvite,
  makeInvite,
  signUpBody,
  tokenOf,
} from '../support/sign-ups.ts';

const TIMEOUT_MS = 2_000;

let dir: string;
let servers: Awaited<ReturnType<typeof startPair>>;
let monitored: Redis;
/** Confirms a write as soon as the master has it. */
let plain: Portal;
/** Waits for the replica. */
let waiting: Portal;
let ada: TestMember;
let link: MadeInvite;
let token = '';

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'portal-writes-'));
  servers = await startPair(dir);
  monitored = new Redis(servers.master.url);
  const environment = { REDIS_URL: servers.master.url, REDIS_TIMEOUT: String(TIMEOUT_MS) };
  plain = await startPortal({ environment });
  waiting = await startPortal({
    realm: plain.realm,
    environment: { ...environment, REDIS_WAIT_REPLICAS: '1' },
  });
  ada = await plain.realm.member('ada');
  token = await tokenOf(ada);
  link = await makeInvite(waiting.api, ada, { maxUses: null });
});
afterAll(async () => {
  servers.replica.signal('SIGCONT');
  monitored.disconnect();
  await waiting.stop();
  await plain.stop();
  await Promise.all([servers.master.stop(), servers.replica.stop()]);
  await rm(dir, { recursive: true, force: true });
});

interface Seen {
  words: string[];
  /** Which connection it came by. */
  from: string;
}

/** What the master is told meanwhile by its clients, in its order. */
async function commandsDuring(work: () => Promise<unknown>): Promise<Seen[]> {
  const monitor = await monitored.monitor();
  const seen: Seen[] = [];
  monitor.on('monitor', (_time: string, words: string[], from: string) => {
    if (from !== 'lua') seen.push({ words, from });
  });
  await work();
  await monitored.echo('end of watch');
  await expect.poll(() => seen.some(({ words }) => words[1] === 'end of watch')).toBe(true);
  monitor.disconnect();
  return seen;
}

const isWait = ({ words }: Seen) => words[0]?.toLowerCase() === 'wait';
const writes = (of: Seen[]) =>
  of.filter(({ words }) => /^(eval|evalsha|zadd)$/i.test(words[0] ?? ''));
/** The writes that name a link, but for the limiter's and for who joined by it: that is known elsewhere, too. */
const of = (id: string, seen: Seen[]) =>
  writes(seen).filter(
    ({ words }) =>
      words.some((word) => word.includes(id)) &&
      !words.some((word) => word.startsWith(plain.keys.rateLimit)) &&
      !words.some((word) => /:joins$|\{tree\}/.test(word)),
  );

describe('REDIS_WAIT_REPLICAS', () => {
  test('0 costs nothing: no WAIT is sent', async () => {
    const seen = await commandsDuring(() => makeInvite(plain.api, ada));
    expect(writes(seen).length).toBeGreaterThan(0);
    expect(seen.filter(isWait)).toEqual([]);
  });

  /** Each write that names a link has a WAIT behind it on its connection; gives how many there were. */
  async function expectWaits(work: () => Promise<MadeInvite>): Promise<number> {
    let id = '';
    const seen = await commandsDuring(async () => {
      ({ id } = await work());
    });
    const found = of(id, seen);
    for (const write of found) {
      const after = seen.slice(seen.indexOf(write));
      const behind = after.find((it) => it.from === write.from && isWait(it));
      expect(behind?.words.slice(1)).toEqual(['1', String(TIMEOUT_MS / 4)]);
    }
    return found.length;
  }

  test('1 has a WAIT behind each write, by the connection that wrote: a link and its two lists', async () => {
    expect(await expectWaits(() => makeInvite(waiting.api, ada))).toBe(3);
  });

  test('… a change', async () => {
    const { id } = link;
    const seen = await commandsDuring(() =>
      changeInvite(waiting.api, ada, link, { label: 'another' }),
    );
    const [change] = of(`{invite:${id}}`, seen);
    expect(seen.some((it) => isWait(it) && it.from === change?.from)).toBe(true);
  });

  test('… a sign-up’s lease, reservation and commit, and the mail that is due', async () => {
    const signUp = async () => {
      expect((await waiting.api.post('/registrations', signUpBody(link))).status).toBe(201);
      return link;
    };
    expect(await expectWaits(signUp)).toBe(4);
  });

  test('1 has writes that come at once share a WAIT', async () => {
    const seen = await commandsDuring(() =>
      Promise.all(Array.from({ length: 20 }, () => makeInvite(waiting.api, ada))),
    );
    expect(seen.filter(isWait).length).toBeGreaterThan(0);
    // Alone, each takes two: for its indexes, and for itself.
    expect(seen.filter(isWait).length).toBeLessThan(2 * 20);
  });
});

describe('while the replica hangs', () => {
  const timed = async <T>(work: Promise<T>) => {
    const from = performance.now();
    return { answer: await work, tookMs: performance.now() - from };
  };

  test('no write is confirmed, each is refused in time, reading goes on, and no account is made', async () => {
    servers.replica.signal('SIGSTOP');
    const body = signUpBody(link);
    const refused = [
      ...Array.from({ length: 10 }, () =>
        timed(waiting.api.post<Problem>('/invites', {}, { token })),
      ),
      timed(waiting.api.patch<Problem>(`/invites/${link.id}`, { label: 'x' }, { token })),
      timed(waiting.api.post<Problem>('/registrations', body)),
    ];
    const lookup = timed(waiting.api.post<InviteLookup>('/invites/lookup', { token: link.token }));
    const { answer, tookMs } = await lookup;
    expect(answer.status).toBe(200);
    expect(tookMs).toBeLessThan(TIMEOUT_MS / 4);
    for (const { answer, tookMs } of await Promise.all(refused)) {
      expect({ status: answer.status, code: answer.body.code }).toEqual({
        status: 503,
        code: 'redis-away',
      });
      expect(tookMs).toBeLessThan(TIMEOUT_MS);
    }
    const accounts = await accountsOf(plain.realm, link);
    expect(accounts.filter(({ username }) => username === body.username)).toEqual([]);

    servers.replica.signal('SIGCONT');
    await expect
      .poll(async () => (await waiting.api.post('/invites', {}, { token })).status)
      .toBe(201);
  });
});
