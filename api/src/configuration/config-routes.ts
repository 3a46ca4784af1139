import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { PortalConfig } from '@portal/shared';
import { Type } from 'typebox';
import type { Config } from '../config.ts';
import { contract } from '../contract.ts';
import { LABEL_LENGTH, MESSAGE_LENGTH } from '../invites/invite-schemas.ts';
import type { UserProfile } from '../keycloak/user-profile.ts';

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
        { adminsOnly: Type.Boolean(), automaticallyLogIn: Type.Boolean() },
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
      pages: Type.Array(Type.Object({ slug: Type.String(), title: Type.String() }, closed)),
    },
    closed,
  ),
);

/** What a page needs before anybody signs in. */
export const configRoutes: FastifyPluginAsyncTypebox<{
  config: Config;
  profile: UserProfile;
}> = async (app, { config, profile }) => {
  const { keycloak, invites } = config;
  const fixed: Omit<PortalConfig, 'languages'> = {
    name: config.community,
    realm: { url: keycloak.url, realm: keycloak.realm, clientId: keycloak.webClientId },
    features: { adminsOnly: config.adminsOnly, automaticallyLogIn: config.automaticallyLogIn },
    invites: {
      defaultDays: invites.defaultDays,
      maxDays: invites.maxDays,
      maxUses: invites.maxUses,
      labelLength: LABEL_LENGTH,
      messageLength: MESSAGE_LENGTH,
    },
    pages: [],
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
    async () => ({
      ...fixed,
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
