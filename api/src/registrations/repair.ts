import type { InviteStore } from '../invites/invite-store.ts';
import { type Account, type Gateway, PORTAL_ATTRIBUTES } from '../keycloak/gateway.ts';
import { createTreeRepair } from '../tree/repair-tree.ts';
import type { TreeStore } from '../tree/tree-store.ts';
import { signedUp } from './new-account.ts';
import type { RegistrationStore } from './registration-store.ts';

export interface Repair {
  /** Accounts that a link let in. */
  accounts: number;
  /** Sign-ups that were counted again. */
  counted: number;
  /** Ids of links that accounts speak of and Redis doesn't have. */
  unknown: Set<string>;
}

/**
 * Makes Redis's counts agree with Keycloak, where every account carries its link: a link that was spent before a backup
 * of Redis was taken back doesn't open again. Counts are raised, never lowered; who invited whom is written anew. Doing it
 * again changes nothing.
 *
 * Reads all accounts of the realm, 100 a call.
 */
export async function repairCounts(parts: {
  gateway: Gateway;
  store: RegistrationStore;
  inviteStore: InviteStore;
  tree: TreeStore;
}): Promise<Repair> {
  const repair: Repair = { accounts: 0, counted: 0, unknown: new Set() };
  const changed = new Set<string>();
  const tree = createTreeRepair(parts);

  for await (const account of parts.gateway.accounts()) {
    tree.saw(account);
    const key = keyOf(account);
    if (!key) continue;
    repair.accounts += 1;
    const outcome = await parts.store.restore(key, signedUp(account), account.createdAt);
    if (outcome === 'unknown') repair.unknown.add(key.invite);
    if (outcome !== 'counted') continue;
    repair.counted += 1;
    changed.add(key.invite);
  }
  await tree.write();
  // What is used up now is listed with the ended ones.
  for (const id of changed) {
    const invite = await parts.inviteStore.read(id);
    if (invite) await parts.inviteStore.file(invite);
  }
  return repair;
}

function keyOf({ attributes }: Account) {
  const [invite] = attributes[PORTAL_ATTRIBUTES.invite] ?? [];
  const [registration] = attributes[PORTAL_ATTRIBUTES.registration] ?? [];
  return invite && registration ? { invite, registration } : undefined;
}
