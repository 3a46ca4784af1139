import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { keycloakUrl } from '../support/keycloak-by-hand.ts';
import { createRuns, variables } from './setup-runs.ts';

const { folder, run, setup, newName, clear } = await createRuns();
afterAll(clear);

describe('what goes wrong is a sentence', () => {
  test.each([
    [
      'wrong password',
      { KEYCLOAK_ADMIN_PASSWORD: 'wrong-pass-word' },
      [],
      /refused the administrator's name or password/,
    ],
    [
      'nobody there',
      { KEYCLOAK_URL: 'http://127.0.0.1:47' },
      [],
      /can't be reached at http:\/\/127\.0\.0\.1:47/,
    ],
    [
      'path prefix missing',
      { KEYCLOAK_URL: `${keycloakUrl}/auth` },
      [],
      /or no Keycloak: its path prefix may be missing/,
    ],
    ['no such admin realm', {}, ['--admin-realm', 'nowhere'], /no realm "nowhere"/],
    [
      'a folder that is not there',
      {},
      ['--secret-file', join(folder, 'no', 'secret')],
      /can't be written/,
    ],
  ])('%s: ends with 1', async (_what, more, args, sentence) => {
    const { code, output } = await setup(newName('wrong'), args, more);
    expect(code).toBe(1);
    expect(output).toMatch(sentence);
    expect(output).not.toMatch(/wrong-pass-word|\n\s+at /);
  });

  test.each([
    ['an unknown option', ['setup', '--force'], {}, /--force/],
    ['a password as an argument', ['setup', '--password=x'], {}, /--password/],
    ['an unknown command', ['set-up'], {}, /no command "set-up"/],
    ['no command', [], {}, /Usage/],
    ['no credentials', ['setup'], { KEYCLOAK_ADMIN_PASSWORD: '' }, /KEYCLOAK_ADMIN_PASSWORD/],
    [
      'bad configuration',
      ['setup'],
      { PUBLIC_URL: 'ftp://x', KEYCLOAK_REALM: '' },
      /PUBLIC_URL.*\n.*KEYCLOAK_REALM/,
    ],
    ['two administrators', ['setup'], { KEYCLOAK_ADMIN_CLIENT_ID: 'x' }, /not both/],
  ])('%s: ends with 2', async (_what, args, more, sentence) => {
    const { code, output } = await run(args, variables('never', more));
    expect(code).toBe(2);
    expect(output).toMatch(sentence);
  });
});

test('is a program, too', async () => {
  const program = new URL('../../src/cli/portal.ts', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, [program, 'setup', '--help']);
  expect(stdout).toContain('--dry-run');
  const failing = promisify(execFile)(process.execPath, [program, 'nonsense']);
  await expect(failing).rejects.toMatchObject({ code: 2 });
});
