import type { InviteStore } from '../invites/invite-store.ts';
import type { JoinStore } from '../joins/join-store.ts';
import type { Account, Gateway } from '../keycloak/gateway.ts';
import { KeycloakRefusal } from '../keycloak/keycloak-errors.ts';
import type { TreeStore } from '../tree/tree-store.ts';
import { signedUp } from './new-account.ts';
import type { RegistrationKey } from './registration-schedules.ts';
import type { RegistrationStore, SignedUp } from './registration-store.ts';

export type Completion = ReturnType<typeof createCompletion>;

/** How a sign-up ends once its account is there, whoever finds it: the one who made it, or the reconciler. */
export function createCompletion(parts: {
  gateway: Gateway;
  inviteStore: InviteStore;
  store: RegistrationStore;
  joins: JoinStore;
  tree: TreeStore;
}) {
  const { gateway, inviteStore, store, joins, tree } = parts;

  /** An account that came too late for the use that it was meant for. */
  async function remove(user: string): Promise<void> {
    await gateway.disable(user).catch((error: unknown) => {
      if (!(error instanceof KeycloakRefusal && error.status === 404)) throw error;
    });
    await gateway.deleteAccount(user);
  }

  return {
    /**
     * Spends the use, and sees to what follows; where no use is left the account goes. Doing it again is harmless.
     *
     * @param mailInMs when the verification mail is due: after a while where the caller sends it, and may die before.
     * @returns undefined where the account had to go.
     */
    async complete(
      key: RegistrationKey,
      account: Account,
      mailInMs: number,
    ): Promise<SignedUp | undefined> {
      const who = signedUp(account);
      if ((await store.commit(key, who)) === 'no-use-left') {
        await remove(account.id);
        return undefined;
      }
      const [invite] = await Promise.all([
        inviteStore.read(key.invite),
        store.follow(key, who.user, mailInMs),
      ]);
      if (!invite) return who;
      const isUsedUp = invite.maxUses !== null && invite.uses >= invite.maxUses;
      await Promise.all([
        joins.note(invite.creator, { ...key, name: who.name }),
        tree.note(who.user, {
          name: who.name,
          inviter: invite.creator,
          inviterName: invite.creatorName,
        }),
        isUsedUp && inviteStore.file(invite),
      ]);
      return who;
    },
  };
}
