import { randomBytes, randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../docker/stack/redis.ts';
import { type Portal, startPortal } from '../support/portal.ts';
import type { TestMember } from '../support/realm.ts';
import {
  accountsOf,
  type MadeInvite,
  makeInvite,
  readInvite,
  signUpBody,
  tally,
} from '../support/sign-ups.ts';

const GUESSES = 10_000;
const AT_ONCE = 40;
const LIMIT = 30;

let dir: string;
/** Its own, and one server, so that every command is seen, and in its order. */
let redis: RedisServer;
let portal: Portal;
let ada: TestMember;
let invite: MadeInvite;
let second: MadeInvite;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'portal-guesses-'));
  redis = await startRedis({ dir });
  portal = await startPortal({
    environment: {
      REDIS_URL: redis.url,
      TRUST_PROXY: '127.0.0.1',
      RATE_LIMIT: String(LIMIT),
    },
  });
  ada = await portal.realm.member('ada');
  invite = await makeInvite(portal.api, ada);
  second = await makeInvite(portal.api, ada);
});
afterAll(async () => {
  await portal.stop();
  await redis.stop();
  await rm(dir, { recursive: true, force: true });
});

const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
const someAddress = () => `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`;
const bytesOf = ({ token }: MadeInvite) => Buffer.from(token, 'base64url');

function flipped(bit: number): string {
  const bytes = bytesOf(invite);
  bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return bytes.toString('base64url');
}

/** The last character has two bits to spare: other spellings of the same bytes. */
function otherSpellings(): string[] {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return [...alphabet]
    .map((last) => invite.token.slice(0, -1) + last)
    .filter((token) => token !== invite.token);
}

/** What somebody would try who knows how tokens are made, has seen others, and has this one's id. */
function guesses(): string[] {
  const { token } = invite;
  const [ours, theirs] = [bytesOf(invite), bytesOf(second)];
  const id = ours.subarray(0, 16);
  const near = [
    ...Array.from({ length: 256 }, (_, bit) => flipped(bit)),
    ...otherSpellings(),
    ...Array.from({ length: 42 }, (_, length) => token.slice(0, length + 1)),
    ...[`${token}A`, `${token}=`, ` ${token}`, `${token}\n`, `${token}\0`, token + token],
    ...[token.toLowerCase(), token.toUpperCase(), [...token].reverse().join('')],
    ...[bytesOf(invite).toString('hex'), bytesOf(invite).toString('base64'), invite.id],
    ...[Buffer.concat([id, theirs.subarray(16)]), Buffer.concat([ours.subarray(16), id])].map(
      (bytes) => bytes.toString('base64url'),
    ),
    ...['*', `{invite:${invite.id}}`, '../..', '__proto__', '%2e%2e', '', 'A'.repeat(43)],
  ];
  const macs = Array.from({ length: (GUESSES - near.length) / 2 }, () =>
    Buffer.concat([id, randomBytes(16)]).toString('base64url'),
  );
  const all = [...near, ...macs];
  while (all.length < GUESSES) all.push(randomBytes(32).toString('base64url'));
  // The one that is right is no guess.
  return all.filter((guess) => guess !== token);
}

/** Everything that Redis is asked meanwhile, by a client or inside a script, as its words. */
async function commandsDuring(work: () => Promise<void>): Promise<string[][]> {
  const own = new Redis(redis.url);
  const monitor = await own.monitor();
  const commands: string[][] = [];
  monitor.on('monitor', (_time: string, words: string[], source: string) => {
    if (source !== 'lua') commands.push(words);
  });
  await work();
  // The last of them is there when this one is.
  const mark = randomBytes(8).toString('hex');
  await own.echo(mark);
  await expect.poll(() => commands.some((words) => words.includes(mark))).toBe(true);
  monitor.disconnect();
  own.disconnect();
  return commands.filter((words) => !words.includes(mark));
}

describe(`${GUESSES} guesses of a token`, () => {
  test('hit nothing, and ask Redis for nothing but how many there were', async () => {
    const all = guesses();
    expect(all.length).toBeGreaterThanOrEqual(GUESSES - 1);
    const limit = pLimit(AT_ONCE);
    const answers: string[] = [];
    const commands = await commandsDuring(async () => {
      const asking = all.map((token, i) =>
        limit(async () => {
          const { status, body } =
            i % 10 === 0
              ? await portal.api.post('/registrations', signUpBody({ token }), from(someAddress()))
              : await portal.api.post('/invites/lookup', { token }, from(someAddress()));
          answers.push(`${status} ${body.code}`);
        }),
      );
      await Promise.all(asking);
    });

    expect(tally(answers)).toEqual({ '404 invite-unknown': all.length });
    const touches = (part: string) =>
      commands.filter((words) => words.some((word) => word.includes(part)));
    expect(touches('{invite:')).toEqual([]);
    expect(touches(portal.keys.rateLimit)).toHaveLength(all.length);
    // All others are the reconciler's, which comes by every two seconds, and the clock's.
    const others = commands.filter(
      (words) => !words.some((word) => word.includes(portal.keys.rateLimit)),
    );
    expect(others.length).toBeLessThan(all.length / 50);
    expect(await accountsOf(portal.realm, invite)).toEqual([]);
    expect((await readInvite(portal.api, ada, invite)).uses).toBe(0);
  }, 120_000);

  test('from one address are stopped, and somebody with a link elsewhere is served', async () => {
    const attacker = from('192.0.2.66');
    const statuses: number[] = [];
    for (let i = 0; i < 3 * LIMIT; i++) {
      const token = randomBytes(32).toString('base64url');
      statuses.push((await portal.api.post('/invites/lookup', { token }, attacker)).status);
    }
    expect(tally(statuses)).toEqual({ 404: LIMIT, 429: 2 * LIMIT });

    const invitee = from('198.51.100.7');
    const looked = await portal.api.post('/invites/lookup', { token: invite.token }, invitee);
    expect(looked.status).toBe(200);
    const made = await portal.api.post('/registrations', signUpBody(invite), invitee);
    expect(made.status).toBe(201);

    const late = await portal.api.post('/invites/lookup', { token: second.token }, attacker);
    expect(late).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
