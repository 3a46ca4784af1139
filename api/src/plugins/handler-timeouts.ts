import type { FastifyInstance } from 'fastify';

/**
 * Every route answers within a time, its `onTimeout` where it doesn't; save those that say that all they wait for has an
 * end of its own. Fastify's clock costs a quick request a tenth of its time.
 */
export function handlerTimeouts(app: FastifyInstance, milliseconds: number): void {
  app.addHook('onRoute', (route) => {
    if (!route.config?.endsByItself) route.handlerTimeout ??= milliseconds;
  });
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of Keycloak it asks only what is remembered, within a time (`within`), and else it asks Redis alone. */
    endsByItself?: boolean;
  }
}
