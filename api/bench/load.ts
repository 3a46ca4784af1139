import { randomBytes } from 'node:crypto';
import autocannon from 'autocannon';

export interface Load {
  url: string;
  method?: 'GET' | 'POST';
  token?: string;
  /** Sent in turns. */
  bodies?: object[];
}

const CONNECTIONS = 40;

/** Requests a second that are answered well. @throws Error where any isn't. */
export async function requestsPerSecond(load: Load, seconds: number): Promise<number> {
  const { url, method = 'GET', token, bodies } = load;
  const headers = {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(bodies && { 'content-type': 'application/json' }),
  };
  const { pathname, search } = new URL(url);
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: seconds,
    requests: (bodies ?? [undefined]).map((body) => ({
      method,
      path: `${pathname}${search}`,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    })),
  });
  if (result.errors > 0 || result.non2xx > 0)
    throw new Error(`${url}: ${result.errors} errors, ${result.non2xx} refusals`);
  return result.requests.average;
}

/** Accounts a second, so many made at a time. `body` gives what one request sends, for a name that is new. */
export async function accountsPerSecond(
  url: string,
  count: number,
  concurrency: number,
  body: (name: string) => object,
): Promise<number> {
  let left = count;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (left-- > 0) await post(url, body(`b${randomBytes(6).toString('hex')}`));
    }),
  );
  return count / ((performance.now() - started) / 1000);
}

/** @throws Error where the answer isn't 201. */
export async function post<Body>(url: string, body: object, token?: string): Promise<Body> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (response.status !== 201) throw new Error(`${url}: ${response.status} ${text}`);
  return JSON.parse(text);
}
