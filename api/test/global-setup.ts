import { startTestServers, toEnvironment } from '../../docker/test-servers.ts';

/** Real servers, once for all test files; those of `npm test` where it has started them already. */
export default async function setUp(): Promise<() => Promise<void>> {
  const servers = await startTestServers();
  Object.assign(process.env, toEnvironment(servers));
  return () => servers.stop();
}
