/**
 * `paused`: whoever made it is disabled or gone, or may no longer give what it gives.
 * An invite that ended in more than one way shows the first of revoked, used-up, expired.
 */
export type InviteStatus = 'open' | 'expired' | 'revoked' | 'used-up' | 'paused';

/** What a list of invites can be narrowed to. */
export type InviteScope = 'mine' | 'all';
export type InviteStatusFilter = 'open' | 'ended' | 'any';
/** Newest first, ending soonest first, or most joined first. */
export type InviteSort = 'newest' | 'ending' | 'joined';

export interface Invite {
  id: string;
  /** The link itself; only its maker sees it. */
  url?: string;
  label: string;
  message: string;
  status: InviteStatus;
  /** RFC 3339, UTC; so are all times. */
  createdAt: string;
  createdBy: Person;
  /** Null: it has no end. */
  expiresAt: string | null;
  revokedAt: string | null;
  /** How many people may join by it; null: any number. */
  maxUses: number | null;
  /** How many have joined. */
  uses: number;
  /** Paths of the groups that those who join are put in. */
  groups: string[];
  /** Only this address, or only those of a domain (`@example.org`), may join by it; null: any. Only its maker sees it. */
  email?: string | null;
}

/** Who somebody is to others: a subject and a name, never an address. */
export interface Person {
  id: string;
  name: string;
}

/** One page of invites. */
export interface InvitePage {
  items: Invite[];
  nextCursor: string | null;
  /** Where it was searched, or sorted otherwise than by age: what in. */
  searched?: InvitesSearched;
}

export interface InvitesSearched {
  /** How many links were looked at: the newest. */
  links: number;
  /** There are no more than these. */
  all: boolean;
}

/** Has a link mailed to somebody. */
export interface InviteMail {
  email: string;
  /** BCP 47 tag: the language of the mail. */
  language: string;
}

/** Everything may be left out: a link for one person, for the portal's usual number of days. */
export interface NewInvite {
  /** A note to oneself and the other members; invitees don't see it. */
  label?: string;
  /** Shown to the invitee. */
  message?: string;
  /** Days from now. Not together with `expiresAt`. */
  days?: number;
  /** When it ends; null: never. */
  expiresAt?: string | null;
  /** How many people may join by it; null: any number. Left out: one. */
  maxUses?: number | null;
  groups?: string[];
  /** Only this address, or only those of a domain (`@example.org`), may join by it; null: any. */
  email?: string | null;
}

/** What is left out stays as it is. */
export interface InviteChange extends NewInvite {
  /** false takes a revocation back. */
  revoked?: boolean;
}

/** Somebody who joined by an invite. */
export interface InviteRegistration {
  /** Subject of the account. */
  id: string;
  username: string;
  name: string;
  joinedAt: string;
  /** `waiting`: the account was never seen verified or signed in. */
  state: 'waiting' | 'joined';
}

export interface InviteToken {
  token: string;
}

/** What the holder of a link is shown before signing up. */
export interface InviteLookup {
  community: string;
  /** Name of whoever made the link. */
  inviter: string;
  message: string;
  expiresAt: string | null;
  maxUses: number | null;
  /** Null: no end of them. */
  usesLeft: number | null;
  /** The one address that may join, or the domain (`@example.org`), where the link is bound to one. */
  email: string | null;
  /** The form, in the order it is to be shown. The password is not among them. */
  fields: SignUpField[];
  password: PasswordRules;
}

export type SignUpFieldKind =
  | 'text'
  | 'email'
  | 'textarea'
  | 'number'
  | 'url'
  | 'tel'
  | 'date'
  | 'select'
  | 'radios'
  | 'multiselect'
  | 'checkboxes';

/** A field of the realm's user profile, as a form needs it. */
export interface SignUpField {
  /** `username`, `email`, `firstName`, `lastName`, or the name of an attribute. */
  name: string;
  /** In the language asked for, where the realm has it; empty for the four above where the realm keeps Keycloak's own. */
  label: string;
  help: string;
  placeholder: string;
  kind: SignUpFieldKind;
  required: boolean;
  /** Takes a list of values. */
  multivalued: boolean;
  /** For the kinds that choose. */
  options: SignUpOption[];
  minLength?: number;
  maxLength?: number;
  min?: number;
  max?: number;
  defaultValue?: string;
}

export interface SignUpOption {
  value: string;
  label: string;
}

export interface PasswordRules {
  /** What the community says of its rules, in the language asked for; empty where it says nothing. */
  hint: string;
  /** The longest that is taken, in characters. */
  maxLength: number;
}
