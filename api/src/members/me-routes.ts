import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Me } from '@portal/shared';
import { Type } from 'typebox';
import type { Config } from '../config.ts';
import { contract } from '../contract.ts';
import { holdsGroup, type Member } from '../plugins/authentication.ts';

const closed = { additionalProperties: false };

const MeSchema = contract<Me>()(
  Type.Object(
    {
      id: Type.String({ description: 'Subject of the account' }),
      username: Type.String(),
      name: Type.String(),
      email: Type.String(),
      groups: Type.Array(Type.String({ examples: ['/looms'] })),
      administrator: Type.Boolean(),
      may: Type.Object(
        {
          invite: Type.Boolean(),
          inviteInto: Type.Array(Type.String(), {
            description: 'Groups that a link of this member’s may put people in',
          }),
        },
        closed,
      ),
    },
    closed,
  ),
);

/** Who the one who asks is, and what they may do. */
export const meRoutes: FastifyPluginAsyncTypebox<{ config: Config }> = async (app, { config }) => {
  app.get(
    '/me',
    {
      config: { endsByItself: true, problems: [401, 403, 503] },
      schema: {
        operationId: 'getMe',
        summary: 'Who I am, and what I may do',
        tags: ['Members'],
        response: { 200: MeSchema },
      },
    },
    (request) => toMe(request.member, config),
  );
};

function toMe(member: Member, { keycloak, invites }: Config): Me {
  const groups = member.state.groups.map(({ path }) => path);
  return {
    id: member.sub,
    username: member.username,
    name: member.name,
    email: member.email,
    groups,
    administrator: holdsGroup(member, member.state, keycloak.adminsGroup),
    may: {
      invite: true,
      inviteInto: invites.groups.filter((path) => groups.includes(path)),
    },
  };
}
