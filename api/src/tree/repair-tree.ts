import { type Account, type Gateway, PORTAL_ATTRIBUTES } from '../keycloak/gateway.ts';
import { signedUp } from '../registrations/new-account.ts';
import type { TreeStore } from './tree-store.ts';

/** Who came by a link, as Keycloak has it. */
interface Came {
  user: string;
  name: string;
  inviter: string;
  joinedAt: number;
}

/**
 * Writes the tree anew from Keycloak, account by account as they are seen: who is missing comes into it, names are as
 * they are now, and nobody who is gone is named any more.
 *
 * @returns sees an account, and at the end writes.
 */
export function createTreeRepair({ gateway, tree }: { gateway: Gateway; tree: TreeStore }) {
  const began = Date.now();
  const names = new Map<string, string>();
  const came: Came[] = [];

  /** Accounts move between the pages of a list that is read meanwhile: who wasn't seen is asked for. */
  async function nameOf(user: string): Promise<string> {
    const known = names.get(user);
    if (known !== undefined) return known;
    const account = await gateway.account(user);
    const name = account ? signedUp(account).name : '';
    names.set(user, name);
    return name;
  }

  return {
    saw(account: Account): void {
      const { name } = signedUp(account);
      names.set(account.id, name);
      const [inviter] = account.attributes[PORTAL_ATTRIBUTES.invitedBy] ?? [];
      if (inviter) came.push({ user: account.id, name, inviter, joinedAt: account.createdAt });
    },

    async write(): Promise<void> {
      for (const { user, name, inviter, joinedAt } of came) {
        const edge = { name, inviter, inviterName: await nameOf(inviter) };
        await tree.note(user, edge, joinedAt);
      }
      for await (const { user, joinedAt, ...before } of tree.all()) {
        if (joinedAt >= began || names.has(user)) continue;
        const [name, inviterName] = [await nameOf(user), await nameOf(before.inviter)];
        await tree.note(user, { ...before, name, inviterName }, joinedAt);
      }
    },
  };
}
