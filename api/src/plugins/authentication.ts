import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ProblemError } from '../errors.ts';
import type { AccessTokens, TokenHolder } from '../keycloak/access-tokens.ts';
import { within } from '../keycloak/within.ts';
import { isIn, type MemberState, type MemberStates } from '../members/member-states.ts';

/** Who asks: what their token says, and what Keycloak says of them now. */
export interface Member extends TokenHolder {
  state: MemberState;
}

export interface AuthenticationOptions {
  /** How long it may take to find out who asks. */
  timeoutMs: number;
  tokens: AccessTokens;
  members: MemberStates;
  /** Path of the group that one must be in; undefined: every account of the realm is a member. */
  group: string | undefined;
  /** Told of members whose account was made here, about once a minute each. */
  onSeen: (sub: string) => Promise<void>;
}

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Lets only members into the scope that it is given. RFC 6750, section 2.1: the token comes in the header alone. */
export function authentication(scope: FastifyInstance, options: AuthenticationOptions): void {
  const { timeoutMs, tokens, members, group, onSeen } = options;
  const told = new WeakSet<MemberState>();

  async function memberOf(request: FastifyRequest): Promise<Member> {
    const token = bearerToken(request);
    const holder = token && (await tokens.holderOf(token));
    if (!holder) throw new ProblemError('not-signed-in');
    const state = READING.has(request.method)
      ? await members.get(holder.sub)
      : await members.current(holder.sub);
    if (!state.enabled) throw new ProblemError('not-signed-in');
    if (group !== undefined && !holdsGroup(holder, state, group))
      throw new ProblemError('not-a-member', { params: { group } });
    if (state.signedUpHere && !told.has(state)) {
      told.add(state);
      await onSeen(holder.sub);
    }
    return { ...holder, state };
  }

  scope.decorateRequest('member');
  scope.addHook('onRequest', async (request) => {
    request.member = await within(timeoutMs, memberOf(request));
  });
}

/** Two headers may be read one way by a proxy and another by us: then there is no token. */
function bearerToken({ raw, headers }: FastifyRequest): string | undefined {
  let times = 0;
  for (let i = 0; i < raw.rawHeaders.length; i += 2)
    if (raw.rawHeaders[i]?.toLowerCase() === 'authorization') times++;
  if (times > 1) return undefined;
  return /^Bearer ([\w.-]+)$/i.exec(headers.authorization ?? '')?.[1];
}

/**
 * Both must say so: the token, whose claim may have paths or short names, and Keycloak, by the exact path. A group of
 * the same short name elsewhere is another group.
 */
export function holdsGroup(holder: TokenHolder, state: MemberState, path: string): boolean {
  if (!isIn(state, path)) return false;
  const names = [path, path.slice(1), path.slice(path.lastIndexOf('/') + 1)];
  return holder.groups.some((group) => names.includes(group));
}

declare module 'fastify' {
  interface FastifyRequest {
    member: Member;
  }
}
