import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Keycloak, startKeycloak } from '../../../docker/stack/keycloak.ts';
import { freePort } from '../../../docker/stack/ports.ts';
import { answersHttp } from '../../../docker/stack/service.ts';

export type OwnKeycloak = Awaited<ReturnType<typeof startOwnKeycloak>>;

/**
 * A Keycloak of a test file's own, to be killed, frozen and started again on the same port with the same data. All that
 * the file imports after this works on that one: its supports are to be imported then, and not before.
 */
export async function startOwnKeycloak() {
  const [dataDir, port] = await Promise.all([
    mkdtemp(join(tmpdir(), 'portal-keycloak-')),
    freePort(),
  ]);
  const start = () => startKeycloak({ dataDir, port });
  let server: Keycloak = await start();
  Object.assign(process.env, {
    TEST_KEYCLOAK_URL: server.url,
    TEST_KEYCLOAK_ADMIN: server.adminUsername,
    TEST_KEYCLOAK_PASSWORD: server.adminPassword,
  });

  return {
    url: server.url,
    /** `kill -9`. */
    async kill(): Promise<void> {
      server.signal('SIGKILL');
      await server.ended;
    },
    /** Settles when it is ready again. */
    async restart(): Promise<void> {
      server = await start();
    },
    freeze: () => server.signal('SIGSTOP'),
    /** Settles when it answers again. */
    async thaw(): Promise<void> {
      server.signal('SIGCONT');
      while (!(await answersHttp(`${server.url}/realms/master`).catch(() => false)));
    },
    async remove(): Promise<void> {
      server.signal('SIGCONT');
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
