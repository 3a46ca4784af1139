import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { CurrentRegistrations } from './current-registration.ts';
import {
  CurrentRegistrationSchema,
  EmailChangeSchema,
  IdempotencyHeaders,
  NewRegistrationSchema,
  RegistrationSchema,
} from './registration-schemas.ts';
import type { SignUp } from './sign-up.ts';
import type { SignUpCookie } from './sign-up-cookie.ts';

const tags = ['Signing up'];
const security = [{ signUpCookie: [] }];

/** For whoever holds a link. */
export const signUpRoutes: FastifyPluginAsyncTypebox<{
  signUps: SignUp;
  cookie: SignUpCookie;
}> = async (app, { signUps, cookie }) => {
  app.post(
    '/registrations',
    {
      // What is under way when the time is over goes on behind the answer.
      config: { onTimeout: 'outcome-unknown', problems: [400, 404, 409, 410, 422, 429, 503] },
      schema: {
        operationId: 'signUp',
        summary: 'Sign up by an invite link',
        description:
          'Makes one account and sends its verification mail. Nothing is spent by a refusal. After `outcome-unknown`, send the same request with the same Idempotency-Key again.',
        tags,
        security: [],
        headers: IdempotencyHeaders,
        body: NewRegistrationSchema,
        response: {
          201: RegistrationSchema,
        },
      },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key'];
      const { registration, ...holder } = await signUps.signUp(request.body, key);
      cookie.set(reply, { ...holder.key, user: holder.user });
      return reply.code(201).send(registration);
    },
  );
};

/**
 * For whoever has signed up, by the cookie of that sign-up. Not limited by address: a room full of people who have just
 * joined shares one, and each of them waits for a mail.
 */
export const currentRegistrationRoutes: FastifyPluginAsyncTypebox<{
  current: CurrentRegistrations;
  cookie: SignUpCookie;
}> = async (app, { current, cookie }) => {
  app.get(
    '/registrations/current',
    {
      config: { problems: [403, 404, 410, 503] },
      schema: {
        operationId: 'getCurrentRegistration',
        summary: 'The state of my sign-up',
        tags,
        security,
        response: { 200: CurrentRegistrationSchema },
      },
    },
    (request) => current.get(cookie.holder(request)),
  );

  app.patch(
    '/registrations/current',
    {
      config: { problems: [400, 403, 404, 410, 429, 503] },
      schema: {
        operationId: 'changeEmail',
        summary: 'Mend a mistyped address',
        description: 'A new verification mail goes there. At most three times a sign-up.',
        tags,
        security,
        body: EmailChangeSchema,
        response: { 200: CurrentRegistrationSchema },
      },
    },
    (request) => current.changeEmail(cookie.holder(request), request.body.email),
  );

  app.post(
    '/registrations/current/verification-email',
    {
      config: { problems: [403, 404, 410, 429, 503] },
      schema: {
        operationId: 'sendVerificationMail',
        summary: 'Send the verification mail again',
        description: 'At most once a minute.',
        tags,
        security,
        response: { 200: CurrentRegistrationSchema },
      },
    },
    (request) => current.sendMail(cookie.holder(request)),
  );
};
