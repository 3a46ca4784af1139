import type { Registration } from '@portal/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiProcess, startApiProcess } from '../support/api-process.ts';
import type { Answer } from '../support/client.ts';
import { isNewAccount, type KeycloakProxy, startKeycloakProxy } from '../support/keycloak-proxy.ts';
import { portalEnvironment, randomName } from '../support/portal.ts';
import { createRealm, type TestMember, type TestRealm } from '../support/realm.ts';
import {
  accountsOf,
  FULL,
  type MadeInvite,
  makeInvite,
  readInvite,
  signUpBody,
  tally,
} from '../support/sign-ups.ts';

/** The trial's number is 20 rounds. */
const ROUNDS = FULL ? 20 : 3;
const CALLERS = 200;

let realm: TestRealm;
let keycloak: KeycloakProxy;
let processes: [ApiProcess, ApiProcess];
let ada: TestMember;

beforeAll(async () => {
  realm = await createRealm();
  keycloak = await startKeycloakProxy(realm.keycloakUrl);
  const environment = { ...portalEnvironment(realm), KEYCLOAK_INTERNAL_URL: keycloak.url };
  processes = await Promise.all([startApiProcess(environment), startApiProcess(environment)]);
  ada = await realm.member('ada');
});
afterAll(async () => {
  await Promise.all(processes.map((process) => process.stop()));
  await keycloak.stop();
  await realm.remove();
});

/** Callers under different names, half of them at each process, all at once. */
function signUpAtOnce(
  invite: MadeInvite,
  callers: number,
  headers: Record<string, string> = {},
): Promise<Answer[]> {
  const bodies = Array.from({ length: callers }, () => signUpBody(invite));
  return Promise.all(
    bodies.map((body, i) =>
      processes[i % 2 === 0 ? 0 : 1].api.post('/registrations', body, { headers }),
    ),
  );
}

const statuses = (answers: readonly Answer[]) => tally(answers.map(({ status }) => status));
const codes = (answers: readonly Answer[]) =>
  new Set(answers.filter(({ status }) => status !== 201).map(({ body }) => body.code));

describe(`${CALLERS} who sign up at once by one link, over two processes`, () => {
  test.for(Array.from({ length: ROUNDS }, (_, i) => i + 1))(
    'are one account where the link has one use (round %i)',
    async () => {
      const invite = await makeInvite(processes[0].api, ada);
      const answers = await signUpAtOnce(invite, CALLERS);

      expect(statuses(answers)[201]).toBe(1);
      expect(['invite-busy', 'invite-used-up']).toEqual(
        expect.arrayContaining([...codes(answers)]),
      );
      const accounts = await accountsOf(realm, invite);
      const winner = answers.find(({ status }) => status === 201);
      expect(accounts.map(({ username }) => username)).toEqual([winner?.body.username]);
      expect(await readInvite(processes[1].api, ada, invite)).toMatchObject({
        uses: 1,
        status: 'used-up',
      });
    },
  );

  test('are five accounts where it has five', async () => {
    const invite = await makeInvite(processes[0].api, ada, { maxUses: 5 });
    const answers = await signUpAtOnce(invite, CALLERS);

    expect(statuses(answers)[201]).toBe(5);
    expect(await accountsOf(realm, invite)).toHaveLength(5);
    expect((await readInvite(processes[1].api, ada, invite)).uses).toBe(5);
  });

  test('are one account where all send the same Idempotency-Key, under different names', async () => {
    const invite = await makeInvite(processes[0].api, ada, { maxUses: 5 });
    const answers = await signUpAtOnce(invite, CALLERS, { 'idempotency-key': randomName('key') });

    expect(statuses(answers)).toEqual({ 201: 1, 422: CALLERS - 1 });
    expect(codes(answers)).toEqual(new Set(['idempotency-mismatch']));
    expect(await accountsOf(realm, invite)).toHaveLength(1);
  });
});

describe('a sign-up whose answer from Keycloak is delayed', () => {
  test('is one account and one answer for all its twins, and nobody else gets the use', async () => {
    const invite = await makeInvite(processes[0].api, ada);
    const body = signUpBody(invite);
    const headers = { 'idempotency-key': randomName('key') };
    const answerOfMaking = keycloak.hold(
      'after',
      (call) => isNewAccount(call) && call.body.includes(invite.id),
    );
    const twins = [0, 1, 0, 1].map((i) =>
      processes[i === 0 ? 0 : 1].api.post<Registration>('/registrations', body, { headers }),
    );
    await answerOfMaking.reached;

    const others = await signUpAtOnce(invite, CALLERS);
    expect(statuses(others)).toEqual({ 409: CALLERS });
    expect(codes(others)).toEqual(new Set(['invite-busy']));

    answerOfMaking.release();
    const answers = await Promise.all(twins);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    expect(await accountsOf(realm, invite)).toHaveLength(1);
    expect((await readInvite(processes[0].api, ada, invite)).uses).toBe(1);
  });

  test('is answered "not known yet" where the delay is too long, and the same request has its account afterwards', async () => {
    const invite = await makeInvite(processes[0].api, ada);
    const body = signUpBody(invite);
    const headers = { 'idempotency-key': randomName('key') };
    const lost = keycloak.hold(
      'after',
      (call) => isNewAccount(call) && call.body.includes(invite.id),
    );
    const [first, twin] = await Promise.all(
      processes.map(({ api }) => api.post('/registrations', body, { headers })),
    );
    lost.drop();
    expect(first).toMatchObject({ status: 503, body: { code: 'outcome-unknown' } });
    expect(twin).toMatchObject({ status: 503, body: { code: 'outcome-unknown' } });
    const others = await signUpAtOnce(invite, 20);
    expect(statuses(others)).toEqual({ 409: 20 });

    // The reconciler finds the account when the lease ends.
    const again = () => processes[1].api.post<Registration>('/registrations', body, { headers });
    await expect
      .poll(async () => (await again()).status, { timeout: 60_000, interval: 1000 })
      .toBe(201);
    expect((await again()).body.username).toBe(body.username);
    expect(await accountsOf(realm, invite)).toHaveLength(1);
    expect(await readInvite(processes[0].api, ada, invite)).toMatchObject({ uses: 1 });
  }, 90_000);
});
