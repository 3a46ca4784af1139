import type { PageSummary } from './pages.ts';

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
    /** The portal can send mails of its own: a member may have a link mailed, and be told by mail who joined. */
    mail: boolean;
  };
  invites: InviteLimits;
  /** BCP 47 tags of the languages that the realm speaks. */
  languages: string[];
  /** In the language that was asked for. */
  pages: PageSummary[];
  look: CommunityLook;
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

/** How the community looks. Addresses are below the API's own, and change with what is there. */
export interface CommunityLook {
  /** For `theme-color`, as `#rrggbb`, by scheme; null: the portal's own. */
  accent: { light: string; dark: string } | null;
  logo: string | null;
  favicon: string | null;
}
