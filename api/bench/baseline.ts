import Fastify from 'fastify';
import { loadConfig } from '../src/config.ts';
import { createGateway, type NewAccount, PORTAL_ATTRIBUTES } from '../src/keycloak/gateway.ts';
import { logging } from '../src/plugins/logging.ts';
import { createRedis } from '../src/redis/connection.ts';

/**
 * What ours is measured against, in a process of the same kind: Fastify with our logger and nothing else; with one call
 * to Redis by our connection, asked by GET and by a POST of JSON; with the same account made by the admin API alone.
 */
const config = loadConfig(process.env);
const app = Fastify({ logger: logging(config.server.logLevel) });
const redis = createRedis(config.redis);
await redis.connect();
const gateway = createGateway(config.keycloak);

app.get('/bare', () => ({ status: 'ok' }));
app.get('/redis', async () => ({ value: await redis.get('bench') }));
app.post('/redis', async () => ({ value: await redis.get('bench') }));
app.post<{ Body: NewAccount }>('/direct', async (request, reply) => {
  const id = await gateway.createAccount({
    ...request.body,
    attributes: {
      [PORTAL_ATTRIBUTES.registration]: ['0'],
      [PORTAL_ATTRIBUTES.invite]: ['0'],
      [PORTAL_ATTRIBUTES.invitedBy]: ['0'],
    },
    groups: [],
    requiredActions: [],
  });
  await gateway.sendVerificationMail(id, `${config.publicUrl}/signed-in`);
  return reply.code(201).send({ id });
});
app.addHook('onClose', async () => redis.disconnect());
process.once('SIGTERM', () => void app.close());
await app.listen({ host: config.server.host, port: config.server.port });
