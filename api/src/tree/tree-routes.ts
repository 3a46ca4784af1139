import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Page, SignUpCounts, SignUpPeriod, TreePerson } from '@portal/shared';
import { Type } from 'typebox';
import { contract } from '../contract.ts';
import type { RedisClock } from '../redis/clock.ts';
import { fromCursor, toCursor } from '../redis/page.ts';
import { beginnings } from './periods.ts';
import type { StoredPerson, TreeStore } from './tree-store.ts';

const closed = { additionalProperties: false };
const tags = ['Members'];
const Id = Type.String({ description: 'Subject of the account' });
const Name = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  examples: ['Grace Hopper'],
  description: 'Null: the account is gone',
});
const Time = Type.String({ format: 'date-time' });

const TreePageSchema = contract<Page<TreePerson>>()(
  Type.Object(
    {
      items: Type.Array(
        Type.Object(
          {
            id: Id,
            name: Name,
            joinedAt: Time,
            invitedBy: Type.Object({ id: Id, name: Name }, closed),
          },
          closed,
        ),
      ),
      nextCursor: Type.Unsafe<string | null>({
        type: ['string', 'null'],
        description: 'Give it as `cursor` for the next page; null on the last',
      }),
    },
    closed,
  ),
);

const TreeQuery = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
    cursor: Type.Optional(Type.String({ maxLength: 200 })),
  },
  closed,
);

const SignUpCountsSchema = contract<SignUpCounts>()(
  Type.Object(
    {
      total: Type.Integer({ description: 'Since the first of all' }),
      periods: Type.Array(
        Type.Object(
          {
            from: Type.String({
              format: 'date-time',
              description: 'When it began: a midnight in UTC; of weeks, a Monday’s',
            }),
            count: Type.Integer(),
          },
          closed,
        ),
        { description: 'Oldest first; the last one is not over yet' },
      ),
    },
    closed,
  ),
);

const SignUpsQuery = Type.Object(
  {
    by: Type.Unsafe<SignUpPeriod>(Type.Enum(['day', 'week', 'month'], { default: 'week' })),
    count: Type.Integer({ minimum: 1, maximum: 60, default: 26 }),
  },
  closed,
);

/** Who invited whom, and how many joined when: what every member may see of the whole community. */
export const treeRoutes: FastifyPluginAsyncTypebox<{
  tree: TreeStore;
  clock: Pick<RedisClock, 'now'>;
}> = async (app, { tree, clock }) => {
  app.get(
    '/tree',
    {
      config: { problems: [400, 401, 403, 503] },
      schema: {
        operationId: 'getTree',
        summary: 'Everybody who joined by a link, with who invited them, newest first',
        tags,
        querystring: TreeQuery,
        response: { 200: TreePageSchema },
      },
    },
    async ({ query }) => {
      const { people, last } = await tree.page(query.limit, fromCursor(query.cursor));
      return { items: people.map(toPerson), nextCursor: last ? toCursor(last) : null };
    },
  );

  app.get(
    '/sign-ups',
    {
      config: { problems: [400, 401, 403, 503] },
      schema: {
        operationId: 'countSignUps',
        summary: 'How many joined by links, over time',
        tags,
        querystring: SignUpsQuery,
        response: { 200: SignUpCountsSchema },
      },
    },
    async ({ query }): Promise<SignUpCounts> => {
      const periods = beginnings(query.by, query.count, clock.now());
      const { total, counts } = await tree.count(periods);
      return {
        total,
        periods: periods.map((from, i) => ({
          from: new Date(from).toISOString(),
          count: counts[i] ?? 0,
        })),
      };
    },
  );
};

function toPerson({ user, name, joinedAt, inviter, inviterName }: StoredPerson): TreePerson {
  return {
    id: user,
    name: name || null,
    joinedAt: new Date(joinedAt).toISOString(),
    invitedBy: { id: inviter, name: inviterName || null },
  };
}
