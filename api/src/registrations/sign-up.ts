import { setTimeout as wait } from 'node:timers/promises';
import type { MailState, NewRegistration, Registration } from '@portal/shared';
import type { Config } from '../config.ts';
import { fieldProblem, ProblemError, saysTaken, tooManyRequests } from '../errors.ts';
import { endedProblem, type InviteService } from '../invites/invite-service.ts';
import type { InviteStore, StoredInvite } from '../invites/invite-store.ts';
import {
  type Account,
  type Gateway,
  type NewAccount,
  PORTAL_ATTRIBUTES,
} from '../keycloak/gateway.ts';
import { KeycloakAway, KeycloakRefusal } from '../keycloak/keycloak-errors.ts';
import { fieldErrorsOf, isUnclearConflict } from '../keycloak/refusals.ts';
import type { SignUpProfile, UserProfile } from '../keycloak/user-profile.ts';
import type { Terms } from '../pages/page-library.ts';
import type { Log } from '../plugins/logging.ts';
import type { Completion } from './completion.ts';
import { createIdempotency } from './idempotency.ts';
import { asAsked, newAccount, sentFields } from './new-account.ts';
import { MAIL_CLAIM_MS, type RegistrationMails } from './registration-mails.ts';
import type { Attempt, RegistrationKey } from './registration-schedules.ts';
import type {
  RegistrationStore,
  Reservation,
  SignedUp,
  StoredRegistration,
} from './registration-store.ts';
import { otherSpelling, type SignUpForm, signUpForm } from './sign-up-input.ts';

const TWIN_POLL_MS = 50;
/** An answer that wasn't given by then, after the account was made, never will be: its process died. */
const ANSWERED_WITHIN_MS = 5_000;

export interface SignUpParts {
  /** What whoever signs up has to accept. */
  terms: () => Promise<Terms | undefined>;
  config: Config;
  gateway: Gateway;
  profile: UserProfile;
  invites: InviteService;
  inviteStore: InviteStore;
  store: RegistrationStore;
  completion: Completion;
  mails: RegistrationMails;
  log: Log;
}

/** What a sign-up gives: the answer, and what the cookie stands for. */
export interface SignUpResult {
  registration: Registration;
  key: RegistrationKey;
  user: string;
}

/** A sign-up of which nothing stands in the way, as far as can be told without asking Keycloak. */
interface Prepared {
  invite: StoredInvite;
  form: SignUpProfile;
  filled: SignUpForm;
}

export type SignUp = ReturnType<typeof createSignUp>;

/**
 * Signing up: all or nothing, and once.
 *
 * The lease is on record before a use is reserved, the use is reserved before the account is made, and it is spent
 * when the account is there. Wherever this stops, the reconciler finds the lease, asks Keycloak for the account by the
 * registration's id, and ends it one way or the other.
 */
