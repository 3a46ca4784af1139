import { join } from 'node:path';
import { startService } from '../stack/service.ts';

/** Starts a service in this folder, tells its process, and stays: for the test that kills it. */
const [, , folder = '.'] = process.argv;
const { pid } = await startService({
  name: 'Teapot',
  command: 'sleep',
  args: ['60'],
  logFile: join(folder, 'teapot.log'),
});
process.send?.(pid);
