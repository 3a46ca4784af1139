import KeycloakAdminClient from '@keycloak/keycloak-admin-client';
import type GroupRepresentation from '@keycloak/keycloak-admin-client/lib/defs/groupRepresentation.js';
import type UserRepresentation from '@keycloak/keycloak-admin-client/lib/defs/userRepresentation.js';
import type { KeycloakConfig } from '../config.ts';
import { createBreaker } from './breaker.ts';
import { KeycloakRefusal, translated } from './keycloak-errors.ts';
import { createTokenProvider } from './token-provider.ts';

/** Keycloak waits 10 s for a mail server that is silent; only a longer wait learns how it ended. */
const MAIL_TIMEOUT_MS = 15_000;
const PAGE = 100;

/** An account, as far as the portal is concerned with it. */
export interface Account {
  id: string;
  username: string;
  email: string;
  firstName: string;
  lastName: string;
  enabled: boolean;
  emailVerified: boolean;
  attributes: Record<string, string[]>;
  /** Milliseconds since 1970. */
  createdAt: number;
}

export interface Group {
  id: string;
  path: string;
}

export interface NewAccount {
  username?: string;
  email?: string;
  firstName?: string;
  lastName?: string;
  password: string;
  attributes: Record<string, string[]>;
  /** Paths. */
  groups: string[];
  requiredActions: string[];
}

/** Attributes of the portal's own: declared by `portal setup`, and editable by administrators alone. */
export const PORTAL_ATTRIBUTES = {
  registration: 'portal.registration',
  invite: 'portal.invite',
  invitedBy: 'portal.invited-by',
  /** What was accepted at the sign-up: page, version and time, by spaces. */
  terms: 'portal.terms',
  /** Set by the set-up on accounts that hold a role of `realm-management`: a service account can't see who does. */
  protected: 'portal.protected',
} as const;

export type Gateway = ReturnType<typeof createGateway>;

/**
 * Everything that the portal asks of Keycloak's admin API, in the portal's terms. Each method is one call unless it
 * says otherwise; each throws `KeycloakAway`, or `KeycloakRefusal` where Keycloak said no.
 */
