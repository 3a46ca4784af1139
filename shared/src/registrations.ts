/** A sign-up. Which of the four named fields must be there, the realm's user profile says. */
export interface NewRegistration {
  token: string;
  username?: string;
  email?: string;
  firstName?: string;
  lastName?: string;
  password: string;
  /** Further fields of the realm's user profile. */
  attributes?: Record<string, string[]>;
  /** BCP 47 tag: the language that the realm's mails come in. */
  locale?: string;
  /** The version of the community's terms that was shown and accepted. Needed where there are such. */
  acceptedTerms?: string;
}

/** `sent`: the mail left. `pending`: it has yet to, and is sent by itself. */
export type MailState = 'sent' | 'pending';

/** The account that was made, in the realm's own form of its names. */
export interface Registration {
  username: string;
  email: string;
  verification: MailState;
}

/** The sign-up that the cookie stands for. */
export interface CurrentRegistration {
  username: string;
  email: string;
  firstName: string;
  verification: MailState | 'verified';
  /** Seconds until the mail may be asked for again; 0: now. */
  resendAfter: number;
  /** How often the address may still be mended. */
  changesLeft: number;
}

export interface EmailChange {
  email: string;
}
