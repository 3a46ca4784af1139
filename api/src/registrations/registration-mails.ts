import { setTimeout as wait } from 'node:timers/promises';
import type { MailState } from '@portal/shared';
import type { Gateway } from '../keycloak/gateway.ts';
import { KeycloakRefusal } from '../keycloak/keycloak-errors.ts';
import type { Log } from '../plugins/logging.ts';
import type { RegistrationKey } from './registration-schedules.ts';
import type { RegistrationStore } from './registration-store.ts';

/**
 * Longer than Keycloak is waited for (15 s, as it waits 10 s for a mail server that is silent), twice, with a fresh
 * token between. A mail whose sender died goes after it.
 */
export const MAIL_CLAIM_MS = 45_000;
const FIRST_RETRY_MS = 5_000;
const LAST_RETRY_MS = 60_000;
/** How long an answer waits to say whether the mail has left. */
const SOON_MS = 300;
const AT_ONCE = 4;

export type RegistrationMails = ReturnType<typeof createRegistrationMails>;

/**
 * Sends verification mails through Keycloak: at least once each, and once where nothing crashed. One that could not be
 * sent is tried again by itself, with growing pauses.
 *
 * @param returnTo where the page that the mail opens links back to.
 */
export function createRegistrationMails(
  gateway: Gateway,
  store: RegistrationStore,
  returnTo: string,
  log: Log,
) {
  /** What keeps one mail from going keeps all, so all wait for the end of one pause; how many there were in a row. */
  let pauses = 0;
  let pauseEnds = 0;

  function pauseLeft(): number {
    const now = performance.now();
    if (now >= pauseEnds)
      pauseEnds = now + Math.min(FIRST_RETRY_MS * 2 ** Math.min(pauses++, 10), LAST_RETRY_MS);
    return pauseEnds - now;
  }

  async function send(key: RegistrationKey, user: string): Promise<MailState> {
    try {
      await gateway.sendVerificationMail(user, returnTo);
    } catch (error) {
      // Disabled, without an address, or gone: no later try would do better.
      if (error instanceof KeycloakRefusal) await store.dropMail(key).catch(later);
      else await store.retryMail(key, pauseLeft()).catch(later);
      log.warn({ err: error, registration: key.registration }, 'A verification mail was not sent');
      return 'pending';
    }
    pauses = 0;
    await store.mailSent(key).catch(later);
    return 'sent';
  }

  /** What can't be noted now is taken up again when the claim on it ends. */
  function later(error: unknown): void {
    log.warn({ err: error }, 'What became of a verification mail could not be noted');
  }

  return {
    /** Sends a mail that the caller has taken; never throws for what Keycloak does. */
    send,

    /** The same for an answer that won't wait long: `pending` where the mail hasn't left by then; it goes on. */
    sendSoon: (key: RegistrationKey, user: string): Promise<MailState> =>
      Promise.race([send(key, user), wait(SOON_MS, 'pending' as const, { ref: false })]),

    /** Sends what is due, a few at once. */
    async sendDue(): Promise<void> {
      const due = await store.claimMails(AT_ONCE, MAIL_CLAIM_MS);
      await Promise.all(
        due.map(async (key) => {
          const registration = await store.read(key);
          if (registration?.user) await send(key, registration.user);
          else await store.dropMail(key);
        }),
      );
    },
  };
}
