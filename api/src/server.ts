import { enableCompileCache } from 'node:module';

// Before anything else is imported: types are stripped once, not at every start.
enableCompileCache();
const { default: closeWithGrace } = await import('close-with-grace');
const { buildApp } = await import('./app.ts');
const { ConfigError, loadConfig } = await import('./config.ts');
const { createCommunityFolders } = await import('./folders/community-folders.ts');
const { FolderError } = await import('./folders/folder.ts');

/** Longer than the longest request, so that none is dropped; what is open then is nobody's request. */
const LAST_MS = 9_500;
const CLOSE_MS = 10_000;

/** What is wrong with the configuration, or with the folders that it names, is told in words and ends the process. */
function refuse(error: unknown): never {
  if (!(error instanceof ConfigError || error instanceof FolderError)) throw error;
  process.stderr.write(`${error.message}\n`);
  return process.exit(1);
}

async function serve(): Promise<void> {
  const config = loadConfig(process.env);
  const app = await buildApp(config);
  closeWithGrace({ delay: CLOSE_MS, logger: app.log }, async ({ err }) => {
    if (err) app.log.fatal({ err }, 'stopping');
    setTimeout(() => app.server.closeAllConnections(), LAST_MS).unref();
    if (!err) await app.leave();
    await app.close();
  });
  await app.listen({ host: config.server.host, port: config.server.port });
}

/** Reads the configuration and the code, says whether the first is right, and starts nothing. */
async function check(): Promise<void> {
  const quiet = { warn: () => undefined, error: () => undefined };
  await createCommunityFolders(loadConfig(process.env), quiet).open();
  process.stdout.write('The configuration is right.\n');
}

await (process.argv.includes('--check') ? check() : serve()).catch(refuse);
