import { buildPages } from '../../../docker/stack/pages.ts';
import { startTestServers, toEnvironment } from '../../../docker/test-servers.ts';

/** Real servers, once for all tests, or those of `npm test`; and the pages, built where they are older than their sources. */
export default async function setUp(): Promise<() => Promise<void>> {
  await buildPages();
  const servers = await startTestServers();
  Object.assign(process.env, toEnvironment(servers));
  return () => servers.stop();
}
