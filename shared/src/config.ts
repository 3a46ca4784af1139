/** `GET /api/v1/config`: what a page needs to know before anybody signs in. */
export interface PortalConfig {
  /** The community's name. */
  name: string;
  realm: RealmAddress;
  features: {
    /** Only members of the administrators' group may use the portal. */
    adminsOnly: boolean;
    /** Go to the sign-in page at once, without a welcome. */
    automaticallyLogIn: boolean;
  };
  invites: InviteLimits;
  /** BCP 47 tags of the languages that the realm speaks. */
  languages: string[];
  pages: PageSummary[];
}

/** What keycloak-js needs. */
export interface RealmAddress {
  /** Keycloak's address as browsers see it, without a slash at its end. */
  url: string;
  realm: string;
  /** The public client of the pages. */
  clientId: string;
}

/** Lengths are in characters (Unicode code points). */
export interface InviteLimits {
  /** Days that a link works where its maker says nothing. */
  defaultDays: number;
  /** The most days that a link may work; null: a link may also have no end. */
  maxDays: number | null;
  /** The most people that one link may let in; null: a link may also let in any number. */
  maxUses: number | null;
  labelLength: number;
  messageLength: number;
}

/** A page of the community's own, such as a welcome or a code of conduct. */
export interface PageSummary {
  slug: string;
  title: string;
}
