import type { Problem } from '@portal/shared';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '../support/client.ts';
import { type Portal, randomName, startPortal } from '../support/portal.ts';
import type { TestMember } from '../support/realm.ts';
import { cookieOf, ORIGIN } from '../support/sign-up-cookie.ts';
import {
  accountsOf,
  FULL,
  type MadeInvite,
  makeInvite,
  signUpBody,
  tally,
} from '../support/sign-ups.ts';

/** The trial's number. `npm test` tries fewer. */
const GUESSES = FULL ? 1000 : 200;
/** Every second guess is right: a holder who has a list of people to look for. */
const MEMBERS = GUESSES / 2;
const AT_ONCE = 25;
/** How often in an hour the holders of one link are told that something is taken. */
const BUDGET = 20;

let portal: Portal;
/** Another process, with the same Redis behind it. */
let other: Portal;
let ada: TestMember;
let members: string[];

beforeAll(async () => {
  portal = await startPortal();
  other = await startPortal({ realm: portal.realm });
  ada = await portal.realm.member('ada');
  const limit = pLimit(AT_ONCE);
  members = await Promise.all(
    Array.from({ length: MEMBERS }, () =>
      limit(async () => {
        const username = randomName('member');
        const email = `${username}@example.org`;
        await portal.realm.admin.create('/users', { username, email, enabled: true });
        return email;
      }),
    ),
  );
});
afterAll(async () => {
  await other.stop();
  await portal.stop();
});

const stranger = () => `${randomName('nobody')}@example.org`;
/** Half of them members', half nobody's. */
const guesses = () => members.flatMap((email) => [email, stranger()]);
/** With a password that the realm refuses, so that a wrong guess makes no account. */
const guess = ({ api }: Portal, link: MadeInvite, email: string) => {
  const body = signUpBody(link, { email, username: email.split('@')[0] ?? '', password: 'short' });
  return api.post<Problem>('/registrations', body, { headers: { 'idempotency-key': email } });
};
const told = ({ body }: Answer<Problem>) => body.errors?.some(({ code }) => code === 'taken');

/** All of an answer but what differs from one to the next anyway. */
function seen({ status, headers, body }: Answer<Problem>): unknown {
  const { params, ...rest } = body;
  return { status, rest, params: Object.keys(params ?? {}), waits: headers.has('retry-after') };
}

describe(`of ${GUESSES} guesses of who is a member, a link’s holder learns ${BUDGET} at most`, () => {
  test('one after the other process, many at once', async () => {
    const link = await makeInvite(portal.api, ada, { maxUses: null });
    const limit = pLimit(AT_ONCE);
    const all = guesses();
    const answers = await Promise.all(
      all.map((email, i) => limit(() => guess(i % 4 < 2 ? portal : other, link, email))),
    );
    expect(tally(answers.map((answer) => String(told(answer) ?? false)))).toEqual({
      ...{ true: BUDGET, false: GUESSES - BUDGET },
    });
    expect(await accountsOf(portal.realm, link)).toEqual([]);

    // What one wasn't told, one isn't told by the same request again, whichever process it goes to.
    const untold = all.filter((_, i) => answers[i]?.status === 429);
    const repeated = await Promise.all(
      untold.map((email) => limit(() => guess(other, link, email))),
    );
    expect(repeated.filter(told)).toEqual([]);

    // From now on a member's address is answered as anybody's.
    const late = ['ada@example.org', stranger(), untold[0] ?? '', stranger()];
    const lateAnswers = await Promise.all(late.map((email) => guess(other, link, email)));
    for (const answer of lateAnswers) {
      expect(answer).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
      expect(seen(answer)).toEqual(seen(lateAnswers[0] ?? answer));
    }
    // Others, by other links, go on.
    const elsewhere = await makeInvite(portal.api, ada);
    expect((await portal.api.post('/registrations', signUpBody(elsewhere))).status).toBe(201);
  }, 120_000);

  test('also by mending the address of sign-ups', async () => {
    const link = await makeInvite(portal.api, ada, { maxUses: null });
    const mend = async (email: string) => {
      const made = await portal.api.post('/registrations', signUpBody(link));
      const headers = { cookie: cookieOf(made), origin: ORIGIN };
      return () => portal.api.patch<Problem>('/registrations/current', { email }, { headers });
    };
    const mends = await Promise.all(
      [...members.slice(0, 4), stranger(), members[4] ?? ''].map((email) => mend(email)),
    );
    const [first, second, third, fourth, strangers, last] = mends;
    for (const email of members.slice(10, 10 + BUDGET - 3))
      expect(told(await guess(portal, link, email))).toBe(true);
    // Three are left: of four at once, three are told.
    const atOnce = await Promise.all([first, second, third, fourth].map((it) => it?.()));
    expect(tally(atOnce.map((answer) => `${answer?.status} ${answer?.body.code}`))).toEqual({
      ...{ '400 invalid-input': 3, '429 too-many-requests': 1 },
    });
    const alike = [await strangers?.(), await last?.()];
    for (const answer of alike) expect(answer?.status).toBe(429);
    expect(alike.map((it) => it && seen(it))).toEqual([seen429, seen429]);
  });
});

const seen429 = {
  status: 429,
  rest: expect.objectContaining({ code: 'too-many-requests' }),
  params: ['retryAfter'],
  waits: true,
};
