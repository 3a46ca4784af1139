import { randomUUID } from 'node:crypto';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Config } from './config.ts';
import { configRoutes } from './configuration/config-routes.ts';
import { healthRoutes } from './health/health-routes.ts';
import { inviteMailRoutes } from './invites/invite-mail-routes.ts';
import { inviteLookupRoutes, inviteRoutes } from './invites/invite-routes.ts';
import { joinRoutes } from './joins/join-routes.ts';
import { answeredWithinMs } from './keycloak/within.ts';
import { lookRoutes } from './look/look-routes.ts';
import { meRoutes } from './members/me-routes.ts';
import { pageRoutes } from './pages/page-routes.ts';
import { createParts } from './parts.ts';
import { authentication } from './plugins/authentication.ts';
import { handlerTimeouts } from './plugins/handler-timeouts.ts';
import { logging } from './plugins/logging.ts';
import { memberLimits } from './plugins/member-limits.ts';
import { openapi } from './plugins/openapi.ts';
import { clientErrorHandler, frameworkErrors, problemDetails } from './plugins/problem-details.ts';
import { rateLimit } from './plugins/rate-limit.ts';
import { redisPlugin } from './plugins/redis.ts';
import { SAFE_HEADERS } from './plugins/safe-headers.ts';
import { stopping } from './plugins/stopping.ts';
import { jsonBodies, validation } from './plugins/validation.ts';
import { currentRegistrationRoutes, signUpRoutes } from './registrations/registration-routes.ts';
import { signUpCookie } from './registrations/sign-up-cookie.ts';
import { treeRoutes } from './tree/tree-routes.ts';

/** An access token with some hundred groups is 15 kB; what is longer than this gets a 431. */
const HEADERS_BYTES = 65_536;
const BODY_BYTES = 65_536;

/** The whole API, not listening yet: tests and production run this one. Reads as its table of contents. */
export async function buildApp(config: Config): Promise<FastifyInstance> {
  const app = Fastify({
    logger: logging(config.server.logLevel),
    genReqId: () => randomUUID(),
    trustProxy: config.server.trustProxy.length > 0 ? config.server.trustProxy : false,
    bodyLimit: BODY_BYTES,
    // What comes in while the process stops is answered like all else, and is the last on its connection.
    return503OnClosing: false,
    http: { maxHeaderSize: HEADERS_BYTES },
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: frameworkErrors(config.publicUrl),
    clientErrorHandler: clientErrorHandler(config.publicUrl),
  }).withTypeProvider<TypeBoxTypeProvider>();

  handlerTimeouts(app, answeredWithinMs(config.keycloak));
  validation(app);
  jsonBodies(app);
  stopping(app);
  problemDetails(app, config.publicUrl);
  const parts = createParts(config, app.log);
  await parts.open();
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(SAFE_HEADERS).header('x-request-id', request.id);
    done();
  });
  await openapi(app, config.publicUrl);
  await redisPlugin(app, parts.redis);

  await app.register(healthRoutes, {
    redis: app.redis,
    keys: parts.realmKeys,
    gateway: parts.gateway,
  });

  await app.register(
    async (open) => {
      const cookie = await signUpCookie(open, config);
      await open.register(configRoutes, {
        ...{ config, profile: parts.profile, pages: parts.pages, look: parts.look },
      });
      await open.register(pageRoutes, { pages: parts.pages });
      await open.register(lookRoutes, { look: parts.look });
      await open.register(currentRegistrationRoutes, {
        current: parts.currentRegistrations,
        cookie,
      });
      await open.register(async (limited) => {
        await rateLimit(limited, {
          redis: app.redis,
          nameSpace: parts.keys.rateLimit,
          ...config.rateLimits,
          inviteOf: parts.invites.idOf,
        });
        await limited.register(inviteLookupRoutes, { invites: parts.invites });
        await limited.register(signUpRoutes, { signUps: parts.signUps, cookie });
      });
    },
    { prefix: '/api/v1' },
  );

  await app.register(
    async (members) => {
      authentication(members, {
        timeoutMs: answeredWithinMs(config.keycloak),
        tokens: parts.accessTokens,
        members: parts.members,
        group: config.adminsOnly ? config.keycloak.adminsGroup : undefined,
        onSeen: parts.onSeen,
      });
      await members.register(meRoutes, { config });
      const limit = await memberLimits(members, {
        redis: app.redis,
        nameSpace: parts.keys.rateLimit,
      });
      await members.register(inviteRoutes, { invites: parts.invites, limit });
      await members.register(joinRoutes, {
        joins: parts.joins,
        mails: config.mail !== undefined,
      });
      await members.register(treeRoutes, { tree: parts.tree, clock: parts.clock });
      await members.register(inviteMailRoutes, {
        ...{ mails: parts.inviteMails, limit, secret: config.secrets[0] },
      });
    },
    { prefix: '/api/v1' },
  );

  app.addHook('onReady', async () => parts.start());
  let ending: Promise<void> | undefined;
  app.addHook('preClose', async () => {
    ending = parts.stop();
  });
  // Requests come first: what goes on in the background is waited for when they have ended.
  app.addHook('onClose', () => ending);
  return app;
}
