import type { CurrentRegistration } from '@portal/shared';
import type { KeycloakConfig } from '../config.ts';
import { fieldProblem, ProblemError, saysTaken, tooManyRequests } from '../errors.ts';
import type { InviteStore } from '../invites/invite-store.ts';
import type { Account, Gateway } from '../keycloak/gateway.ts';
import { KeycloakRefusal } from '../keycloak/keycloak-errors.ts';
import { fieldErrorsOf } from '../keycloak/refusals.ts';
import type { UserProfile } from '../keycloak/user-profile.ts';
import { isProtected } from '../members/protection.ts';
import { tidy } from '../typed-text.ts';
import { MAIL_CLAIM_MS, type RegistrationMails } from './registration-mails.ts';
import type { RegistrationStore, StoredRegistration } from './registration-store.ts';
import type { SignUpHolder } from './sign-up-cookie.ts';
import { checkEmail, otherSpelling } from './sign-up-input.ts';

const BETWEEN_MAILS_MS = 60_000;
const CHANGES = 3;

export type CurrentRegistrations = ReturnType<typeof createCurrentRegistrations>;

/**
 * A sign-up between the form and the first verification: its state, its mail again, its address mended. Ends for good
 * when the account is first seen verified or signed in.
 */
export function createCurrentRegistrations(parts: {
  gateway: Gateway;
  store: RegistrationStore;
  inviteStore: InviteStore;
  profile: UserProfile;
  mails: RegistrationMails;
  keycloak: Pick<KeycloakConfig, 'protectedGroups'>;
}) {
  const { gateway, store, inviteStore, profile, mails, keycloak } = parts;

  async function known(
    holder: SignUpHolder,
  ): Promise<{ stored: StoredRegistration; account: Account }> {
    const [stored, unverified] = await Promise.all([
      store.read(holder),
      store.isUnverified(holder.user),
    ]);
    if (stored?.state !== 'committed' || stored.user !== holder.user)
      throw new ProblemError('registration-unknown');
    if (!unverified) throw new ProblemError('registration-complete');
    const account = await gateway.account(holder.user);
    if (!account) throw new ProblemError('registration-unknown');
    if (!account.emailVerified && !(await hasOurAddress(holder, stored, account))) {
      await noteVerified(holder);
      throw new ProblemError('registration-complete');
    }
    return { stored, account };
  }

  /**
   * An unverified address that was not given here is somebody's who verified the first one, unseen by us, and has taken
   * another since. What is kept is read after the account, and written before the account is: so a change that is under
   * way is not taken for one.
   */
  async function hasOurAddress(
    holder: SignUpHolder,
    stored: StoredRegistration,
    { email }: Account,
  ): Promise<boolean> {
    if (email === stored.email) return true;
    const now = await store.read(holder);
    return now !== undefined && (email === now.email || now.mended.includes(email));
  }

  /** The same, for what may only be done while the address is unverified, and never to a protected account. */
  async function mendable(holder: SignUpHolder) {
    const found = await known(holder);
    if (found.account.emailVerified) await noteVerified(holder);
    else if (!isProtected(found.account, await gateway.groupsOf(holder.user), keycloak))
      return found;
    throw new ProblemError('registration-complete');
  }

  /** Whoever had a session by an address that was not yet verified has it no longer. */
  async function noteVerified({ user }: SignUpHolder): Promise<void> {
    if (await store.seen(user)) await gateway.endSessions(user);
  }

  function toCurrent(stored: StoredRegistration, account: Account): CurrentRegistration {
    const sinceAsked = store.now() - stored.askedAt;
    return {
      username: account.username,
      email: account.email,
      firstName: account.firstName,
      verification: account.emailVerified ? 'verified' : stored.mail,
      resendAfter: Math.max(0, Math.ceil((BETWEEN_MAILS_MS - sinceAsked) / 1000)),
      changesLeft: Math.max(0, CHANGES - stored.changes),
    };
  }

  async function get(holder: SignUpHolder): Promise<CurrentRegistration> {
    const { stored, account } = await known(holder);
    if (account.emailVerified) await noteVerified(holder);
    return toCurrent(stored, account);
  }

  /** Sends the mail, or leaves that to whoever is at it already. */
  async function mail(holder: SignUpHolder): Promise<void> {
    if (!(await store.scheduleMail(holder, MAIL_CLAIM_MS))) return;
    await mails.sendSoon(holder, holder.user);
  }

  async function changeAddress(account: Account, email: string): Promise<void> {
    const { emailAsUsername } = await profile.current();
    const other = otherSpelling(email);
    if (other !== undefined && other !== account.email && (await gateway.isEmailTaken(other)))
      throw fieldProblem('email', 'taken');
    try {
      await gateway.changeEmail(account.id, email);
    } catch (error) {
      if (!(error instanceof KeycloakRefusal)) throw error;
      const errors = fieldErrorsOf(error.status, error.body, emailAsUsername, { email });
      if (errors.length > 0) throw new ProblemError('invalid-input', { errors });
      if (error.status === 409) throw fieldProblem('email', 'taken');
      throw new ProblemError('failed', { cause: error });
    }
  }

  async function countedIfTaken(holder: SignUpHolder, problem: unknown): Promise<never> {
    const waitMs = saysTaken(problem) ? await store.countTaken(holder) : 0;
    throw waitMs > 0 ? tooManyRequests(waitMs) : problem;
  }

  return {
    /** One call to Keycloak. */
    get,

    async sendMail(holder: SignUpHolder): Promise<CurrentRegistration> {
      await mendable(holder);
      const waitMs = await store.askMail(holder, BETWEEN_MAILS_MS);
      if (waitMs > 0)
        throw new ProblemError('mail-too-soon', {
          params: { retryAfter: Math.ceil(waitMs / 1000) },
        });
      await mail(holder);
      return get(holder);
    },

    /** A mail goes to the new address at once. */
    async changeEmail(holder: SignUpHolder, typed: string): Promise<CurrentRegistration> {
      const email = tidy(typed);
      const { account } = await mendable(holder);
      const invite = await inviteStore.read(holder.invite);
      const error = checkEmail(email, invite?.email ?? null);
      if (error) throw new ProblemError('invalid-input', { errors: [error] });
      await store.takeChange(holder, CHANGES, email.toLowerCase());
      if (email.toLowerCase() !== account.email) {
        await changeAddress(account, email).catch((problem) => countedIfTaken(holder, problem));
        const changed = (await gateway.account(holder.user)) ?? account;
        await store.setEmail(holder, changed.email, changed.username);
      }
      await store.askMail(holder, 0);
      await mail(holder);
      return get(holder);
    },
  };
}
