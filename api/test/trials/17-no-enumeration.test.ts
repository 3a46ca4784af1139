import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '../support/client.ts';
import { type Portal, startPortal } from '../support/portal.ts';
import type { TestMember } from '../support/realm.ts';
import { changeInvite, makeInvite, signUpBody } from '../support/sign-ups.ts';

let portal: Portal;
let ada: TestMember;

beforeAll(async () => {
  portal = await startPortal();
  ada = await portal.realm.member('ada');
});
afterAll(() => portal.stop());

const made = () => makeInvite(portal.api, ada).then(({ token }) => token);

/** What opens nothing. */
const tokens: Record<string, () => Promise<string>> = {
  'an invented token': async () => randomBytes(32).toString('base64url'),
  'no token at all': async () => '',
  'a token with one character changed': async () => {
    const token = await made();
    return (token.startsWith('A') ? 'B' : 'A') + token.slice(1);
  },
  'a revoked link': async () => {
    const invite = await makeInvite(portal.api, ada);
    await changeInvite(portal.api, ada, invite, { revoked: true });
    return invite.token;
  },
  'a used link': async () => {
    const token = await made();
    expect((await portal.api.post('/registrations', signUpBody({ token }))).status).toBe(201);
    return token;
  },
  'a link whose maker is disabled': async () => {
    const maker = await portal.realm.member('linus');
    const { token } = await makeInvite(portal.api, maker);
    await portal.realm.admin.put(`/users/${maker.id}`, { enabled: false });
    // The maker's state counts for a minute; another process has yet to ask.
    return token;
  },
};

/** What a guesser would vary: the first is nobody's, the others are somebody's. */
const guesses = [
  {},
  { username: 'ada' },
  { email: 'ada@example.org' },
  { username: 'ada', email: 'ada@example.org' },
  { email: 'ADA@example.org', password: 'short' },
  { username: 'ada@example.org' },
];

function seen({ status, headers, body }: Answer): unknown {
  const varying = new Set(['date', 'x-request-id', 'connection', 'keep-alive', 'content-length']);
  const names = [...headers.keys()].filter((name) => !varying.has(name) && !/ratelimit/.test(name));
  return { status, names, body };
}

describe('without a link that works, names that exist and names that don’t answer alike', () => {
  test.for(Object.keys(tokens))('with %s', async (name) => {
    const token = (await tokens[name]?.()) ?? '';
    const other = await startPortal({ realm: portal.realm });
    const answers: unknown[] = [];
    for (const guess of guesses)
      answers.push(seen(await other.api.post('/registrations', signUpBody({ token }, guess))));
    await other.stop();

    const [nobodys, ...somebodys] = answers;
    expect(nobodys).toMatchObject({
      status: expect.toSatisfy((status) => [404, 410].includes(status)),
    });
    for (const answer of somebodys) expect(answer).toEqual(nobodys);
  });

  test('and no address of the API tells of an account to somebody who isn’t signed in', async () => {
    for (const path of [`/members/${ada.id}`, '/members?q=ada', `/users/${ada.id}`, '/me']) {
      const real = await portal.api.get(path);
      const invented = await portal.api.get(
        path.replaceAll(ada.id, randomBytes(8).toString('hex')),
      );
      expect([401, 404]).toContain(real.status);
      expect(seen(invented)).toEqual(seen(real));
    }
  });
});
