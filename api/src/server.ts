import { enableCompileCache } from 'node:module';

// Before anything else is imported: types are stripped once, not at every start.
enableCompileCache();
const { default: closeWithGrace } = await import('close-with-grace');
const { buildApp } = await import('./app.ts');
const { ConfigError, loadConfig } = await import('./config.ts');

/** Longer than the longest request, so that none is dropped; what is open then is nobody's request. */
const LAST_MS = 9_500;
const CLOSE_MS = 10_000;

function configuration() {
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return process.exit(1);
  }
}

/** `--check` reads the configuration and the code, says whether the first is right, and starts nothing. */
async function serve(config: ReturnType<typeof loadConfig>): Promise<void> {
  const app = await buildApp(config);
  closeWithGrace({ delay: CLOSE_MS, logger: app.log }, async ({ err }) => {
    if (err) app.log.fatal({ err }, 'stopping');
    setTimeout(() => app.server.closeAllConnections(), LAST_MS).unref();
    if (!err) await app.leave();
    await app.close();
  });
  await app.listen({ host: config.server.host, port: config.server.port });
}

const config = configuration();
if (process.argv.includes('--check')) process.stdout.write('The configuration is right.\n');
else await serve(config);
