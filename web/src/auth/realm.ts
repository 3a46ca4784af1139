import type { RealmAddress } from '@portal/shared';
import type { InjectionKey } from 'vue';

/** What the portal needs of a sign-in at the realm. `keycloak.ts` is the real one; tests bring their own. */
export interface Realm {
  /** Somebody came back from the realm's sign-in just now, and it went well. */
  readonly signedIn: boolean;
  /** The access token, where there is one; `secondsLeft` may be below 0. */
  token(): AccessToken | undefined;
  /** Who signed in, in the realm's words. */
  person(): SignedInPerson;
  /** Fetches new tokens. `refused`: the session is over. */
  renew(): Promise<'renewed' | 'refused' | 'unreachable'>;
  loginUrl(how: LoginOptions): Promise<string>;
  logoutUrl(): string;
  accountUrl(): string | undefined;
}

export interface AccessToken {
  value: string;
  /** Seconds until it ends, by the realm's clock. */
  secondsLeft: number;
  /** Seconds from its making to its end. */
  lifetime: number;
}

export interface SignedInPerson {
  name: string;
  username: string;
}

export interface LoginOptions {
  /** Ask nothing: come back at once, signed in or not. */
  quietly?: boolean;
  /** Fills in the name. */
  loginHint?: string;
  locale?: string;
}

/**
 * Opens the realm, ending a sign-in that the address carries.
 *
 * @throws ApiError `keycloak-away` where no answer comes in time.
 */
export type OpenRealm = (address: RealmAddress) => Promise<Realm>;

export const openRealmKey: InjectionKey<OpenRealm> = Symbol('open realm');

/** How the page moves on to another site. */
export type Leave = (url: string) => void;
export const leaveKey: InjectionKey<Leave> = Symbol('leave');
