import { Server } from 'node:net';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** How long connections that are in use have to be told that they end; longer than the pause between two requests. */
const FAREWELL_MS = 1_000;

/**
 * Lets callers go before the listener closes: from `app.leave()` on, each answer says `connection: close` (RFC 9112,
 * section 9.6) and `/readyz` says no. Closed without a word, a connection may be one that a request is just on its way by.
 */
export function stopping(app: FastifyInstance): void {
  let leaving = false;

  app.decorate('isLeaving', () => leaving);
  app.decorate('leave', async () => {
    leaving = true;
    await wait(FAREWELL_MS);
    // The listener by itself, when all who queued at it have just been let in: closing the app takes some milliseconds,
    // and whoever comes in these would be cut off.
    await nextTurn();
    Server.prototype.close.call(app.server);
  });
  // At its end: an answer that was begun before then is the last on its connection, too.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (leaving) reply.header('connection', 'close');
    done();
  });
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether this process is about to stop. */
    isLeaving(): boolean;
    /** Says so to everybody who asks from now on. Settles when there was time for that, and the app may be closed. */
    leave(): Promise<void>;
  }
}
