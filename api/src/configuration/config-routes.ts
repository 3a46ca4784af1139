import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { PortalConfig } from '@portal/shared';
import { Type } from 'typebox';
import type { Config } from '../config.ts';
import { contract } from '../contract.ts';
import { LABEL_LENGTH, MESSAGE_LENGTH } from '../invites/invite-schemas.ts';
import type { UserProfile } from '../keycloak/user-profile.ts';
import type { Look } from '../look/community-look.ts';
import { CommunityLookSchema } from '../look/look-routes.ts';
import type { Pages } from '../pages/page-library.ts';
import { PageSummarySchema } from '../pages/page-schemas.ts';
import { languageOf } from '../plugins/language.ts';

const closed = { additionalProperties: false };
const NullableCount = (description: string) =>
  Type.Unsafe<number | null>({ type: ['integer', 'null'], description });

const PortalConfigSchema = contract<PortalConfig>()(
  Type.Object(
    {
      name: Type.String({ description: 'The community’s' }),
      realm: Type.Object(
        { url: Type.String(), realm: Type.String(), clientId: Type.String() },
        closed,
      ),
      features: Type.Object(
        {
          adminsOnly: Type.Boolean(),
          automaticallyLogIn: Type.Boolean(),
          mail: Type.Boolean({ description: 'The portal can send mails of its own' }),
        },
        closed,
      ),
      invites: Type.Object(
        {
          defaultDays: Type.Integer(),
          maxDays: NullableCount('Null: a link may also have no end'),
          maxUses: NullableCount('Null: a link may also let in any number'),
          labelLength: Type.Integer(),
          messageLength: Type.Integer(),
        },
        closed,
      ),
      languages: Type.Array(Type.String(), { description: 'That the realm speaks' }),
      pages: Type.Array(PageSummarySchema, { description: 'In the language that was asked for' }),
      look: CommunityLookSchema,
    },
    closed,
  ),
);

/** What a page needs before anybody signs in. */
export const configRoutes: FastifyPluginAsyncTypebox<{
  config: Config;
  profile: UserProfile;
  pages: Pages;
  look: Look;
}> = async (app, { config, profile, pages, look }) => {
  const { keycloak, invites } = config;
  const fixed: Omit<PortalConfig, 'languages' | 'pages' | 'look'> = {
    name: config.community,
    realm: { url: keycloak.url, realm: keycloak.realm, clientId: keycloak.webClientId },
    features: {
      adminsOnly: config.adminsOnly,
      automaticallyLogIn: config.automaticallyLogIn,
      mail: config.mail !== undefined,
    },
    invites: {
      defaultDays: invites.defaultDays,
      maxDays: invites.maxDays,
      maxUses: invites.maxUses,
      labelLength: LABEL_LENGTH,
      messageLength: MESSAGE_LENGTH,
    },
  };

  app.get(
    '/config',
    {
      schema: {
        operationId: 'getConfig',
        summary: 'What a page needs before anybody signs in',
        tags: ['Portal'],
        security: [],
        response: { 200: PortalConfigSchema },
      },
    },
    async (request) => ({
      ...fixed,
      pages: await pages.list(languageOf(request)),
      look: await look.summary(),
      // A page can be shown without them while Keycloak is away.
      languages: [
        ...(await profile.current().then(
          ({ languages }) => languages,
          () => [],
        )),
      ],
    }),
  );
};
