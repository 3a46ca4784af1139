import { startService } from '../stack/service.ts';

/** Starts a service and stays: for the test that kills it. */
const [, , command = '', ...args] = process.argv;
await startService({ name: 'Teapot', command, args, logFile: '/dev/null' });
setInterval(() => {}, 1000);
