/** One of those who joined by a link, in `GET /api/v1/tree`. */
export interface TreePerson {
  /** Subject of the account. */
  id: string;
  /** Null: the account is gone. */
  name: string | null;
  joinedAt: string;
  invitedBy: {
    /** Subject of the account: of somebody in the tree, or of somebody who came by no link. */
    id: string;
    /** Null: the account is gone. */
    name: string | null;
  };
}

export type SignUpPeriod = 'day' | 'week' | 'month';

/** `GET /api/v1/sign-ups`: how many joined by links, over time. */
export interface SignUpCounts {
  /** Since the first of all. */
  total: number;
  /** Oldest first; the last one is not over yet. */
  periods: SignUpsInPeriod[];
}

export interface SignUpsInPeriod {
  /** When it began: a midnight in UTC; of weeks, a Monday's. */
  from: string;
  count: number;
}
