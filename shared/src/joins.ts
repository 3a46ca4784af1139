/** `GET /api/v1/joins`: who has joined by the links of the one who asks, since they last looked. */
export interface Joins {
  count: number;
  /** There may have been more: only so many are remembered. */
  atLeast: boolean;
  /** The newest of them, newest first. */
  latest: Join[];
  /** They are told by mail, too. */
  mails: boolean;
}

export interface Join {
  /** Id of the link. */
  invite: string;
  /** Name of whoever joined. */
  name: string;
  joinedAt: string;
}

/** Those up to then were looked at. */
export interface JoinsSeen {
  until: string;
}

/** Whether to be told by mail. */
export interface JoinMails {
  wanted: boolean;
  /** BCP 47 tag: the language of the mails. */
  language: string;
}
