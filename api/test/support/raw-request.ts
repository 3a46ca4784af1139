import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';

export interface RawAnswer {
  status: number;
  contentType: string;
  body: Record<string, unknown>;
}

/** A request with its headers line by line, as `fetch` doesn't send them: a name may come twice. */
export async function rawRequest(
  url: string,
  method: string,
  headers: readonly (readonly [string, string])[],
  body = '',
): Promise<RawAnswer> {
  const own = [
    ['host', new URL(url).host],
    ['content-length', String(Buffer.byteLength(body))],
  ] as const;
  const sent = request(url, { method, agent: false, headers: [...own, ...headers].flat() });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const text = Buffer.concat(await answer.toArray()).toString();
  return {
    status: answer.statusCode ?? 0,
    contentType: answer.headers['content-type'] ?? '',
    body: text === '' ? {} : JSON.parse(text),
  };
}
