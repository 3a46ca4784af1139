import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** One request of a load. */
export interface Ask {
  method: string;
  /** Of the server's, from its root. */
  path: string;
  token?: string | undefined;
  body?: unknown;
  headers?: Record<string, string>;
}

/** What became of it. */
export interface Outcome {
  ask: Ask;
  /** Undefined where no whole answer came. */
  status: number | undefined;
  body: string;
  contentType: string | undefined;
  /** Seconds. */
  retryAfter: number | undefined;
  /** Why no whole answer came: an error's code, or its message. */
  error: string | undefined;
  /** Whether it went over a connection that had served another before. */
  reused: boolean;
  /** Whether the answer said that it is the last on its connection. */
  last: boolean;
  startedAt: number;
  tookMs: number;
}

export type Load = ReturnType<typeof startLoad>;

/**
 * Asks again and again at a steady rate, over connections that each stay open between two requests, as a proxy in front
 * keeps them. A connection has its turn whether or not the others were answered.
 *
 * @param perSecond of all connections together.
 * @param next what to ask; called for each request.
 */
export function startLoad(
  url: string,
  perSecond: number,
  connections: number,
  next: () => Ask | Promise<Ask>,
) {
  const outcomes: Outcome[] = [];
  const everyMs = (1000 * connections) / perSecond;
  let going = true;

  async function connection(index: number): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await wait((everyMs * index) / connections);
    while (going) {
      const startedAt = performance.now();
      outcomes.push(await askOnce(url, agent, await next()));
      await wait(Math.max(0, startedAt + everyMs - performance.now()));
    }
    agent.destroy();
  }
  const running = Promise.all(Array.from({ length: connections }, (_, i) => connection(i)));

  return {
    outcomes,
    /** Settles when all that was asked is answered. */
    async stop(): Promise<Outcome[]> {
      going = false;
      await running;
      return outcomes;
    },
  };
}

/** Asks once, and waits for the whole answer or for the error in its place. */
export function askOnce(url: string, agent: Agent, ask: Ask): Promise<Outcome> {
  const startedAt = performance.now();
  const body = ask.body === undefined ? undefined : JSON.stringify(ask.body);
  const sent = request(new URL(ask.path, url), {
    agent,
    method: ask.method,
    headers: {
      ...(ask.token !== undefined && { authorization: `Bearer ${ask.token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...ask.headers,
    },
  });
  return new Promise((resolve) => {
    const settle = (how: Partial<Outcome>) =>
      resolve({
        ...{
          ask,
          status: undefined,
          body: '',
          contentType: undefined,
          retryAfter: undefined,
          error: undefined,
          last: false,
        },
        ...how,
        reused: sent.reusedSocket,
        startedAt,
        tookMs: performance.now() - startedAt,
      });
    const fail = (error: Error) => settle({ error: codeOf(error) });
    sent.on('error', fail);
    sent.on('response', (answer: IncomingMessage) => {
      answer.toArray().then((chunks) => {
        settle({
          status: answer.statusCode,
          body: Buffer.concat(chunks).toString(),
          contentType: answer.headers['content-type'],
          retryAfter: secondsOf(answer.headers['retry-after']),
          last: answer.headers.connection === 'close',
        });
      }, fail);
    });
    sent.end(body);
  });
}

const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : error.message;

const secondsOf = (header: string | undefined): number | undefined =>
  header === undefined ? undefined : Number(header);
