import { afterAll, beforeAll, test } from 'vitest';
import { startApiProcess } from '../support/api-process.ts';
import { portalEnvironment } from '../support/portal.ts';
import { createRealm, type TestMember, type TestRealm } from '../support/realm.ts';
import { startSentinels } from '../support/sentinels.ts';
import { makeInvite, readInvite, tokenOf } from '../support/sign-ups.ts';

/** Signs that an address would take for its own, encoded. */
const PASSWORD = 'p/w+=#@?:%ü';

let realm: TestRealm;
let ada: TestMember;

beforeAll(async () => {
  realm = await createRealm();
  ada = await realm.member('ada');
  await tokenOf(ada);
});
afterAll(() => realm.remove());

test.concurrent.for([
  { sentinels: 'need no password', passwords: {}, fault: 'dies', signal: 'SIGKILL' },
  {
    sentinels: 'need the same password',
    passwords: { sentinels: PASSWORD },
    fault: 'hangs',
    signal: 'SIGSTOP',
  },
] as const)(
  'behind sentinels that $sentinels, Redis is found though one of them hangs, and again when the master $fault',
  // Tests that run at once each have an `expect` of their own.
  async ({ passwords, signal }, { expect }) => {
    const redis = await startSentinels({ servers: PASSWORD, ...passwords });
    try {
      // The first that is asked.
      redis.sentinels[0]?.signal('SIGSTOP');
      const environment = { ...portalEnvironment(realm), REDIS_URL: redis.url };
      const { api, log, stop } = await startApiProcess({ ...environment, REDIS_TIMEOUT: '800' });
      const link = await makeInvite(api, ada);
      redis.sentinels[0]?.signal('SIGCONT');

      redis.master.signal(signal);
      const again = async () => (await readInvite(api, ada, link)).id;
      await expect.poll(again, { timeout: 20_000 }).toBe(link.id);
      const made = async () => (await makeInvite(api, ada).catch(() => undefined))?.id;
      await expect.poll(made, { timeout: 20_000 }).toBeTypeOf('string');
      expect(await log()).not.toContain(PASSWORD);
      await stop();
    } finally {
      await redis.remove();
    }
  },
);
