import type { RealmConfig } from '../../config.ts';
import { type AdminCredentials, createAdminClient, createExplain } from './administrator.ts';
import { applyAll, type Findings, together } from './changes.ts';
import { planClientScopes } from './client-scopes.ts';
import { planGroups } from './groups.ts';
import { planProfileAttributes } from './profile-attributes.ts';
import { planProtectedAccounts } from './protected-accounts.ts';
import { type NewRealm, openRealm, planRealm, type Realm } from './realm.ts';
import { planSecretFile } from './secret-file.ts';
import { planServiceClient, readSecret } from './service-client.ts';
import { planWebClient } from './web-client.ts';

export interface RealmSetupOptions {
  /** Keycloak's address as this machine reaches it. */
  adminUrl: string;
  admin: AdminCredentials;
  /** A whole `Config` will do, too. */
  config: RealmConfig;
  /** What the realm is to have where it is created here; a realm that is there stays as it is. */
  newRealm?: NewRealm;
  /** Where the confidential client's secret is written to, readable by its owner alone. */
  secretFile?: string;
  /** Finds out and tells, and changes nothing. */
  dryRun?: boolean;
  /** Milliseconds that a call may take; 30 s if not said. */
  timeoutMs?: number;
  log?(line: string): void;
}

export interface RealmSetup {
  /** What was changed, or would be. Empty: the realm is ready. */
  changes: string[];
  /** Names of the client scopes that make a token one for the portal; a script's own client needs them too. */
  scopes: string[];
  /** Sentences on what is for a person to decide. */
  warnings: string[];
  /** Undefined only in a dry run, where the client isn't there yet. */
  clientSecret: string | undefined;
}

interface Plan extends Findings {
  scopes: string[];
  clientSecret: string | undefined;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Makes a realm ready for the portal: creates it if it isn't there, and adds what is missing if it is. Nothing that
 * others configured is removed. A second run changes nothing.
 *
 * @throws RealmSetupError with sentences for the person at the terminal; they hold no secret.
 */
export async function setUpRealm(options: RealmSetupOptions): Promise<RealmSetup> {
  const { adminUrl, admin: credentials, config, log = () => {} } = options;
  const { realm: name } = config.keycloak;
  const administrator = {
    url: adminUrl.replace(/\/+$/, ''),
    credentials,
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  };
  const admin = createAdminClient(administrator, name);
  const explain = createExplain(administrator, name);
  const explained = <T>(work: Promise<T>, doing: string): Promise<T> =>
    work.catch((error: unknown) => {
      throw explain(error, doing);
    });

  const realm = await explained(openRealm(admin, config), `look at the realm "${name}"`);
  const { changes, warnings, scopes, clientSecret } = await explained(
    plan(realm, options),
    `read the realm "${name}"`,
  );
  for (const warning of warnings) log(`note: ${warning}`);
  if (options.dryRun) for (const { what } of changes) log(`would ${what}`);
  else await applyAll(changes, { explain, log });

  return {
    changes: changes.map(({ what }) => what),
    warnings,
    scopes,
    clientSecret:
      clientSecret === undefined && !options.dryRun
        ? await explained(readSecret(realm), 'read the client secret')
        : clientSecret,
  };
}

/** Everything that the realm lacks. Both the dry run and the run begin with this. */
async function plan(realm: Realm, options: RealmSetupOptions): Promise<Plan> {
  const itself = planRealm(realm, options.newRealm ?? {});
  const [service, scopes, profile, groups] = await Promise.all([
    planServiceClient(realm, itself.changes),
    planClientScopes(realm, itself.changes),
    planProfileAttributes(realm, itself.changes),
    planGroups(realm, itself.changes),
  ]);
  const [web, accounts] = await Promise.all([
    planWebClient(realm, scopes, [...itself.changes, ...scopes.changes]),
    planProtectedAccounts(realm, profile.changes),
  ]);
  const { clientId } = realm.config.keycloak;
  const file = options.secretFile
    ? await planSecretFile(
        options.secretFile,
        { clientId, secret: service.secret },
        () => readSecret(realm),
        service.changes,
      )
    : { changes: [], warnings: [] };
  return {
    ...together([itself, service, scopes, web, profile, groups, accounts, file]),
    scopes: scopes.ofPortal,
    clientSecret: service.secret,
  };
}
