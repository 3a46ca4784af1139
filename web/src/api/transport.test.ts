import { expect, test, vi } from 'vitest';
import { ApiError } from './problem.ts';
import { type Credentials, createTransport } from './transport.ts';

const BASE = new URL('https://portal.example/prefix/api/v1/');

type Answer = { status: number; body?: unknown; text?: string };

/** Answers in turn, as a server would; keeps what was asked. */
function server(...answers: (Answer | 'cut')[]) {
  const asked: { url: string; init: RequestInit }[] = [];
  vi.stubGlobal('fetch', async (url: URL, init: RequestInit) => {
    asked.push({ url: String(url), init });
    const answer = answers[asked.length - 1];
    if (!answer || answer === 'cut') throw new TypeError('network');
    const text = answer.text ?? (answer.body === undefined ? '' : JSON.stringify(answer.body));
    return new Response(answer.status === 204 ? null : text, { status: answer.status });
  });
  return asked;
}

const problem = (code: string, status: number) => ({
  status,
  body: { type: 'x', title: code, status, code },
});

const refusal = async (call: Promise<unknown>) => {
  const error = await call.catch((thrown: unknown) => thrown);
  if (!(error instanceof ApiError)) throw new Error('No ApiError was thrown.');
  return error.problem;
};

test('finds the API under the page’s own address and sends JSON', async () => {
  const asked = server({ status: 201, body: { id: '1' } });
  const send = createTransport(BASE);
  expect(
    await send('POST', 'invites', { body: { label: 'x' }, query: { a: 'ü', b: undefined } }),
  ).toEqual({ id: '1' });
  expect(asked[0]?.url).toBe('https://portal.example/prefix/api/v1/invites?a=%C3%BC');
  expect(asked[0]?.init.headers).toMatchObject({ 'content-type': 'application/json' });
  expect(asked[0]?.init.credentials).toBe('same-origin');
  expect(asked[0]?.init.headers).not.toHaveProperty('authorization');
});

test('a delete without an answer is no failure, and names no content type', async () => {
  const asked = server({ status: 204 });
  expect(await createTransport(BASE)('DELETE', 'invites/1')).toBeUndefined();
  expect(asked[0]?.init.headers).not.toHaveProperty('content-type');
});

test('throws the problem that the API names', async () => {
  server(problem('invite-expired', 410));
  expect(await refusal(createTransport(BASE)('GET', 'x'))).toMatchObject({
    code: 'invite-expired',
    status: 410,
  });
});

test.each<[string, Answer | 'cut', number]>([
  ['a cut line', 'cut', 0],
  ['a proxy’s page', { status: 502, text: '<h1>Bad gateway</h1>' }, 502],
  ['a proxy that speaks as the API does', problem('failed', 503), 503],
  ['a hotel’s sign-in page', { status: 200, text: '<html>' }, 200],
])('%s is “unreachable”', async (_, answer, status) => {
  server(answer);
  expect(await refusal(createTransport(BASE)('GET', 'x'))).toMatchObject({
    code: 'unreachable',
    status,
  });
});

/** A member whose first token the API may refuse. */
function member(tokens: string[]) {
  const ended = vi.fn();
  const who: Credentials = {
    token: async () => tokens[0] ?? '',
    replace: async () => tokens[1] ?? tokens[0] ?? '',
    end: ended,
  };
  return { who, ended };
}

test('a refused token is replaced once and the request sent again', async () => {
  const asked = server(problem('not-signed-in', 401), { status: 200, body: 'ok' });
  const { who, ended } = member(['old', 'new']);
  expect(await createTransport(BASE, who)('GET', 'me')).toBe('ok');
  expect(asked.map(({ init }) => Reflect.get(init.headers ?? {}, 'authorization'))).toEqual([
    'Bearer old',
    'Bearer new',
  ]);
  expect(ended).not.toHaveBeenCalled();
});

test('a second refusal ends the session, without a third request', async () => {
  const asked = server(problem('not-signed-in', 401), problem('not-signed-in', 401));
  const { who, ended } = member(['old', 'new']);
  expect(await refusal(createTransport(BASE, who)('GET', 'me'))).toMatchObject({
    code: 'not-signed-in',
  });
  expect(asked).toHaveLength(2);
  expect(ended).toHaveBeenCalledOnce();
});

test('where there is no better token, nothing is sent again', async () => {
  const asked = server(problem('not-signed-in', 401));
  const { who, ended } = member(['only']);
  await refusal(createTransport(BASE, who)('GET', 'me'));
  expect(asked).toHaveLength(1);
  expect(ended).toHaveBeenCalledOnce();
});
