import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../../docker/stack/ports.ts';
import { type RedisServer, startRedis } from '../../../docker/stack/redis.ts';
import { startApiProcess } from '../support/api-process.ts';
import { portalEnvironment } from '../support/portal.ts';
import { createRealm, type TestMember, type TestRealm } from '../support/realm.ts';
import { makeInvite, tokenOf } from '../support/sign-ups.ts';

/** Signs that an address would take for its own, encoded. */
const PASSWORD = 'p/w+=#@?:%ü';

let dir: string;
let server: RedisServer;
let url: string;
let realm: TestRealm;
let ada: TestMember;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'portal-tls-'));
  const [port] = await Promise.all([freePort(), makeCertificates()]);
  // Its other port, without TLS, is there for the start alone.
  server = await startRedis({
    dir,
    password: PASSWORD,
    args: [
      ...['--tls-port', String(port), '--tls-auth-clients', 'no'],
      ...['--tls-cert-file', 'server.pem', '--tls-key-file', 'server.key'],
      ...['--tls-ca-cert-file', 'ca.pem'],
    ],
  });
  url = `rediss://:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/2`;
  realm = await createRealm();
  ada = await realm.member('ada');
});
afterAll(async () => {
  await server.stop();
  await realm.remove();
  await rm(dir, { recursive: true, force: true });
});

/** An authority of one's own, and a certificate of it for this machine. */
async function makeCertificates(): Promise<void> {
  const openssl = (line: string) => promisify(execFile)('openssl', line.split(' '), { cwd: dir });
  await writeFile(join(dir, 'names'), 'subjectAltName=IP:127.0.0.1');
  await openssl(
    'req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 1 -subj /CN=ca',
  );
  await openssl('req -newkey rsa:2048 -nodes -keyout server.key -out request.pem -subj /CN=redis');
  await openssl(
    'x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days 1 -extfile names',
  );
}

const start = (more: Record<string, string>, until: '/readyz' | '/healthz') =>
  startApiProcess({ ...portalEnvironment(realm), REDIS_URL: url, ...more }, 'warn', until);

describe('Redis by TLS, with a password, by the certificate of an authority of one’s own', () => {
  test('is used where NODE_EXTRA_CA_CERTS names that authority', async () => {
    const api = await start({ NODE_EXTRA_CA_CERTS: join(dir, 'ca.pem') }, '/readyz');
    expect((await makeInvite(api.api, ada)).token).toHaveLength(43);
    await api.stop();
  });

  test('is not trusted otherwise, and the log says why without the password', async () => {
    const api = await start({}, '/healthz');
    const answer = await api.api.post('/invites', {}, { token: await tokenOf(ada) });
    expect(answer).toMatchObject({ status: 503, body: { code: 'redis-away' } });
    expect(await api.log()).toMatch(/unable to verify the first certificate|self-signed/);
    expect(await api.log()).not.toContain(PASSWORD);
    await api.stop();
  });
});
