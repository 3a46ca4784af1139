import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { addressOf } from './listen.ts';

/** A request as a server got it, and what it answered. */
export interface Recorded {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
  answer: string;
}

export type RecordingProxy = Awaited<ReturnType<typeof startRecordingProxy>>;

/** Between the API and a server: hands on every request as it is, and keeps all of it; can be as if it were away. */
export async function startRecordingProxy(target: string) {
  const requests: Recorded[] = [];
  let away = false;

  const server = createServer((asked, answering) => {
    void handle(asked, answering).catch(() => answering.destroy());
  });

  async function handle(asked: IncomingMessage, answering: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = asked;
    const recorded = { method, url, headers, body: await whole(asked), answer: '' };
    requests.push(recorded);
    if (away) return void answering.destroy();
    const { host: _host, ...others } = headers;
    const sent = request(new URL(url, target), { method, headers: others }).end(recorded.body);
    const [answer]: [IncomingMessage] = (await once(sent, 'response')) as [IncomingMessage];
    recorded.answer = await whole(answer);
    answering.writeHead(answer.statusCode ?? 502, answer.headers).end(recorded.answer);
  }

  const { url, close } = await addressOf(server);
  return {
    url,
    requests: requests as readonly Recorded[],
    /** From now on it cuts every connection, or does so no longer. */
    cut(cuts: boolean): void {
      away = cuts;
      if (cuts) server.closeAllConnections();
    },
    async stop(): Promise<void> {
      server.closeAllConnections();
      await close();
    },
  };
}

async function whole(stream: IncomingMessage): Promise<string> {
  return Buffer.concat(await stream.toArray()).toString();
}
