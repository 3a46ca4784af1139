import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { JoinMails, Joins, JoinsSeen } from '@portal/shared';
import { Type } from 'typebox';
import { contract } from '../contract.ts';
import { fieldProblem, ProblemError } from '../errors.ts';
import { type JoinState, type JoinStore, REMEMBERED } from './join-store.ts';

const closed = { additionalProperties: false };
const tags = ['Invites'];
/** How many are named. */
const LATEST = 5;

const JoinsSchema = contract<Joins>()(
  Type.Object(
    {
      count: Type.Integer({ description: 'Since you last looked' }),
      atLeast: Type.Boolean({ description: 'There may have been more' }),
      latest: Type.Array(
        Type.Object(
          {
            invite: Type.String({ description: 'Id of the link' }),
            name: Type.String({ examples: ['Grace Hopper'] }),
            joinedAt: Type.String({ format: 'date-time' }),
          },
          closed,
        ),
        { description: 'The newest of them, newest first' },
      ),
      mails: Type.Boolean({ description: 'You are told by mail, too' }),
    },
    closed,
  ),
);

const JoinsSeenSchema = contract<JoinsSeen>()(
  Type.Object(
    {
      until: Type.String({
        format: 'date-time',
        description: 'When the newest of those that you saw joined',
      }),
    },
    closed,
  ),
);

const JoinMailsSchema = contract<JoinMails>()(
  Type.Object(
    {
      wanted: Type.Boolean(),
      language: Type.String({
        maxLength: 35,
        pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$',
        description: 'Of the mails: a BCP 47 tag',
        examples: ['nl'],
      }),
    },
    closed,
  ),
);

/** Telling members who joined by their links. */
export const joinRoutes: FastifyPluginAsyncTypebox<{ joins: JoinStore; mails: boolean }> = async (
  app,
  { joins, mails },
) => {
  app.get(
    '/joins',
    {
      config: { problems: [401, 403, 503] },
      schema: {
        operationId: 'getJoins',
        summary: 'Who joined by your links since you last looked',
        tags,
        response: { 200: JoinsSchema },
      },
    },
    async (request) => toJoins(await joins.read(request.member.sub, LATEST)),
  );

  app.post(
    '/joins/seen',
    {
      config: { problems: [400, 401, 403, 503] },
      schema: {
        operationId: 'seeJoins',
        summary: 'You have looked at who joined',
        tags,
        body: JoinsSeenSchema,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const until = Date.parse(request.body.until);
      if (Number.isNaN(until)) throw fieldProblem('until', 'malformed');
      await joins.seen(request.member.sub, until);
      return reply.code(204).send(null);
    },
  );

  app.put(
    '/joins/mails',
    {
      config: { problems: [400, 401, 403, 404, 503] },
      schema: {
        operationId: 'setJoinMails',
        summary: 'Be told by mail when somebody joins by your links, or not',
        description: 'At most one mail in ten minutes, to the confirmed address of your account.',
        tags,
        body: JoinMailsSchema,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { wanted, language } = request.body;
      if (!mails && wanted) throw new ProblemError('not-found');
      await joins.setMails(request.member.sub, wanted, language);
      return reply.code(204).send(null);
    },
  );
};

function toJoins({ count, latest, mails }: JoinState): Joins {
  return {
    count,
    atLeast: count >= REMEMBERED,
    latest: latest.map(({ invite, name, joinedAt }) => ({
      ...{ invite, name },
      joinedAt: new Date(joinedAt).toISOString(),
    })),
    mails,
  };
}