export function createSignUp(parts: SignUpParts) {
  const { terms, config, gateway, profile, invites, inviteStore } = parts;
  const { store, completion, mails, log } = parts;
  const { registrationId, bodyMac } = createIdempotency(config.secrets[0]);
  // Each step may take a whole time-out: a token, the account, reading it back.
  const leaseMs = Math.max(30_000, 3 * config.keycloak.timeoutMs + 6_000);

  function answer(key: RegistrationKey, who: SignedUp, mail: MailState): SignUpResult {
    const { username, email, user } = who;
    return { registration: { username, email, verification: mail }, key, user };
  }

  /** What has ended was open a moment ago: it says how it ended by what is kept of it now. */
  async function refusal(reservation: Reservation, invite: StoredInvite): Promise<ProblemError> {
    const now = (await inviteStore.read(invite.id)) ?? invite;
    if (typeof reservation === 'object')
      return 'refused' in reservation
        ? new ProblemError('invalid-input', { errors: reservation.refused })
        : tooManyRequests(reservation.waitMs);
    switch (reservation) {
      case 'revoked':
      case 'expired':
      case 'used-up':
        return endedProblem(now, reservation);
      case 'busy':
        return new ProblemError('invite-busy');
      case 'mismatch':
        return new ProblemError('idempotency-mismatch');
      case 'unknown':
        return new ProblemError('invite-unknown');
      default:
        return new ProblemError('redis-away');
    }
  }

  /** Somebody else has the same request in hand, or had: its answer is ours, word for word. */
  async function twin(key: RegistrationKey, body: string): Promise<SignUpResult> {
    const patience = performance.now() + config.keycloak.timeoutMs;
    for (;;) {
      const known = await store.read(key);
      if (known && known.body !== body) throw new ProblemError('idempotency-mismatch');
      if (known?.refused) throw new ProblemError('invalid-input', { errors: known.refused });
      const mail = known && answeredMail(known);
      if (known && mail) return answer(key, known, mail);
      if (!known || known.state === 'released') throw new ProblemError('keycloak-away');
      if (performance.now() >= patience) throw new ProblemError('outcome-unknown');
      await wait(TWIN_POLL_MS);
    }
  }

  /** What the answer says of the mail; undefined where the answer is still to be given. */
  function answeredMail({ state, answered, joinedAt, mail }: StoredRegistration) {
    if (state !== 'committed') return undefined;
    return answered ?? (store.now() - joinedAt > ANSWERED_WITHIN_MS ? mail : undefined);
  }

  async function makeAccount(
    account: NewAccount,
    attempt: Attempt,
    form: SignUpProfile,
  ): Promise<string> {
    const other = otherSpelling(account.email ?? '');
    if (other !== undefined && (await gateway.isEmailTaken(other)))
      throw fieldProblem('email', 'taken');
    for (let tries = 1; ; tries++) {
      // A process that was stopped for a while wakes here: its use may have been given to somebody else.
      if (store.isOver(attempt)) throw new ProblemError('outcome-unknown');
      try {
        return await gateway.createAccount(account);
      } catch (error) {
        if (!(error instanceof KeycloakRefusal)) throw error;
        // A twin or an earlier try of ours may have made it.
        const own = error.status === 409 ? await ownAccount(attempt) : undefined;
        if (own) return own.id;
        if (tries === 1 && isUnclearConflict(error.status, error.body)) continue;
        const sent = sentFields(account);
        const errors = fieldErrorsOf(error.status, error.body, form.emailAsUsername, sent);
        if (errors.length === 0 && error.status === 409)
          throw fieldProblem(form.emailAsUsername ? 'email' : 'username', 'taken');
        if (errors.length > 0) throw new ProblemError('invalid-input', { errors });
        throw new ProblemError('realm-not-ready', { cause: error });
      }
    }
  }

  async function ownAccount({ registration }: Attempt): Promise<Account | undefined> {
    return gateway.accountOfRegistration(registration).catch((cause: unknown) => {
      throw new ProblemError('outcome-unknown', { cause });
    });
  }

  /** Gives the use back where it is certain that no account was made; else the reconciler finds out. */
  async function undo(attempt: Attempt, error: unknown): Promise<never> {
    const refused = error instanceof ProblemError && error.code === 'invalid-input';
    const certain =
      refused ||
      (error instanceof KeycloakAway && !error.sent) ||
      (error instanceof ProblemError && error.code === 'realm-not-ready');
    if (!certain) throw new ProblemError('outcome-unknown', { cause: error });
    // Many that were let in at once are told no more often than one after the other.
    const waitMs = saysTaken(error) ? await store.countTaken(attempt) : 0;
    await store.release(attempt, refused && waitMs === 0 ? error.errors : undefined);
    await store.forget(attempt);
    throw waitMs > 0 ? tooManyRequests(waitMs) : error;
  }

  async function readBack(user: string, account: NewAccount): Promise<Account> {
    const asked = asAsked(user, account);
    // What was asked for will do where Keycloak went away just now: the account is there.
    const made = await gateway.account(user).catch(() => undefined);
    if (made && made.attributes[PORTAL_ATTRIBUTES.registration] === undefined)
      log.error({ user }, 'The realm dropped the portal’s attributes: run the set-up');
    return made ?? asked;
  }

  async function go(
    attempt: Attempt,
    account: NewAccount,
    form: SignUpProfile,
  ): Promise<SignUpResult> {
    const user = await makeAccount(account, attempt, form).catch((error) => undo(attempt, error));
    const made = await readBack(user, account)
      .then((found) => completion.complete(attempt, found, MAIL_CLAIM_MS))
      .catch((cause: unknown) => {
        // The account is there: the reconciler finishes what could not be written now.
        throw new ProblemError('outcome-unknown', { cause });
      });
    await store.forget(attempt).catch(() => undefined);
    if (!made) throw new ProblemError('invite-busy');
    return answer(attempt, made, await mails.sendSoon(attempt, user));
  }

  return {
    /**
     * @param idempotencyKey the header's, where it was sent: the same request again gives the same answer.
     * @throws ProblemError; nothing is spent unless it is `outcome-unknown`, and then the same request may be sent again.
     */
    async signUp(
      input: NewRegistration,
      idempotencyKey: string | undefined,
    ): Promise<SignUpResult> {
      const prepared = await prepare(input).catch((error: unknown) =>
        repeated(error, input, idempotencyKey),
      );
      if ('user' in prepared) return prepared;
      const { invite, form, filled } = prepared;
      const registration = registrationId(invite.id, idempotencyKey);
      const body = bodyMac(input);
      const attempt = await store.lease({ invite: invite.id, registration }, leaseMs);
      const reservation = await store.reserve(attempt, body);
      if (reservation === 'reserved') {
        const account = newAccount(filled, input.password, invite, registration, store.now());
        const result = await go(attempt, account, form);
        // Without it, a repetition is answered all the same, some seconds later.
        if (idempotencyKey !== undefined)
          await store
            .answered(attempt, result.registration.verification)
            .catch((error: unknown) => log.warn({ err: error }, 'An answer could not be kept'));
        return result;
      }
      await store.forget(attempt);
      if (reservation === 'under-way' || reservation === 'committed') return twin(attempt, body);
      throw await refusal(reservation, invite);
    },
  };

  async function prepare(input: NewRegistration): Promise<Prepared> {
    const invite = await invites.opened(invites.idOf(input.token));
    const form = await profile.current();
    if (!form.ready) throw new ProblemError('realm-not-ready');
    return { invite, form, filled: signUpForm(input, form, invite.email, await terms()) };
  }

  /**
   * A repeated request gets its answer also where it would be refused by now: it may itself have spent the link's last use,
   * and the terms may have changed since.
   */
  async function repeated(
    error: unknown,
    input: NewRegistration,
    idempotencyKey: string | undefined,
  ): Promise<SignUpResult> {
    const invite = invites.idOf(input.token);
    if (idempotencyKey === undefined || invite === undefined) throw error;
    const key = { invite, registration: registrationId(invite, idempotencyKey) };
    const known = await store.read(key);
    if (known?.state === 'committed' || known?.state === 'reserved')
      return twin(key, bodyMac(input));
    throw error;
  }
}
