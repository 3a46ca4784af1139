import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { languageOf } from '../plugins/language.ts';
import type { MakeLimit } from '../plugins/member-limits.ts';
import {
  IdParams,
  InviteChangeSchema,
  InviteListQuery,
  InviteLookupSchema,
  InvitePageSchema,
  InviteRegistrationPageSchema,
  InviteSchema,
  InviteTokenSchema,
  NewInviteHeaders,
  NewInviteSchema,
  PageQuery,
} from './invite-schemas.ts';
import { isSearch } from './invite-search.ts';
import type { InviteService } from './invite-service.ts';

const tags = ['Invites'];
/** Each reads as many links as there are. People who type ask a few times. */
const SEARCHES_A_MINUTE = 120;
const PageOnlyQuery = Type.Object(PageQuery, { additionalProperties: false });

/** For members: their own links, and who invites whom. */
export const inviteRoutes: FastifyPluginAsyncTypebox<{
  invites: InviteService;
  limit: MakeLimit;
}> = async (app, { invites, limit }) => {
  const searches = limit({
    max: SEARCHES_A_MINUTE,
    windowMs: 60_000,
    keyOf: ({ member }) => `searches:${member.sub}`,
  });

  app.post(
    '/invites',
    {
      config: { endsByItself: true, problems: [400, 401, 403, 503] },
      schema: {
        operationId: 'createInvite',
        summary: 'Make an invite link',
        tags,
        headers: NewInviteHeaders,
        body: NewInviteSchema,
        response: { 201: InviteSchema },
      },
    },
    async (request, reply) =>
      reply
        .code(201)
        .send(
          await invites.create(request.member, request.body, request.headers['idempotency-key']),
        ),
  );

  app.get(
    '/invites',
    {
      config: { endsByItself: true, problems: [400, 401, 403, 429, 503] },
      schema: {
        operationId: 'listInvites',
        summary: 'Invite links, newest first',
        description:
          'With `q` or `sort`, one’s newest 1,000 links are looked at; `searched` says how many there were, and whether that is all.',
        tags,
        querystring: InviteListQuery,
        response: { 200: InvitePageSchema },
      },
    },
    async (request) => {
      if (isSearch(request.query)) await searches(request);
      return invites.list(request.member, request.query);
    },
  );

  app.get(
    '/invites/:id',
    {
      config: { problems: [400, 401, 403, 404, 503] },
      schema: {
        operationId: 'getInvite',
        summary: 'One invite link',
        tags,
        params: IdParams,
        response: { 200: InviteSchema },
      },
    },
    (request) => invites.get(request.params.id, request.member),
  );

  app.patch(
    '/invites/:id',
    {
      config: { problems: [400, 401, 403, 404, 503] },
      schema: {
        operationId: 'changeInvite',
        summary: 'Change one of your invite links',
        tags,
        params: IdParams,
        body: InviteChangeSchema,
        response: { 200: InviteSchema },
      },
    },
    (request) => invites.change(request.params.id, request.member, request.body),
  );

  app.delete(
    '/invites/:id',
    {
      config: { problems: [400, 401, 403, 404, 503] },
      schema: {
        operationId: 'revokeInvite',
        summary: 'Take one of your invite links back',
        description: 'Those who have joined by it stay. PATCH with `revoked: false` undoes it.',
        tags,
        params: IdParams,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await invites.revoke(request.params.id, request.member);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/invites/:id/registrations',
    {
      config: { problems: [400, 401, 403, 404, 503] },
      schema: {
        operationId: 'listInviteRegistrations',
        summary: 'Who joined by an invite link, newest first',
        tags,
        params: IdParams,
        querystring: PageOnlyQuery,
        response: {
          200: InviteRegistrationPageSchema,
        },
      },
    },
    (request) =>
      invites.registrations(request.params.id, request.query.limit, request.query.cursor),
  );
};

/** For whoever holds a link. */
export const inviteLookupRoutes: FastifyPluginAsyncTypebox<{ invites: InviteService }> = async (
  app,
  { invites },
) => {
  app.post(
    '/invites/lookup',
    {
      config: { endsByItself: true, problems: [400, 404, 410, 429, 503] },
      schema: {
        operationId: 'lookUpInvite',
        summary: 'What a link opens, and what its form asks',
        description: 'Changes nothing. Labels come in the language of Accept-Language.',
        tags,
        security: [],
        body: InviteTokenSchema,
        response: { 200: InviteLookupSchema },
      },
    },
    (request) => invites.lookup(request.linkedInvite, languageOf(request)),
  );
};
