/** A page of the community's own, such as a welcome or a code of conduct: a Markdown file in `PAGES_DIR`. */
export interface PageSummary {
  /** The file's name, without its language and ending. */
  slug: string;
  /** In the language that was asked for, where the page is in it. */
  title: string;
  /** In the members' menu, and at the foot of the pages for everybody. */
  menu: boolean;
  /** Shown to those who come by an invite link. */
  invitee: boolean;
  /** Nobody signs up without accepting it. One page at the most is. */
  terms: boolean;
  /** As its author numbers it, or a hash of its text; the same in every language. */
  version: string;
}

/** `GET /api/v1/pages/{slug}` */
export interface CommunityPage {
  slug: string;
  title: string;
  version: string;
  /** BCP 47 tag; null where its author says none. */
  language: string | null;
  content: PageNode[];
}

/** What Markdown says, as data: there is no HTML in it, and none is made of it but by elements of the page's own. */
export type PageNode =
  | { type: 'text'; text: string }
  /** In a line. */
  | { type: 'code'; text: string }
  | { type: 'code-block'; text: string }
  | { type: 'break' }
  | { type: 'rule' }
  /** 1 to 6. */
  | { type: 'heading'; level: number; children: PageNode[] }
  /** `start` is the first item's number; null: not numbered. */
  | { type: 'list'; start: number | null; children: PageNode[] }
  /** http, https or mailto. */
  | { type: 'link'; url: string; children: PageNode[] }
  | { type: 'paragraph'; children: PageNode[] }
  | { type: 'quote'; children: PageNode[] }
  | { type: 'item'; children: PageNode[] }
  | { type: 'emphasis'; children: PageNode[] }
  | { type: 'strong'; children: PageNode[] };
