import type { NewInvite, NewRegistration } from '@portal/shared';
import type { NewRealm } from '../../../api/src/keycloak/realm-setup/realm.ts';
import type { TestMember, TestRealm } from '../../../api/test/support/realm.ts';
import { freePort } from '../../../docker/stack/ports.ts';
import { createWebServer } from '../../../docker/web-server.ts';

export interface PortalOptions {
  /** Of the API, beside what a test's realm needs. */
  environment?: Record<string, string>;
  newRealm?: NewRealm;
  /** Of the realm's user profile, beside those that it has anyway; people may see and change them. */
  attributes?: readonly object[];
  /** Groups of the realm, by path; top-level ones alone. */
  groups?: string[];
  /** Of the portal's address: `/portal`. */
  path?: string;
  /** The portal's address where browsers don't see it on loopback. */
  publicUrl?: string;
}

export type Portal = Awaited<ReturnType<typeof startPortal>>;

/** A link as its maker sends it. */
export interface Link {
  id: string;
  token: string;
  url: string;
}

export interface Member extends TestMember {
  email: string;
}

export const COMMUNITY = 'Weavers’ Co-op';

/**
 * The whole portal in front of a realm of its own, as it is deployed: the built pages with production's headers, and the API in
 * a process of its own. Whoever starts it stops it.
 */
export async function startPortal(options: PortalOptions = {}) {
  const { environment, newRealm, attributes = [], groups = [], path = '', publicUrl } = options;
  // These read where the servers are when they are loaded: not before the set-up has started them.
  const { createRealm } = await import('../../../api/test/support/realm.ts');
  const { portalEnvironment, randomName } = await import('../../../api/test/support/portal.ts');
  const { startApiProcess } = await import('../../../api/test/support/api-process.ts');
  const { makeInvite, signUpBody } = await import('../../../api/test/support/sign-ups.ts');

  const port = await freePort();
  const listensAt = `http://localhost:${port}`;
  const url = publicUrl ?? `${listensAt}${path}`;
  const realm = await createRealm({
    environment: { COMMUNITY_NAME: COMMUNITY, ...environment, PUBLIC_URL: url },
    groups,
    ...(newRealm && { newRealm }),
  });
  if (attributes.length > 0) await addAttributes(realm, attributes);
  const process = await startApiProcess({ ...portalEnvironment(realm), TRUST_PROXY: '127.0.0.1' });
  const { keycloakUrl } = realm;
  const web = await createWebServer({ publicUrl: url, apiUrl: process.url, keycloakUrl });
  await web.listen({ host: '127.0.0.1', port });

  return {
    /** As browsers see it, without a slash at its end. */
    url,
    listensAt,
    apiUrl: process.url,
    api: process.api,
    realm,

    /** Somebody with an account: Ada Lovelace, unless `more` says otherwise. */
    async member(firstName = 'Ada', more: Record<string, unknown> = {}): Promise<Member> {
      const username = randomName(firstName.toLowerCase());
      const member = await realm.member(username, { firstName, ...more });
      return { ...member, email: `${username}@example.org` };
    },

    /** A link that a member made before the test began. */
    async link(maker: TestMember, wishes: NewInvite = {}): Promise<Link> {
      const invite = await makeInvite(process.api, maker, wishes);
      return { ...invite, url: `${url}/join#${invite.token}` };
    },

    /** Somebody who has signed up by a link before the test began: Grace Hopper, unless `more` says otherwise. */
    async guest(link: Link, more: Partial<NewRegistration> = {}): Promise<void> {
      const { status } = await process.api.post('/registrations', signUpBody(link, more));
      if (status !== 201) throw new Error(`No sign-up: ${status}`);
    },

    /** As if they had followed the link of their mail. */
    async confirm(username: string): Promise<void> {
      const [account] = await realm.admin.list(
        `/users?exact=true&username=${encodeURIComponent(username)}`,
      );
      await realm.admin.put(`/users/${account?.id}`, { ...account, emailVerified: true });
    },

    /** The accounts that a link has made. */
    accounts: ({ id }: Link) =>
      realm.admin.list(`/users?briefRepresentation=false&q=portal.invite:${id}`),

    async stop(): Promise<void> {
      await web.close();
      await process.stop();
      await realm.remove();
    },
  };
}

async function addAttributes({ admin }: TestRealm, attributes: readonly object[]): Promise<void> {
  const profile = await admin.get('/users/profile');
  const before: unknown[] = Array.isArray(profile.attributes) ? profile.attributes : [];
  const permissions = { view: ['admin', 'user'], edit: ['admin', 'user'] };
  const more = attributes.map((it) => ({ ...it, permissions }));
  await admin.put('/users/profile', { ...profile, attributes: [...before, ...more] });
}
