import { pageLanguage } from '../i18n/language.ts';
import { ApiError, type Problem, unreachable } from './problem.ts';

export interface Call {
  body?: object;
  query?: Record<string, string | undefined>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export type Send = <T>(method: string, path: string, call?: Call) => Promise<T>;

/** Who asks. `anyone` has none. */
export interface Credentials {
  /** A token that is good now; throws `ApiError` where there is none. */
  token(): Promise<string>;
  /** The API refused this one: another, or the same where there is no better. */
  replace(refused: string): Promise<string>;
  /** The API refused the new one too. */
  end(): void;
}

const TIMEOUT_MS = 30_000;

/**
 * The only place that calls the API. Knows where it is and who is asking; knows no route.
 *
 * @param baseUrl with a slash at its end.
 */
export function createTransport(baseUrl: URL, credentials?: Credentials): Send {
  async function attempt(method: string, path: string, call: Call, token?: string) {
    const url = new URL(path, baseUrl);
    for (const [name, value] of Object.entries(call.query ?? {}))
      if (value !== undefined) url.searchParams.set(name, value);
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    return fetch(url, {
      method,
      credentials: 'same-origin',
      signal: call.signal ? AbortSignal.any([call.signal, timeout]) : timeout,
      headers: {
        accept: 'application/json, application/problem+json',
        'accept-language': pageLanguage(),
        ...(token && { authorization: `Bearer ${token}` }),
        ...(call.body && { 'content-type': 'application/json' }),
        ...call.headers,
      },
      ...(call.body && { body: JSON.stringify(call.body) }),
    }).catch(() => {
      throw unreachable();
    });
  }

  async function asMember(method: string, path: string, call: Call, who: Credentials) {
    const token = await who.token();
    const response = await attempt(method, path, call, token);
    if (response.status !== 401) return response;
    const better = await who.replace(token);
    const second = better === token ? response : await attempt(method, path, call, better);
    if (second.status === 401) who.end();
    return second;
  }

  return async <T>(method: string, path: string, call: Call = {}): Promise<T> => {
    const response = credentials
      ? await asMember(method, path, call, credentials)
      : await attempt(method, path, call);
    return read<T>(response);
  };
}

async function read<T>(response: Response): Promise<T> {
  const text = await response.text().catch(() => {
    throw unreachable(response.status);
  });
  const answer = parse(text);
  if (!response.ok) {
    if (isProblem(answer) && !isProxys(answer)) throw new ApiError(answer);
    // A proxy in between spoke, not the API.
    throw unreachable(response.status);
  }
  // A page in place of JSON: some hotel's own sign-in, or a proxy set up wrong.
  if (text !== '' && answer === undefined) throw unreachable(response.status);
  return answer as T;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Where the API gives no answer, what stands in front of it answers in its form; the API itself says more than `failed` by these. */
function isProxys({ code, status }: Problem): boolean {
  return code === 'failed' && [502, 503, 504].includes(status);
}

function isProblem(value: unknown): value is Problem {
  return (
    typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string'
  );
}
