import type { Config } from './config.ts';
import { createCommunityFolders } from './folders/community-folders.ts';
import { createInviteMails } from './invites/invite-mails.ts';
import { createInviteService } from './invites/invite-service.ts';
import { createInviteStore } from './invites/invite-store.ts';
import { createInviteTokens } from './invites/invite-token.ts';
import { createJoinMails } from './joins/join-mails.ts';
import { createJoinStore } from './joins/join-store.ts';
import { createAccessTokens } from './keycloak/access-tokens.ts';
import { createGateway } from './keycloak/gateway.ts';
import { createRealmKeys } from './keycloak/realm-keys.ts';
import { createUserProfile } from './keycloak/user-profile.ts';
import { createMailSender } from './mails/mail-sender.ts';
import { createMemberStates } from './members/member-states.ts';
import type { Log } from './plugins/logging.ts';
import { createRedisClock } from './redis/clock.ts';
import { createRedis } from './redis/connection.ts';
import { createRedisKeys } from './redis/keys.ts';
import { createRedisWrites } from './redis/writes.ts';
import { createCompletion } from './registrations/completion.ts';
import { createCurrentRegistrations } from './registrations/current-registration.ts';
import { createReconciler } from './registrations/reconciler.ts';
import { createRegistrationList } from './registrations/registration-list.ts';
import { createRegistrationMails } from './registrations/registration-mails.ts';
import { createRegistrationStore } from './registrations/registration-store.ts';
import { createSignUp } from './registrations/sign-up.ts';
import { createTreeStore } from './tree/tree-store.ts';

/** No request takes longer than Keycloak may, and a mail leaves some of that for the rest of its request. */
const MAIL_SHARE_OF_TIMEOUT = 0.9;

/** Everything below the routes, put together: stores and gateways first, then the services over them. */
export function createParts(config: Config, log: Log) {
  const redis = createRedis(config.redis);
  const clock = createRedisClock(redis, config.redis.timeoutMs);
  const keys = createRedisKeys(config.redis.prefix);
  const writes = createRedisWrites(redis, config.redis);
  const inviteStore = createInviteStore(redis, keys, clock, writes, config.invites.retentionMs);
  const store = createRegistrationStore(redis, keys, clock, writes);

  const realmKeys = createRealmKeys(config.keycloak, log);
  const accessTokens = createAccessTokens(config.keycloak, realmKeys, log);
  const gateway = createGateway(config.keycloak);
  const profile = createUserProfile(gateway);
  const members = createMemberStates(gateway);

  const returnTo = `${config.publicUrl}/signed-in`;
  const mails = createRegistrationMails(gateway, store, returnTo, log);
  const joins = createJoinStore(redis, keys, clock, config.invites.retentionMs);
  const sender =
    config.mail &&
    createMailSender(config.mail, config.keycloak.timeoutMs * MAIL_SHARE_OF_TIMEOUT, log);
  const joinMails = sender && createJoinMails({ config, store: joins, gateway, sender, log });
  const tree = createTreeStore(redis, keys);
  const completion = createCompletion({ gateway, inviteStore, store, joins, tree });
  const invites = createInviteService({
    config,
    store: inviteStore,
    tokens: createInviteTokens(config.secrets),
    members,
    profile,
    registrations: createRegistrationList(gateway, store),
  });
  const { pages, look, open } = createCommunityFolders(config, log);
  const signUps = createSignUp({
    ...{
      terms: pages.terms,
      config,
      gateway,
      profile,
      invites,
      inviteStore,
      store,
      completion,
      mails,
      log,
    },
  });
  const reconciler = createReconciler({
    ...{ gateway, store, inviteStore, completion, mails, joinMails, log },
  });

  return {
    redis,
    keys,
    realmKeys,
    accessTokens,
    gateway,
    profile,
    members,
    invites,
    inviteStore,
    store,
    inviteMails: createInviteMails({ config, invites, sender }),
    joins,
    clock,
    tree,
    signUps,
    pages,
    look,
    currentRegistrations: createCurrentRegistrations({
      ...{ gateway, store, inviteStore, profile, mails, keycloak: config.keycloak },
    }),

    /** A member who signs in has no sign-up to mend any more. */
    onSeen: async (sub: string): Promise<void> => {
      await store.seen(sub);
    },

    /** @throws FolderError where a mounted folder is wrong. */
    open,

    start(): void {
      realmKeys.start();
      reconciler.start();
    },

    async stop(): Promise<void> {
      realmKeys.stop();
      clock.stop();
      await reconciler.stop();
    },
  };
}
