import type { CommunityPage, PageNode, PageSummary } from '@portal/shared';
import { Type } from 'typebox';
import { contract } from '../contract.ts';

const closed = { additionalProperties: false };
const title = Type.String({ examples: ['Code of conduct'] });
const version = Type.String({
  description: 'As its author numbers it, or a hash of its text; the same in every language',
});

export const PageSummarySchema = contract<PageSummary>()(
  Type.Object(
    {
      slug: Type.String({ examples: ['code-of-conduct'] }),
      title,
      menu: Type.Boolean({ description: 'In the menu' }),
      invitee: Type.Boolean({ description: 'Shown to those who come by a link' }),
      terms: Type.Boolean({ description: 'Nobody signs up without accepting it' }),
      version,
    },
    closed,
  ),
);

/** The schema is its own part: in the document it has a name, by which nodes in nodes refer to it. */
const children = Type.Unsafe<PageNode[]>(Type.Array(Type.Ref('PageNode')));
const text = Type.String();
const withChildren = <T extends string>(type: T) =>
  Type.Object({ type: Type.Literal(type), children }, closed);

export const PageNodeSchema = contract<PageNode>()(
  Type.Union(
    [
      Type.Object({ type: Type.Literal('text'), text }, closed),
      Type.Object({ type: Type.Literal('code'), text }, closed),
      Type.Object({ type: Type.Literal('code-block'), text }, closed),
      Type.Object({ type: Type.Literal('break') }, closed),
      Type.Object({ type: Type.Literal('rule') }, closed),
      Type.Object(
        {
          type: Type.Literal('heading'),
          level: Type.Integer({ minimum: 1, maximum: 6 }),
          children,
        },
        closed,
      ),
      Type.Object(
        {
          type: Type.Literal('list'),
          start: Type.Unsafe<number | null>({
            type: ['integer', 'null'],
            description: 'Null: not numbered',
          }),
          children,
        },
        closed,
      ),
      Type.Object(
        {
          type: Type.Literal('link'),
          url: Type.String({ description: 'http, https or mailto' }),
          children,
        },
        closed,
      ),
      withChildren('paragraph'),
      withChildren('quote'),
      withChildren('item'),
      withChildren('emphasis'),
      withChildren('strong'),
    ],
    { $id: 'PageNode', description: 'A piece of a page’s text' },
  ),
);

export const CommunityPageSchema = contract<CommunityPage>()(
  Type.Object(
    {
      slug: Type.String(),
      title,
      version,
      language: Type.Unsafe<string | null>({
        type: ['string', 'null'],
        description: 'BCP 47 tag; null: its author says none',
      }),
      content: children,
    },
    closed,
  ),
);

export const PageParams = Type.Object({
  slug: Type.String({ maxLength: 60, description: 'The page’s file, without its ending' }),
});
