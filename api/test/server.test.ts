import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { mountedFolder } from './support/mounted-folder.ts';

const SERVER = fileURLToPath(new URL('../src/server.ts', import.meta.url));
/** Right, though nothing answers there. */
const right = {
  PUBLIC_URL: 'https://portal.example.org',
  APP_SECRET_KEY: 'kR7wq1Vn5bXc0ZtL3mHs9pYd2fGj6uEa',
  KEYCLOAK_URL: 'http://127.0.0.1:9',
  KEYCLOAK_REALM: 'weavers',
  KEYCLOAK_CLIENT_SECRET: 'hush',
  REDIS_URL: 'redis://127.0.0.1:9',
  PORT: '0',
};

/** Runs it until it ends by itself. */
function run(environment: Record<string, string>, ...args: string[]) {
  const { promise, resolve } = Promise.withResolvers<object>();
  const env = { ...right, ...environment, LOG_LEVEL: 'silent' };
  execFile(process.execPath, [SERVER, ...args], { env }, (error, stdout, stderr) => {
    resolve({ code: error?.code ?? 0, stdout, stderr });
  });
  return promise;
}

const folder = await mountedFolder({ 'rules.md': 'No heading.' });
afterAll(() => folder.remove());
const WRONG = {
  code: 1,
  stdout: '',
  stderr: 'PAGES_DIR: rules.md has no title: begin it with a heading\n',
};

describe('the process', () => {
  test('says with --check that a right configuration is right', async () => {
    expect(await run({}, '--check')).toEqual({
      ...{ code: 0, stdout: 'The configuration is right.\n', stderr: '' },
    });
  });

  test.each([[['--check']], [[]]])('ends over a wrong page, by its name: %o', async (args) => {
    expect(await run({ PAGES_DIR: folder.dir }, ...args)).toEqual(WRONG);
  });

  test('ends over a wrong variable, by its name', async () => {
    expect(await run({ COMMUNITY_ACCENT: 'reddish' })).toMatchObject({
      code: 1,
      stderr:
        'The configuration is not right:\n  COMMUNITY_ACCENT must be a colour such as #1c6b54\n',
    });
  });
});
