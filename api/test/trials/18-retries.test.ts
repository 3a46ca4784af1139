import type { Registration } from '@portal/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mailsTo, waitForMail } from '../../../docker/stack/mail-reader.ts';
import { type ApiProcess, startApiProcess } from '../support/api-process.ts';
import type { Answer } from '../support/client.ts';
import { portalEnvironment, randomName } from '../support/portal.ts';
import { createRealm, type TestMember, type TestRealm } from '../support/realm.ts';
import { accountsOf, makeInvite, readInvite, signUpBody } from '../support/sign-ups.ts';

const TIMES = 50;
const catcher = process.env.TEST_MAIL_URL ?? '';

let realm: TestRealm;
let processes: [ApiProcess, ApiProcess];
let ada: TestMember;

beforeAll(async () => {
  realm = await createRealm();
  const environment = portalEnvironment(realm);
  processes = await Promise.all([startApiProcess(environment), startApiProcess(environment)]);
  ada = await realm.member('ada');
});
afterAll(async () => {
  await Promise.all(processes.map((process) => process.stop()));
  await realm.remove();
});

const process0 = () => processes[0].api;

/** The same request so many times at once, by turns to each process. */
function repeat(body: object, key: string): Promise<Answer<Registration>[]> {
  return Promise.all(
    Array.from({ length: TIMES }, (_, i) =>
      processes[i % 2 === 0 ? 0 : 1].api.post<Registration>('/registrations', body, {
        headers: { 'idempotency-key': key },
      }),
    ),
  );
}

const cookieOf = ({ headers }: Pick<Answer, 'headers'>): string =>
  headers.get('set-cookie')?.split(';')[0] ?? '';

describe(`the same sign-up under one Idempotency-Key, ${TIMES} times at once`, () => {
  test('is one account, one mail and one answer, and each answer’s cookie opens it', async () => {
    const invite = await makeInvite(process0(), ada, { maxUses: 3 });
    const body = signUpBody(invite);
    const answers = await repeat(body, randomName('key'));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    expect(await accountsOf(realm, invite)).toHaveLength(1);
    expect((await readInvite(process0(), ada, invite)).uses).toBe(1);
    for (const answer of answers) {
      const { body: current } = await process0().get('/registrations/current', {
        headers: { cookie: cookieOf(answer) },
      });
      expect(current).toMatchObject({ username: body.username, email: body.email });
    }
    await waitForMail(catcher, body.email ?? '');
    expect(await mailsTo(catcher, body.email ?? '')).toHaveLength(1);
  });

  test('is one refusal, word for word, where the realm refuses', async () => {
    const invite = await makeInvite(process0(), ada, { maxUses: 3 });
    const answers = await repeat(signUpBody(invite, { username: 'ada' }), randomName('key'));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400]));
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    expect(answers[0]?.body).toMatchObject({ errors: [{ field: 'username', code: 'taken' }] });
    expect((await readInvite(process0(), ada, invite)).uses).toBe(0);
  });
});

describe('a sign-up that is repeated later', () => {
  test('gets the same answer, also when it was the one that used the link up', async () => {
    const invite = await makeInvite(process0(), ada);
    const body = signUpBody(invite);
    const headers = { 'idempotency-key': randomName('key') };
    const first = await process0().post('/registrations', body, { headers });
    const second = await processes[1].api.post('/registrations', body, { headers });

    expect(second.status).toBe(201);
    expect(second.body).toEqual(first.body);
    expect(cookieOf(second)).not.toBe('');
    expect(await accountsOf(realm, invite)).toHaveLength(1);
  });

  test.for([
    ['another password', { password: 'quite another one' }],
    ['another name', { firstName: 'Mallory' }],
    ['a member more', { locale: 'nl' }],
  ] as const)('with %s under the same key is a 422 and opens nothing', async ([, other]) => {
    const invite = await makeInvite(process0(), ada);
    const body = signUpBody(invite);
    const headers = { 'idempotency-key': randomName('key') };
    expect((await process0().post('/registrations', body, { headers })).status).toBe(201);

    const answer = await process0().post('/registrations', { ...body, ...other }, { headers });
    expect(answer).toMatchObject({ status: 422, body: { code: 'idempotency-mismatch' } });
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  test('after a refusal works under a new key, as nothing was spent', async () => {
    const invite = await makeInvite(process0(), ada);
    const send = (more: object, key: string) =>
      process0().post('/registrations', signUpBody(invite, more), {
        headers: { 'idempotency-key': key },
      });
    expect((await send({ password: 'short' }, randomName('key'))).status).toBe(400);
    expect((await send({ email: 'ada@example.org' }, randomName('key'))).status).toBe(400);
    expect((await send({}, randomName('key'))).status).toBe(201);
  });
});
