import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createHolds } from './holds.ts';
import { addressOf } from './listen.ts';

/** What was asked of Keycloak. */
export interface KeycloakCall {
  method: string;
  path: string;
  body: string;
  /** When it came, by `performance.now()`. */
  at: number;
}

export type KeycloakProxy = Awaited<ReturnType<typeof startKeycloakProxy>>;

/** Between the API and Keycloak: hands on every call as it is, and can keep one back. */
export async function startKeycloakProxy(keycloakUrl: string) {
  const holds = createHolds<KeycloakCall>();
  const calls: KeycloakCall[] = [];
  /** Ids of accounts that were made through here, by the invite that they came from. */
  const made = new Map<string, string>();

  const server = createServer((asked, answering) => {
    void handle(asked, answering).catch(() => answering.destroy());
  });

  async function handle(asked: IncomingMessage, answering: ServerResponse): Promise<void> {
    const body = await whole(asked);
    const call: KeycloakCall = {
      method: asked.method ?? '',
      path: asked.url ?? '',
      body: body.toString(),
      at: performance.now(),
    };
    calls.push(call);
    const before = holds.take('before', call);
    before?.reach();
    if ((await before?.outcome) === 'drop') return void answering.destroy();

    const { answer, answered } = await handOn(asked, body);
    if (isNewAccount(call) && answer.statusCode === 201)
      made.set(inviteOf(call), String(answer.headers.location).split('/').pop() ?? '');
    const after = holds.take('after', call);
    after?.reach();
    if ((await after?.outcome) === 'drop') return void answering.destroy();
    answering.writeHead(answer.statusCode ?? 502, answer.headers).end(answered);
  }

  async function handOn(asked: IncomingMessage, body: Buffer) {
    const target = new URL(asked.url ?? '/', keycloakUrl);
    const { host: _host, ...headers } = asked.headers;
    const sent = request(target, { method: asked.method, headers }).end(body);
    const [answer]: [IncomingMessage] = (await once(sent, 'response')) as [IncomingMessage];
    return { answer, answered: await whole(answer) };
  }

  const { url, close } = await addressOf(server);
  return {
    url,
    calls,
    made,
    hold: holds.hold,
    async stop(): Promise<void> {
      server.closeAllConnections();
      await close();
    },
  };
}

export const isNewAccount = ({ method, path }: KeycloakCall): boolean =>
  method === 'POST' && /\/users\/?$/.test(path);

const inviteOf = ({ body }: KeycloakCall): string =>
  String(JSON.parse(body).attributes['portal.invite'][0]);

async function whole(stream: IncomingMessage): Promise<Buffer> {
  return Buffer.concat(await stream.toArray());
}
