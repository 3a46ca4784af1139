import { parseArgs } from 'node:util';
import { ConfigError, loadRealmConfig, type RealmConfig } from '../config.ts';
import type { AdminCredentials } from '../keycloak/realm-setup/administrator.ts';
import { RealmSetupError } from '../keycloak/realm-setup/changes.ts';
import { type RealmSetup, setUpRealm } from '../keycloak/realm-setup/set-up-realm.ts';
import { type Command, type Terminal, WrongUsage } from './command.ts';

const USAGE = `Usage: portal setup [options]

Makes a Keycloak realm ready for the portal: two clients, two client scopes, the portal's attributes in the user
profile, the administrators' group. Creates the realm if there is none of that name. Removes nothing that others
configured; a second run changes nothing.

Options:
  --dry-run              tell what would be changed, and change nothing
  --secret-file <path>   write the confidential client's secret there, readable by you alone
  --admin-realm <realm>  the realm that the administrator is in (master)
  --help                 show this

Environment:
  KEYCLOAK_ADMIN_USERNAME, KEYCLOAK_ADMIN_PASSWORD     the administrator, or in place of these
  KEYCLOAK_ADMIN_CLIENT_ID, KEYCLOAK_ADMIN_CLIENT_SECRET   a client that administers
  KEYCLOAK_URL, KEYCLOAK_REALM, PUBLIC_URL             needed
  KEYCLOAK_INTERNAL_URL, KEYCLOAK_CLIENT_ID, KEYCLOAK_WEB_CLIENT_ID, KEYCLOAK_GROUPS_KEY,
  KEYCLOAK_ADMINS_GROUP, PROTECTED_GROUPS, INVITE_GROUPS, COMMUNITY_NAME   as the portal itself reads them

Ends with 0 if all is well, 1 if something failed, 2 if it was called wrongly.
`;

/** `portal setup`: makes a realm ready for the portal. */
export const setup: Command = {
  summary: 'Make a Keycloak realm ready for the portal',
  async run(args, terminal) {
    const options = readOptions(args);
    if (options.help) {
      terminal.print(USAGE);
      return 0;
    }
    const admin = readCredentials(terminal.variables, options['admin-realm']);
    const config = readConfig(terminal.variables);
    const secretFile = options['secret-file'];
    const dryRun = options['dry-run'];
    const { realm, internalUrl } = config.keycloak;

    terminal.print(`Realm "${realm}" at ${internalUrl}`);
    try {
      const done = await setUpRealm({
        adminUrl: internalUrl,
        admin,
        config,
        dryRun,
        ...(secretFile ? { secretFile } : {}),
        log: (line) => terminal.print(`  ${line}`),
      });
      conclude(done, config, { dryRun, hasSecretFile: secretFile !== undefined }, terminal);
      return 0;
    } catch (error) {
      if (!(error instanceof RealmSetupError)) throw error;
      terminal.complain(error.message);
      return 1;
    }
  },
};

function conclude(
  { changes, scopes }: RealmSetup,
  { keycloak }: RealmConfig,
  { dryRun, hasSecretFile }: { dryRun: boolean; hasSecretFile: boolean },
  { print }: Terminal,
): void {
  const count = changes.length === 1 ? '1 change' : `${changes.length} changes`;
  if (changes.length === 0) print('Nothing to change.');
  else print(dryRun ? `${count} to make. Nothing was changed.` : `${count} made.`);
  print(
    `A script's own client gets tokens for the portal with the client scopes ${scopes.join(' and ')}, as default ones.`,
  );
  if (!hasSecretFile)
    print(`The secret of "${keycloak.clientId}" is not shown: --secret-file puts it in a file.`);
}

function readOptions(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        'dry-run': { type: 'boolean', default: false },
        'secret-file': { type: 'string' },
        'admin-realm': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values['secret-file'] === '') throw new Error('--secret-file takes a path.');
    return values;
  } catch (error) {
    throw new WrongUsage(error instanceof Error ? error.message : String(error));
  }
}

/** From the environment alone: what stands in a command line is seen by everybody on the machine. */
function readCredentials(
  variables: Terminal['variables'],
  adminRealm: string | undefined,
): AdminCredentials {
  const read = (name: string) => variables[`KEYCLOAK_ADMIN_${name}`] || undefined;
  const username = read('USERNAME');
  const password = read('PASSWORD');
  const clientId = read('CLIENT_ID');
  const clientSecret = read('CLIENT_SECRET');
  const realm = adminRealm ? { realm: adminRealm } : {};

  const isAccount = username !== undefined || password !== undefined;
  if (isAccount && (clientId !== undefined || clientSecret !== undefined))
    throw new WrongUsage(
      'Give either KEYCLOAK_ADMIN_USERNAME and KEYCLOAK_ADMIN_PASSWORD, or KEYCLOAK_ADMIN_CLIENT_ID and KEYCLOAK_ADMIN_CLIENT_SECRET, not both.',
    );
  if (username !== undefined && password !== undefined) return { ...realm, username, password };
  if (clientId !== undefined && clientSecret !== undefined)
    return { ...realm, clientId, clientSecret };
  throw new WrongUsage(
    "An administrator's credentials are missing: set KEYCLOAK_ADMIN_USERNAME and KEYCLOAK_ADMIN_PASSWORD (or KEYCLOAK_ADMIN_CLIENT_ID and KEYCLOAK_ADMIN_CLIENT_SECRET) in the environment.",
  );
}

function readConfig(variables: Terminal['variables']): RealmConfig {
  try {
    return loadRealmConfig(variables);
  } catch (error) {
    if (error instanceof ConfigError) throw new WrongUsage(error.message);
    throw error;
  }
}
