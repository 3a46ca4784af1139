import type { StoredInvite } from '../invites/invite-store.ts';
import { type Account, type NewAccount, PORTAL_ATTRIBUTES } from '../keycloak/gateway.ts';
import type { SentFields } from '../keycloak/refusals.ts';
import type { SignedUp } from './registration-store.ts';
import type { SignUpForm } from './sign-up-input.ts';

/**
 * What Keycloak is asked to make. Nothing of it is the invitee's to choose but the form.
 *
 * @param now when the terms were accepted, where there are such; milliseconds since 1970.
 */
export function newAccount(
  { username, email, firstName, lastName, attributes, terms }: SignUpForm,
  password: string,
  invite: StoredInvite,
  registration: string,
  now: number,
): NewAccount {
  return {
    ...(username !== undefined && { username }),
    email,
    ...(firstName !== undefined && { firstName }),
    ...(lastName !== undefined && { lastName }),
    password,
    groups: invite.groups.map(({ path }) => path),
    attributes: {
      ...attributes,
      [PORTAL_ATTRIBUTES.registration]: [registration],
      [PORTAL_ATTRIBUTES.invite]: [invite.id],
      [PORTAL_ATTRIBUTES.invitedBy]: [invite.creator],
      ...(terms && {
        [PORTAL_ATTRIBUTES.terms]: [
          `${terms.slug} ${terms.version} ${new Date(now).toISOString()}`,
        ],
      }),
    },
    // Nobody gets in by an address that isn't theirs, where the address is what lets them in.
    requiredActions: invite.email === null ? [] : ['VERIFY_EMAIL'],
  };
}

/** What the realm may have something to say about, under its own names. */
export function sentFields(account: NewAccount): SentFields {
  const { username, email, firstName, lastName, attributes } = account;
  return { ...attributes, username, email, firstName, lastName };
}

/** The account as it was asked for, where it can't be read back. */
export function asAsked(id: string, account: NewAccount): Account {
  const { username = '', email = '', firstName = '', lastName = '', attributes } = account;
  return {
    id,
    username: (username || email).toLowerCase(),
    email: email.toLowerCase(),
    firstName,
    lastName,
    enabled: true,
    emailVerified: false,
    attributes,
    createdAt: Date.now(),
  };
}

export function signedUp({ id, username, email, firstName, lastName }: Account): SignedUp {
  const name = [firstName, lastName].filter(Boolean).join(' ') || username;
  return { user: id, username, name, email };
}
