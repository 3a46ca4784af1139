import { randomBytes } from 'node:crypto';
import type {
  Invite,
  InviteChange,
  InviteLookup,
  InvitePage,
  InviteRegistration,
  InviteScope,
  InviteStatus,
  InviteStatusFilter,
  NewInvite,
  Page,
  ProblemCode,
  ProblemParams,
} from '@portal/shared';
import type { Config } from '../config.ts';
import { fieldProblem, ProblemError } from '../errors.ts';
import type { UserProfile } from '../keycloak/user-profile.ts';
import { answeredWithinMs, within } from '../keycloak/within.ts';
import { nearestLanguage } from '../languages.ts';
import type { MemberState, MemberStates } from '../members/member-states.ts';
import type { Member } from '../plugins/authentication.ts';
import { fromCursor, toCursor } from '../redis/page.ts';
import type { RegistrationList } from '../registrations/registration-list.ts';
import { deriveKey, hmac } from '../secrets.ts';
import { inviteFields } from './invite-input.ts';
import {
  fromSearchCursor,
  type InviteSearch,
  isSearch,
  SEARCHED,
  searched,
  toSearchCursor,
} from './invite-search.ts';
import { endBy, statusOf } from './invite-status.ts';
import { belongs, type InviteStore, type StoredInvite } from './invite-store.ts';
import type { InviteTokens } from './invite-token.ts';

const DAY_MS = 86_400_000;
export const LONGEST_PASSWORD = 4000;

export interface InviteServiceParts {
  config: Config;
  store: InviteStore;
  tokens: InviteTokens;
  members: MemberStates;
  profile: UserProfile;
  registrations: RegistrationList;
}

interface InviteListQuery {
  scope: InviteScope;
  status: InviteStatusFilter;
  limit: number;
  cursor?: string;
}

export type InviteService = ReturnType<typeof createInviteService>;

