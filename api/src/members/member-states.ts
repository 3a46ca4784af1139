import { setTimeout as wait } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { ProblemError } from '../errors.ts';
import { type Gateway, type Group, PORTAL_ATTRIBUTES } from '../keycloak/gateway.ts';
import { KeycloakRefusal } from '../keycloak/keycloak-errors.ts';
import { remembered } from '../remembered.ts';

/** How long an answer of Keycloak's counts. A member who was disabled or left a group is out by then. */
const REMEMBERED_MS = 60_000;
const MEMBERS = 4_000;
const ASKED_AGAIN = 3;
const ASKED_AGAIN_MS = 100;

/** What Keycloak says of a member now, whatever their token says. */
export interface MemberState {
  enabled: boolean;
  groups: readonly Group[];
  /** The account was made by a sign-up here. */
  signedUpHere: boolean;
  askedAt: number;
}

const GONE: Omit<MemberState, 'askedAt'> = { enabled: false, groups: [], signedUpHere: false };

export type MemberStates = ReturnType<typeof createMemberStates>;

/**
 * Asks Keycloak about each member at most once a minute: two calls, single-flight. While Keycloak is away the last
 * answer holds for reading.
 */
export function createMemberStates(gateway: Gateway) {
  const states = new LRUCache<string, MemberState>({
    max: MEMBERS,
    ttl: REMEMBERED_MS,
    noDeleteOnFetchRejection: true,
    fetchMethod: load,
  });

  async function load(sub: string): Promise<MemberState> {
    const [account, groups] = await Promise.all([
      gateway.account(sub),
      gateway.groupsOf(sub).catch(noneOfNobody),
    ]);
    if (!account) return { ...GONE, askedAt: performance.now() };
    return {
      enabled: account.enabled || (await isEnabledAfterAll(sub)),
      groups,
      signedUpHere: account.attributes[PORTAL_ATTRIBUTES.registration] !== undefined,
      askedAt: performance.now(),
    };
  }

  /** Asked several times at once, Keycloak has said "disabled" of somebody who isn't: it counts when said each time. */
  async function isEnabledAfterAll(sub: string): Promise<boolean> {
    for (let asked = 0; asked < ASKED_AGAIN; asked++) {
      await wait(ASKED_AGAIN_MS);
      if ((await gateway.account(sub))?.enabled) return true;
    }
    return false;
  }

  return {
    /** For reading. @throws KeycloakAway where Keycloak is away and was never asked about this member. */
    get: (sub: string): Promise<MemberState> => remembered(states, sub),

    /** For writing. @throws ProblemError `keycloak-away` where the last answer is too old. */
    async current(sub: string): Promise<MemberState> {
      const state = await remembered(states, sub);
      if (performance.now() - state.askedAt > REMEMBERED_MS)
        throw new ProblemError('keycloak-away');
      return state;
    },

    /** What is remembered, without asking: for lists, where asking would cost a call an entry. */
    peek: (sub: string): MemberState | undefined => states.peek(sub, { allowStale: true }),
  };
}

/** Keycloak refuses to list the groups of an account that is gone. */
function noneOfNobody(error: unknown): Group[] {
  if (error instanceof KeycloakRefusal && error.status === 404) return [];
  throw error;
}

/** Whether somebody is in exactly this group. */
export function isIn(state: MemberState, path: string): boolean {
  return state.groups.some((group) => group.path === path);
}
