import { defineStore } from 'pinia';
import { inject, readonly, ref, shallowRef } from 'vue';
import { useApi } from '../api/api.ts';
import { problem, problemOf } from '../api/problem.ts';
import { useConfigStore } from '../shell/config-store.ts';
import {
  type Leave,
  type LoginOptions,
  leaveKey,
  type OpenRealm,
  openRealmKey,
  type Realm,
} from './realm.ts';
import { returnTo } from './return-to.ts';
import { signedInAs } from './signed-in-as.ts';
import { createTokenKeeper, type TokenKeeper } from './token-keeper.ts';

/** `over`: was signed in on this page, and the realm ended it. */
export type SessionStatus = 'signed-out' | 'signed-in' | 'over';

/** What a page for members does: show itself, greet a stranger, or go to the sign-in. */
export type Admission = 'in' | 'welcome' | 'sign-in';

export const useSessionStore = defineStore('session', () => {
  const api = useApi();
  const config = useConfigStore();
  const openRealm = needed<OpenRealm>(inject(openRealmKey));
  const leave = needed<Leave>(inject(leaveKey));

  const status = ref<SessionStatus>('signed-out');
  const person = shallowRef({ name: '', username: '' });
  const accountUrl = ref<string>();
  let opened: Promise<Realm> | undefined;
  let keeper: TokenKeeper | undefined;
  let quietly = false;

  async function realm(): Promise<Realm> {
    const { realm: address } = await config.load();
    opened ??= openRealm(address).catch((error) => {
      opened = undefined;
      throw error;
    });
    return opened;
  }

  /** Before a page for members. A known name is asked for quietly, without a page in between. */
  async function admit(path: string): Promise<Admission> {
    if (status.value !== 'signed-out') return 'in';
    const { features } = await config.load();
    returnTo.set(path);
    quietly = !features.automaticallyLogIn && signedInAs.get() !== undefined;
    return quietly || features.automaticallyLogIn ? 'sign-in' : 'welcome';
  }

  /**
   * Goes to the realm's sign-in. Where it is away, that is said here, not by the browser.
   *
   * @throws ApiError `keycloak-away`, or what reading the configuration threw.
   */
  async function signIn(how: Pick<LoginOptions, 'loginHint' | 'locale'> = {}): Promise<void> {
    const { realm: address } = await config.load();
    const [there, reachable] = await Promise.all([realm(), api.realm.reachable(address)]);
    if (!reachable) throw problem('keycloak-away', 'The sign-in server does not answer.');
    const url = await there.loginUrl({ ...how, quietly });
    quietly = false;
    leave(url);
  }

  /** On the page that the realm sends people back to. @returns where to go on. */
  async function arrive(response: boolean): Promise<string> {
    if (!response) return (await comesFromMail()) ? '/joined' : '/';
    const there = await realm();
    if (there.signedIn) {
      begin(there);
      return returnTo.take();
    }
    // Asked quietly, and nobody was there; or given up. Asking again by itself could go round for ever.
    signedInAs.clear();
    return '/welcome';
  }

  /** "Back to application" of the verification mail: whoever signed up in this browser is told that they are in. */
  async function comesFromMail(): Promise<boolean> {
    if (signedInAs.get() !== undefined) return false;
    return api.registrations.current().then(
      () => true,
      (error: unknown) => problemOf(error).code === 'registration-complete',
    );
  }

  function begin(there: Realm) {
    person.value = there.person();
    accountUrl.value = there.accountUrl();
    signedInAs.set(person.value.name);
    status.value = 'signed-in';
    keeper = createTokenKeeper(there, () => {
      status.value = 'over';
    });
  }

  /** After the session ended under somebody's hands: the same page again, afterwards. */
  function signInAgain(path: string, locale: string): Promise<void> {
    returnTo.set(path);
    return signIn({ locale });
  }

  async function signOut(): Promise<void> {
    signedInAs.clear();
    leave((await realm()).logoutUrl());
  }

  const noSession = () => problem('not-signed-in', 'Nobody is signed in.', 401);
  /** For the transport. */
  const credentials = {
    token: async () => (keeper ? keeper.fresh() : Promise.reject(noSession())),
    replace: async (refused: string) =>
      keeper ? keeper.replace(refused) : Promise.reject(noSession()),
    end: () => keeper?.end(),
  };

  return {
    status: readonly(status),
    person: readonly(person),
    accountUrl: readonly(accountUrl),
    admit,
    signIn,
    signInAgain,
    arrive,
    signOut,
    credentials,
  };
});

function needed<T>(value: T | undefined): T {
  if (!value) throw new Error('The session was not given its realm: see main.ts.');
  return value;
}
