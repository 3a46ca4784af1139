import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { MakeLimit } from '../plugins/member-limits.ts';
import { deriveKey, hmac } from '../secrets.ts';
import { comparableEmail } from '../typed-text.ts';
import type { InviteMails } from './invite-mails.ts';
import { IdParams, InviteMailSchema } from './invite-schemas.ts';

const DAY_MS = 86_400_000;
/** A list of as many as a page takes at once, and some by hand. */
const A_DAY_BY_MEMBER = 300;
/** By all members together: nobody is flooded who never asked for any. */
const A_DAY_TO_ONE = 3;

/** Having a link mailed. */
export const inviteMailRoutes: FastifyPluginAsyncTypebox<{
  mails: InviteMails;
  limit: MakeLimit;
  secret: string;
}> = async (app, { mails, limit, secret }) => {
  const key = deriveKey(secret, 'mail limits');
  const byMember = limit({
    max: A_DAY_BY_MEMBER,
    windowMs: DAY_MS,
    keyOf: ({ member }) => `mails-by:${member.sub}`,
  });
  const addresses = new WeakMap<object, string>();
  const toOne = limit({
    max: A_DAY_TO_ONE,
    windowMs: DAY_MS,
    keyOf: (request) => `mails-to:${hmac(key, addresses.get(request) ?? '').toString('base64url')}`,
  });

  app.post(
    '/invites/:id/mail',
    {
      config: { problems: [400, 401, 403, 404, 410, 429, 503] },
      schema: {
        operationId: 'mailInvite',
        summary: 'Mail one of your invite links to somebody',
        description:
          'Where the portal can send mails (`features.mail` of the configuration). At most three a day to one address.',
        tags: ['Invites'],
        params: IdParams,
        body: InviteMailSchema,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      addresses.set(request, oneBox(request.body.email));
      await mails.send(request.params.id, request.member, request.body, async () => {
        await byMember(request);
        await toOne(request);
      });
      return reply.code(204).send(null);
    },
  );
};

/** `grace+1@example.org` and `grace+2@example.org` are one letter box. */
function oneBox(email: string): string {
  return comparableEmail(email).replace(/\+[^@]*(?=@[^@]*$)/, '');
}
