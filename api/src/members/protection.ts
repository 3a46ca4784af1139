import { isWithin, type KeycloakConfig } from '../config.ts';
import { type Account, type Group, PORTAL_ATTRIBUTES } from '../keycloak/gateway.ts';

/**
 * Whether the portal keeps its hands off an account: those in the administrators' group or another of
 * `PROTECTED_GROUPS` (subgroups too), and those that are marked.
 */
export function isProtected(
  account: Pick<Account, 'attributes'>,
  groups: readonly Group[],
  { protectedGroups }: Pick<KeycloakConfig, 'protectedGroups'>,
): boolean {
  return (
    account.attributes[PORTAL_ATTRIBUTES.protected]?.[0] === 'true' ||
    groups.some(({ path }) => isWithin(path, protectedGroups))
  );
}
