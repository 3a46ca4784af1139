import type { Invite, InviteChange, NewInvite, NewRegistration } from '@portal/shared';
import type { Client } from './client.ts';
import { randomName } from './portal.ts';
import type { TestMember, TestRealm } from './realm.ts';

/** The full size of the trials, which `npm run trials` asks for; `npm test` runs a smaller share of each. */
export const FULL = process.env.TRIALS === 'full';

/** An invite as its maker has it. */
export interface MadeInvite {
  id: string;
  /** What follows the # of the link. */
  token: string;
}

const tokens = new WeakMap<TestMember, { token: Promise<string>; since: number }>();
/** Less than a token of the realm's lives. */
const KEPT_MS = 200_000;

/** A member's access token, the same for some minutes: signing in costs Keycloak a password's hash. */
export function tokenOf(member: TestMember): Promise<string> {
  const known = tokens.get(member);
  if (known && performance.now() - known.since < KEPT_MS) return known.token;
  const token = member.token();
  tokens.set(member, { token, since: performance.now() });
  return token;
}

/** @throws Error where it could not be made. */
export async function makeInvite(
  api: Client,
  maker: TestMember,
  wishes: NewInvite = {},
): Promise<MadeInvite> {
  const { status, body } = await api.post<Invite>('/invites', wishes, {
    token: await tokenOf(maker),
  });
  if (status !== 201) throw new Error(`No invite: ${status} ${JSON.stringify(body)}`);
  return { id: body.id, token: body.url?.split('#')[1] ?? '' };
}

/** @throws Error where it could not be changed. */
export async function changeInvite(
  api: Client,
  maker: TestMember,
  { id }: MadeInvite,
  change: InviteChange,
): Promise<Invite> {
  const token = await tokenOf(maker);
  const { status, body } = await api.patch<Invite>(`/invites/${id}`, change, { token });
  if (status !== 200) throw new Error(`Not changed: ${status} ${JSON.stringify(body)}`);
  return body;
}

export async function readInvite(
  api: Client,
  reader: TestMember,
  { id }: MadeInvite,
): Promise<Invite> {
  return (await api.get<Invite>(`/invites/${id}`, { token: await tokenOf(reader) })).body;
}

/** A sign-up's body by which an account is made, unless a test makes it otherwise. */
export function signUpBody(
  { token }: Pick<MadeInvite, 'token'>,
  more: Partial<NewRegistration> = {},
): NewRegistration {
  const username = randomName('guest');
  return {
    token,
    username,
    email: `${username}@example.org`,
    firstName: 'Grace',
    lastName: 'Hopper',
    password: 'a long enough one',
    ...more,
  };
}

/** The accounts that the realm has from an invite. */
export function accountsOf(realm: TestRealm, { id }: Pick<MadeInvite, 'id'>) {
  return realm.admin.list(`/users?briefRepresentation=false&max=500&q=portal.invite:${id}`);
}

/** How often each value came. */
export function tally(values: readonly (string | number)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