export function createGateway(config: KeycloakConfig) {
  const tokens = createTokenProvider(config);
  const client = adminClient(config.timeoutMs);
  const mailClient = adminClient(Math.max(config.timeoutMs, MAIL_TIMEOUT_MS));
  const breaker = createBreaker();
  const redirectUri = { clientId: config.webClientId };

  function adminClient(timeout: number): KeycloakAdminClient {
    const admin = new KeycloakAdminClient({
      baseUrl: config.internalUrl,
      realmName: config.realm,
      timeout,
    });
    admin.registerTokenProvider(tokens);
    return admin;
  }

  /** A 401 means that nothing was done: once more, with a fresh token. */
  async function patiently<T>(ask: () => Promise<T>): Promise<T> {
    const token = tokens.current();
    try {
      return await ask();
    } catch (error) {
      const problem = translated(error);
      if (!(problem instanceof KeycloakRefusal && problem.status === 401)) throw problem;
    }
    tokens.forget(token);
    return ask().catch((error: unknown) => {
      throw translated(error);
    });
  }

  const call = <T>(ask: () => Promise<T>): Promise<T> => breaker.run(() => patiently(ask));

  return {
    /** Creates an account with its groups and password, all or nothing. Gives its id. */
    async createAccount({ password, ...account }: NewAccount): Promise<string> {
      const { id } = await call(() =>
        client.users.create({
          ...account,
          enabled: true,
          emailVerified: false,
          credentials: [{ type: 'password', value: password, temporary: false }],
        }),
      );
      return id;
    },

    async account(id: string): Promise<Account | undefined> {
      if (!isUuid(id)) return undefined;
      const user = await call(() => client.users.findOne({ id: uuid(id) }));
      return user ? toAccount(user) : undefined;
    },

    async groupsOf(id: string): Promise<Group[]> {
      const groups: Group[] = [];
      for (let first = 0; ; first += PAGE) {
        const page = await call(() =>
          client.users.listGroups({
            id: uuid(id),
            first,
            max: PAGE,
            briefRepresentation: true,
          }),
        );
        groups.push(...page.map(toGroup));
        if (page.length < PAGE) return groups;
      }
    },

    /** The account that one registration made. Keycloak's search ignores case, so what it gives is compared again. */
    async accountOfRegistration(registration: string): Promise<Account | undefined> {
      const users = await call(() =>
        client.users.find({ q: query(PORTAL_ATTRIBUTES.registration, registration), max: 2 }),
      );
      return users
        .map(toAccount)
        .find(({ attributes }) => attributes[PORTAL_ATTRIBUTES.registration]?.[0] === registration);
    },

    /** All accounts of the realm, one call a hundred. */
    async *accounts(): AsyncGenerator<Account> {
      for (let first = 0; ; first += PAGE) {
        const users = await call(() => client.users.find({ first, max: PAGE }));
        yield* users.map(toAccount);
        if (users.length < PAGE) return;
      }
    },

    async isEmailTaken(email: string): Promise<boolean> {
      const users = await call(() => client.users.find({ email, exact: true, max: 2 }));
      return users.some((user) => user.email?.toLowerCase() === email.toLowerCase());
    },

    /** Those who joined by an invite and have verified their address, at most 100 of them. */
    async verifiedOfInvite(invite: string): Promise<string[]> {
      const users = await call(() =>
        client.users.find({
          q: query(PORTAL_ATTRIBUTES.invite, invite),
          emailVerified: true,
          max: PAGE,
        }),
      );
      return users
        .map(toAccount)
        .filter(
          ({ attributes, emailVerified }) =>
            emailVerified && attributes[PORTAL_ATTRIBUTES.invite]?.[0] === invite,
        )
        .map(({ id }) => id);
    },

    /** @param returnTo where the mail's page links back to; one of the web client's redirect addresses. */
    async sendVerificationMail(id: string, returnTo: string): Promise<void> {
      // A mail server that is silent says nothing of Keycloak.
      await patiently(() =>
        mailClient.users.sendVerifyEmail({ id: uuid(id), ...redirectUri, redirectUri: returnTo }),
      );
    },

    /** A new address is an unverified one. Single fields alone: a whole write would undo what came between. */
    async changeEmail(id: string, email: string): Promise<void> {
      await call(() => client.users.update({ id: uuid(id) }, { email, emailVerified: false }));
    },

    /** Two calls: the account is disabled, and its sessions end. */
    async disable(id: string): Promise<void> {
      await call(() => client.users.update({ id: uuid(id) }, { enabled: false }));
      await call(() => client.users.logout({ id: uuid(id) }));
    },

    async endSessions(id: string): Promise<void> {
      await call(() => client.users.logout({ id: uuid(id) }));
    },

    /** Done, too, where the account is gone already. */
    async deleteAccount(id: string): Promise<void> {
      await call(() => client.users.del({ id: uuid(id) })).catch(ignoreMissing);
    },

    /** The realm's declared user profile, as its administrators wrote it. */
    userProfile: () => call(() => client.users.getProfile()),
    /** The same with what applies to us now: whether names can be written, whether `locale` is kept. */
    userProfileMetadata: () => call(() => client.users.getProfileMetadata()),
    /** The short form that a service account sees. */
    realm: () => call(() => client.realms.findOne({ realm: config.realm })),

    /** The realm's texts with its own mixed in, by key; an unknown language gives the default one's. */
    async texts(language: string): Promise<Map<string, string>> {
      const path = `resources/${encodeURIComponent(config.realm)}/login/${encodeURIComponent(language)}`;
      const response = await call(() =>
        fetch(`${config.internalUrl}/${path}`, { signal: AbortSignal.timeout(config.timeoutMs) }),
      );
      return response.ok ? toTexts(await response.json()) : new Map();
    },

    /** Whether the service account is let in: discovery answers for a disabled realm too. */
    async ping(): Promise<void> {
      await tokens.getAccessToken();
      await call(() => client.users.count());
    },
  };
}

/** Path ids are not escaped, and `users/..` would reach another address. */
function uuid(id: string): string {
  if (!isUuid(id)) throw new KeycloakRefusal(404, 'not an id');
  return id;
}

const isUuid = (id: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);

/** One `key:"value"` pair; a quote inside is escaped, all else is literal within quotes. */
function query(key: string, value: string): string {
  return `${key}:"${value.replaceAll('"', '\\"')}"`;
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof KeycloakRefusal && error.status === 404)) throw error;
}

/**
 * A slash in a group's name is written `~/`: Keycloak writes the path of a group named `a/b` as that of `b` in `a`, which
 * is another one.
 */
function toGroup({ id = '', name = '', path = '' }: GroupRepresentation): Group {
  const above = path.slice(0, path.length - name.length);
  return { id, path: `${above}${name.replaceAll('/', '~/')}` };
}

function toTexts(list: unknown): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { key, value } of Array.isArray(list) ? list : [])
    if (typeof key === 'string' && typeof value === 'string') texts.set(key, value);
  return texts;
}

function toAccount(user: UserRepresentation): Account {
  return {
    id: user.id ?? '',
    username: user.username ?? '',
    email: user.email ?? '',
    firstName: user.firstName ?? '',
    lastName: user.lastName ?? '',
    enabled: user.enabled ?? false,
    emailVerified: user.emailVerified ?? false,
    attributes: attributesOf(user.attributes),
    createdAt: user.createdTimestamp ?? 0,
  };
}

function attributesOf(attributes: UserRepresentation['attributes']): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(attributes ?? {}).filter((entry): entry is [string, string[]] =>
      Array.isArray(entry[1]),
    ),
  );
}
