import fastifyCookie from '@fastify/cookie';
import fastifyJwt from '@fastify/jwt';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { ProblemError } from '../errors.ts';
import { deriveKey } from '../secrets.ts';
import type { RegistrationKey } from './registration-schedules.ts';

const LIFETIME_S = 86_400;
const LOCAL_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

/** What the cookie stands for: one sign-up, and the account that it made. */
export interface SignUpHolder extends RegistrationKey {
  user: string;
}

export type SignUpCookie = Awaited<ReturnType<typeof signUpCookie>>;

/**
 * The cookie by which somebody who has just signed up, and can't sign in yet, gets at their own sign-up for a day.
 * Signed with a key of its own, HS256 alone; of this origin alone (`__Host-`, RFC 6265bis), never read by a script.
 */
export async function signUpCookie(scope: FastifyInstance, { secrets, publicUrl }: Config) {
  const { hostname, origin, protocol } = new URL(publicUrl);
  const secure = protocol === 'https:' || !LOCAL_HOSTS.has(hostname);
  const name = secure ? '__Host-portal-sign-up' : 'portal-sign-up';
  const keys = secrets.map((secret) => deriveKey(secret, 'sign-up cookie').export());

  await scope.register(fastifyCookie);
  await scope.register(fastifyJwt, {
    secret: keys[0] ?? '',
    sign: { algorithm: 'HS256', expiresIn: LIFETIME_S },
    verify: { algorithms: ['HS256'], requiredClaims: ['exp', 'sub'] },
  });

  function verified(token: string): SignUpHolder | undefined {
    for (const key of keys) {
      try {
        const claims = scope.jwt.verify<Record<string, unknown>>(token, { key });
        const { sub: user, invite, registration } = claims;
        if (
          typeof user === 'string' &&
          typeof invite === 'string' &&
          typeof registration === 'string'
        )
          return { user, invite, registration };
      } catch {
        // Another of the keys may have signed it.
      }
    }
    return undefined;
  }

  return {
    set(reply: FastifyReply, { user, invite, registration }: SignUpHolder): void {
      const token = scope.jwt.sign({ sub: user, invite, registration });
      reply.setCookie(name, token, {
        path: '/',
        httpOnly: true,
        sameSite: 'strict',
        secure,
        maxAge: LIFETIME_S,
      });
    },

    /**
     * @throws ProblemError `registration-unknown` without a cookie of ours; `foreign-origin` where another site's page
     *   asks (a browser names the page's origin on all but plain reads).
     */
    holder(request: FastifyRequest): SignUpHolder {
      const from = request.headers.origin;
      const reading = request.method === 'GET' || request.method === 'HEAD';
      if (from === undefined ? !reading : from !== origin) throw new ProblemError('foreign-origin');
      const token = request.cookies[name];
      const holder = token === undefined ? undefined : verified(token);
      if (!holder) throw new ProblemError('registration-unknown');
      return holder;
    },
  };
}
