import { startTestServers, toEnvironment } from '../../docker/test-servers.ts';
import { print } from './report.ts';

/**
 * Measures the portal side by side with what it stands on: all in turns, their order turned around from round to round,
 * the median of all rounds. `--json` prints one object, `--quick` is for seeing that it runs.
 */
const servers = await startTestServers();
Object.assign(process.env, toEnvironment(servers));
// The realm's helpers read where the servers are as they are imported.
const { measure } = await import('./measure.ts');
try {
  print(await measure(process.argv.includes('--quick')), process.argv.includes('--json'));
} finally {
  await servers.stop();
}
