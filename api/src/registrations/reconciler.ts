import { setTimeout as wait } from 'node:timers/promises';
import type { InviteStore } from '../invites/invite-store.ts';
import type { JoinMails } from '../joins/join-mails.ts';
import type { Gateway } from '../keycloak/gateway.ts';
import type { Log } from '../plugins/logging.ts';
import type { Completion } from './completion.ts';
import type { RegistrationMails } from './registration-mails.ts';
import type { Attempt, RegistrationKey } from './registration-schedules.ts';
import type { RegistrationStore } from './registration-store.ts';

const EVERY_MS = 2_000;
const CLAIM_MS = 30_000;
const LATE_EVERY_MS = 30_000;
const AT_ONCE = 20;
/** How long a round that is under way may keep a process from stopping: one that is cut off is taken up by another. */
const LAST_ROUND_MS = 5_000;

export interface ReconcilerParts {
  gateway: Gateway;
  store: RegistrationStore;
  inviteStore: InviteStore;
  completion: Completion;
  mails: RegistrationMails;
  /** Undefined: the portal sends no mails of its own. */
  joinMails: JoinMails | undefined;
  log: Log;
}

/**
 * Ends what was left half done: sign-ups whose process died or whose outcome nobody knew, mails that could not be
 * sent, links that ended by themselves. Runs in every API process; claims in Redis keep two from doing the same work,
 * and doing it twice is harmless.
 */
export function createReconciler(parts: ReconcilerParts) {
  const { gateway, store, inviteStore, completion, mails, joinMails, log } = parts;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let stopped = false;

  /** @returns whether the account was there. */
  async function settle(key: RegistrationKey): Promise<boolean> {
    const account = await gateway.accountOfRegistration(key.registration);
    if (account) await completion.complete(key, account, 0);
    return account !== undefined;
  }

  async function endAttempt(attempt: Attempt): Promise<void> {
    const known = await store.read(attempt);
    if (known?.state === 'reserved') {
      // Due by Redis's clock, and not yet by ours, which is behind; or another attempt under the same id holds the
      // reservation by now. Whichever it is, a reservation without an entry would never be ended.
      const leaseLeft = known.lease - store.now();
      if (leaseLeft > 0) return store.again(attempt, leaseLeft);
      if (!(await settle(attempt))) {
        await store.watch(attempt);
        await store.release({ ...attempt, lease: known.lease });
      }
    }
    // The process may have died between spending the use and what follows; a mail that went is the last of that.
    if (known?.state === 'committed' && known.mail === 'pending') await settle(attempt);
    await store.forget(attempt);
  }

  /** What can't be ended while Keycloak is away is due again as soon as it may be back. */
  async function endOverdue(): Promise<void> {
    for (const overdue of await store.claimOverdue(AT_ONCE, CLAIM_MS))
      await endAttempt(overdue).catch(async (error: unknown) => {
        log.warn({ err: error }, 'a sign-up left half done: tried again later');
        await store.again(overdue, EVERY_MS);
      });
  }

  /** An account may appear after its sign-up was given up: Keycloak's transactions may take minutes. */
  async function findLate(): Promise<void> {
    if (!(await store.claimJob('late', LATE_EVERY_MS))) return;
    for (const key of await store.watched()) if (await settle(key)) await store.unwatch(key);
  }

  async function attempt(what: string, work: () => Promise<unknown>): Promise<void> {
    await work().catch((error: unknown) => log.warn({ err: error }, `${what}: tried again later`));
  }

  /** One round of all of it. What fails is tried again in the next. */
  async function round(): Promise<void> {
    await Promise.all([
      attempt('sign-ups left half done', endOverdue),
      attempt('late accounts', findLate),
      attempt('verification mails', () => mails.sendDue()),
      joinMails && attempt('mails on who joined', () => joinMails.sendDue()),
      attempt('ended links', () => inviteStore.fileExpired()),
      attempt('links kept long enough', () => inviteStore.removeOld()),
    ]);
  }

  function next(): void {
    if (stopped) return;
    timer = setTimeout(() => {
      running = round().finally(next);
    }, EVERY_MS);
    timer.unref();
  }

  return {
    start: next,
    round,
    /** Ends after the round that is under way, where that doesn't take too long. */
    async stop(): Promise<void> {
      stopped = true;
      clearTimeout(timer);
      await Promise.race([running, wait(LAST_ROUND_MS, undefined, { ref: false })]);
    },
  };
}
