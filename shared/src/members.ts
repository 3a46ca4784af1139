/** `GET /api/v1/me`: the one who asks. */
export interface Me {
  /** Subject (`sub`) of the access token. */
  id: string;
  username: string;
  name: string;
  email: string;
  /** Paths of the groups that the member is in. */
  groups: string[];
  /** In the group of administrators. */
  administrator: boolean;
  may: {
    invite: boolean;
    /** Paths of the groups that a link of this member's may put people in. */
    inviteInto: string[];
  };
}
