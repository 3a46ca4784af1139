/** An answer, read whole. */
export interface Answer<Body = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: Body;
}

export interface Asked {
  token?: string | undefined;
  body?: unknown;
  headers?: Record<string, string>;
}

export type Client = ReturnType<typeof createClient>;

/** What has no version. */
const OUTSIDE = /^\/(api\/|healthz|readyz)/;

/** Asks the API as a script does: real HTTP, nothing known of its insides. Paths are below `/api/v1`. */
export function createClient(url: string) {
  async function ask<Body = Record<string, unknown>>(
    method: string,
    path: string,
    { token, body, headers }: Asked = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(`${url}${OUTSIDE.test(path) ? '' : '/api/v1'}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }
  return {
    ask,
    get: <Body = Record<string, unknown>>(path: string, asked?: Asked) =>
      ask<Body>('GET', path, asked),
    post: <Body = Record<string, unknown>>(path: string, body: unknown, asked?: Asked) =>
      ask<Body>('POST', path, { ...asked, body }),
    patch: <Body = Record<string, unknown>>(path: string, body: unknown, asked?: Asked) =>
      ask<Body>('PATCH', path, { ...asked, body }),
    delete: (path: string, asked?: Asked) => ask('DELETE', path, asked),
  };
}