/** The rules of invites. Knows neither HTTP nor Redis. */
export function createInviteService(parts: InviteServiceParts) {
  const { config, store, tokens, members, profile, registrations } = parts;
  const requestKey = deriveKey(config.secrets[0], 'idempotency');
  const urlOf = (id: string) => `${config.publicUrl}/join#${tokens.sign(id)}`;

  /** The link works only while its maker may still give what it gives. */
  function isPaused(invite: StoredInvite, maker: MemberState | undefined): boolean {
    if (!maker) return false;
    const holds = (id: string, path: string) =>
      maker.groups.some((group) => group.id === id && group.path === path);
    return (
      !maker.enabled ||
      !invite.groups.every(
        ({ id, path }) => config.invites.groups.includes(path) && holds(id, path),
      )
    );
  }

  function toInvite(invite: StoredInvite, viewer: Member): Invite {
    const stored = statusOf(invite, store.now());
    const paused = stored === 'open' && isPaused(invite, members.peek(invite.creator));
    const own = invite.creator === viewer.sub;
    return {
      id: invite.id,
      ...(own && { url: urlOf(invite.id) }),
      label: invite.label,
      message: invite.message,
      status: paused ? 'paused' : stored,
      createdAt: instant(invite.createdAt),
      createdBy: { id: invite.creator, name: invite.creatorName },
      expiresAt: instantOrNull(invite.expiresAt),
      revokedAt: instantOrNull(invite.revokedAt),
      maxUses: invite.maxUses,
      uses: invite.uses,
      groups: invite.groups.map(({ path }) => path),
      ...(own && { email: invite.email }),
    };
  }

  async function existing(id: string): Promise<StoredInvite> {
    const invite = /^[0-9a-f]{32}$/.test(id) ? await store.read(id) : undefined;
    if (!invite) throw new ProblemError('not-found');
    return invite;
  }

  async function own(id: string, member: Member): Promise<StoredInvite> {
    const invite = await existing(id);
    if (invite.creator !== member.sub) throw new ProblemError('not-yours');
    return invite;
  }

  async function change(id: string, member: Member, input: InviteChange): Promise<Invite> {
    await own(id, member);
    const fields = inviteFields(input, config.invites, member.state, store.now());
    const changed = await store.change(id, fields);
    if (changed === 'below-uses') throw fieldProblem('maxUses', 'below-uses');
    if (changed === 'unknown') throw new ProblemError('not-found');
    return toInvite(changed, member);
  }

  /** The same request under the same key is the same link, in whichever process; a key of somebody else's is another. */
  function idOfRequest({ sub }: Member, input: NewInvite, key: string): string {
    const mac = hmac(requestKey, 'invite', sub, key, JSON.stringify(input));
    return mac.subarray(0, 16).toString('hex');
  }

  async function search(
    member: Member,
    { status, limit, cursor, ...search }: InviteSearch & Omit<InviteListQuery, 'scope'>,
  ): Promise<InvitePage> {
    const offset = fromSearchCursor(cursor);
    const { invites, all } = await store.newest({ creator: member.sub, status }, SEARCHED);
    const now = store.now();
    const found = searched(
      invites.filter((invite) => belongs(statusOf(invite, now), status)),
      search,
    );
    const end = offset + limit;
    return {
      items: found.slice(offset, end).map((invite) => toInvite(invite, member)),
      nextCursor: found.length > end ? toSearchCursor(end) : null,
      searched: { links: invites.length, all },
    };
  }

  return {
    /** @param key the Idempotency-Key, where one was sent: the same again gives the link that there is. */
    async create(member: Member, input: NewInvite, key?: string): Promise<Invite> {
      const now = store.now();
      const fields = inviteFields(input, config.invites, member.state, now);
      const repeated = key === undefined ? undefined : idOfRequest(member, input, key);
      const there = repeated === undefined ? undefined : await store.read(repeated);
      if (there) return toInvite(there, member);
      const invite: StoredInvite = {
        id: repeated ?? randomBytes(16).toString('hex'),
        creator: member.sub,
        creatorName: member.name,
        label: '',
        message: '',
        createdAt: now,
        expiresAt: now + config.invites.defaultDays * DAY_MS,
        revokedAt: null,
        maxUses: 1,
        uses: 0,
        reserved: 0,
        groups: [],
        email: null,
        usedAt: null,
        ...fields,
      };
      await store.create(invite);
      return toInvite(invite, member);
    },

    /** A page of one of the lists; by words or in another order, of the newest of one's own. */
    async list(
      member: Member,
      query: InviteListQuery & Partial<InviteSearch>,
    ): Promise<InvitePage> {
      if (isSearch(query)) {
        if (query.scope !== 'mine') throw fieldProblem('scope', 'not-an-option');
        return search(member, { q: '', sort: 'newest', ...query });
      }
      const creator = query.scope === 'mine' ? member.sub : undefined;
      const { invites, last } = await store.list(
        { creator, status: query.status },
        query.limit,
        fromCursor(query.cursor),
      );
      return {
        items: invites.map((invite) => toInvite(invite, member)),
        nextCursor: last ? toCursor(last) : null,
      };
    },

    get: async (id: string, member: Member): Promise<Invite> =>
      toInvite(await existing(id), member),

    change,

    /**
     * A link of one's own that works, to be sent to somebody.
     *
     * @throws ProblemError `not-found`, `not-yours`, or with the code that says how it has ended.
     */
    async ownOpen(id: string, member: Member): Promise<{ invite: StoredInvite; url: string }> {
      const invite = await own(id, member);
      const status = statusOf(invite, store.now());
      if (status !== 'open') throw endedProblem(invite, status);
      if (isPaused(invite, member.state)) throw endedProblem(invite, 'paused');
      return { invite, url: urlOf(id) };
    },

    async revoke(id: string, member: Member): Promise<void> {
      const invite = await own(id, member);
      if (invite.revokedAt === null) await change(id, member, { revoked: true });
    },

    async registrations(
      id: string,
      limit: number,
      cursor: string | undefined,
    ): Promise<Page<InviteRegistration>> {
      await existing(id);
      return registrations.page(id, limit, cursor);
    },

    /**
     * The invite that a token stands for, where it is open.
     *
     * @param id what `idOf` made of the token.
     * @throws ProblemError with the code that says how the link has ended.
     */
    async opened(id: string | undefined): Promise<StoredInvite> {
      const invite = id === undefined ? undefined : await store.read(id);
      if (!invite) throw new ProblemError('invite-unknown');
      const status = statusOf(invite, store.now());
      if (status !== 'open') throw endedProblem(invite, status);
      if (isPaused(invite, await members.get(invite.creator))) throw endedProblem(invite, 'paused');
      return invite;
    },

    /** The invite that a token stands for, whatever became of it. */
    idOf: (token: string): string | undefined => tokens.verify(token),

    /** @param id what `idOf` made of the token. */
    async lookup(id: string | undefined, language: string): Promise<InviteLookup> {
      if (id === undefined) throw new ProblemError('invite-unknown');
      // Keycloak may have to be asked for both. What the link is, counts first.
      const [opened, asked] = await within(
        answeredWithinMs(config.keycloak),
        Promise.allSettled([this.opened(id), profile.fields(language)]),
      );
      const [invite, fields] = [settledValue(opened), settledValue(asked)];
      return {
        community: config.community,
        inviter: invite.creatorName,
        message: invite.message,
        expiresAt: instantOrNull(invite.expiresAt),
        maxUses: invite.maxUses,
        usesLeft: invite.maxUses === null ? null : invite.maxUses - invite.uses,
        email: invite.email,
        fields: [...fields],
        password: {
          hint: passwordHint(config.passwordRules, language),
          maxLength: LONGEST_PASSWORD,
        },
      };
    },
  };
}

function settledValue<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

function passwordHint(rules: Config['passwordRules'], language: string): string {
  return rules[nearestLanguage(language, Object.keys(rules)) ?? ''] ?? '';
}

/** @returns how a link ended, with whom to ask. */
export function endedProblem(
  invite: StoredInvite,
  status: Exclude<InviteStatus, 'open'>,
): ProblemError {
  const codes: Record<typeof status, ProblemCode> = {
    revoked: 'invite-revoked',
    expired: 'invite-expired',
    'used-up': 'invite-used-up',
    paused: 'invite-paused',
  };
  const end = status === 'paused' ? null : endBy(invite, status);
  const params: ProblemParams = { inviter: invite.creatorName };
  if (end !== null) params.endedAt = instant(end);
  if (invite.maxUses !== null) params.maxUses = invite.maxUses;
  return new ProblemError(codes[status], { params });
}

const instant = (milliseconds: number): string => new Date(milliseconds).toISOString();
const instantOrNull = (milliseconds: number | null): string | null =>
  milliseconds === null ? null : instant(milliseconds);
