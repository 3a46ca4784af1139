import { once } from 'node:events';
import { connect } from 'node:net';
import type { Problem } from '@portal/shared';
import { afterAll, describe, expect, test } from 'vitest';
import { startPortal } from '../support/portal.ts';
import { makeInvite, signUpBody } from '../support/sign-ups.ts';

const portal = await startPortal();
const { api, realm } = portal;
const ada = await realm.member('ada');
const token = await ada.token();
afterAll(() => portal.stop());

/** The body of a lookup, which is for anyone, sent as a test wants it. */
async function send(body: string | Uint8Array<ArrayBuffer>, contentType: string) {
  const response = await fetch(`${portal.url}/api/v1/invites/lookup`, {
    method: 'POST',
    headers: { 'content-type': contentType },
    body,
  });
  return { status: response.status, headers: response.headers, body: await problemOf(response) };
}

async function problemOf(response: Response): Promise<Problem> {
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  const problem: Problem = JSON.parse(await response.text());
  return problem;
}

/** What the server answers to these bytes, however wrong they are. */
async function sendRaw(bytes: string): Promise<string> {
  const socket = connect(Number(new URL(portal.url).port), '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // It may answer and close before it has read all.
  socket.on('error', () => socket.destroy());
  socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

describe('a problem', () => {
  test('has a code for programs and a title for people', async () => {
    const { status, headers, body } = await api.get('/nowhere');
    expect(status).toBe(404);
    expect(headers.get('content-type')).toMatch('application/problem+json');
    expect(body).toEqual({
      type: `${portal.config.publicUrl}/api/problems/not-found`,
      title: 'There is nothing here.',
      status: 404,
      code: 'not-found',
    });
  });

  test.each([
    ['GET', '/nowhere'],
    ['PUT', '/invites'],
    ['DELETE', '/me'],
    ['GET', '/invites/lookup/more'],
    ['GET', '/api/openapi.yaml'],
    ['OPTIONS', '/invites'],
  ])('%s %s is a 404', async (method, path) => {
    const { status, body } = await api.ask(method, path, { token });
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'not-found' });
  });
});

describe('a body', () => {
  const whole = JSON.stringify({ token: 'x' });

  test.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
  ])('is JSON as %s', async (type) => {
    expect(await send(whole, type)).toMatchObject({
      status: 404,
      body: { code: 'invite-unknown' },
    });
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
    'application/json-patch+json',
    'application/xml',
    'text/json',
    'json',
    'application/json, text/plain',
    'text/plain; application/json',
    'application/json\tx',
  ])('is none as %s', async (type) => {
    const { status, body } = await send(whole, type);
    expect([
      { status: 415, code: 'unsupported-media-type' },
      { status: 400, code: 'invalid-input' },
    ]).toContainEqual({ status, code: body.code });
  });

  test.each([
    '{',
    '{"token": "x",}',
    "{'token': 'x'}",
    '{"token": "x"} {}',
    '[',
    'x',
    'undefined',
    'NaN',
    ' ',
    '\0',
    '\ufeff',
    '{"token": "x", "__proto__": {"admin": true}}',
    '{"token": "x", "constructor": {"prototype": {"admin": true}}}',
    `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  ])('that is malformed is a 400: %.40s', async (body) => {
    const answer = await send(body, 'application/json');
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-input' } });
  });

  test('that is no UTF-8 is never an error of ours', async () => {
    const { status } = await send(new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), 'application/json');
    expect(status).toBe(400);
  });

  test('that is too large is a 413', async () => {
    const { status, body } = await send(`{"token": "${'x'.repeat(300_000)}"}`, 'application/json');
    expect({ status, code: body.code }).toEqual({ status: 413, code: 'too-large' });
  });

  test('that is missing is a 400', async () => {
    const response = await fetch(`${portal.url}/api/v1/invites/lookup`, { method: 'POST' });
    expect(response.status).toBe(400);
    expect(await problemOf(response)).toMatchObject({ code: 'invalid-input' });
  });
});

describe('what isn’t even an address, or HTTP', () => {
  test.each(['/api/v1/invites/%', '/%E0%A4%A', '/api/v1/invites/%c0%ae%c0%ae'])(
    'is answered as a problem: %s',
    async (path) => {
      const response = await fetch(`${portal.url}${path}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect([400, 404]).toContain(response.status);
      expect(await problemOf(response)).toHaveProperty('code');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    },
  );

  test('is a 431 where the headers are too much', async () => {
    const answer = await sendRaw(
      `GET /api/v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${'x'.repeat(70_000)}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer).toMatch('content-type: application/problem+json');
    expect(answer).toMatch('x-content-type-options: nosniff');
    const body: Problem = JSON.parse(answer.slice(answer.indexOf('{')));
    expect(body).toMatchObject({ status: 431, code: 'too-large' });
  });

  test('but a token of some hundred groups is not', async () => {
    const { status } = await api.get('/me', { token: 'x'.repeat(60_000) });
    expect(status).toBe(401);
  });

  test('is a 400 where it is no HTTP', async () => {
    const answer = await sendRaw('HELO portal\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({ code: 'invalid-input' });
  });
});

describe('every answer', () => {
  test.each([
    ['GET', '/config', 200],
    ['HEAD', '/config', 200],
    ['GET', '/nowhere', 404],
    ['GET', '/me', 401],
    ['POST', '/invites/lookup', 400],
    ['OPTIONS', '/config', 404],
    ['GET', '/healthz', 200],
    ['GET', '/api/openapi.json', 200],
  ])('has the headers that keep a browser safe: %s %s', async (method, path, expected) => {
    const { status, headers } = await api.ask(method, path, {
      headers: { origin: 'https://evil.example' },
    });
    expect(status).toBe(expected);
    expect(headers.get('content-security-policy')).toMatch("default-src 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
  });
});

describe('what goes wrong on our side says nothing of our insides', () => {
  const INSIDES =
    /redis|keycloak\b.*(http|\d)|ECONN|127\.0\.0\.1|localhost:(?!8000)|WRONGTYPE|JSON|stack|node:/i;

  test('where what is kept can’t be read', async () => {
    const { id } = await makeInvite(api, ada);
    await portal.redis.hset(portal.keys.invite(id), 'data', '{broken');
    const { status, body } = await api.get(`/invites/${id}`, { token });
    expect({ status, code: body.code }).toEqual({ status: 500, code: 'failed' });
    expect(JSON.stringify(body)).not.toMatch(INSIDES);
    await portal.redis.set(portal.keys.invite(id), 'broken');
    expect(JSON.stringify((await api.get(`/invites/${id}`, { token })).body)).not.toMatch(INSIDES);
  });

  test('where Keycloak is away', async () => {
    const away = await startPortal({
      realm,
      environment: { KEYCLOAK_INTERNAL_URL: 'http://127.0.0.1:9', KEYCLOAK_TIMEOUT: '1000' },
    });
    const link = await makeInvite(api, ada);
    const { status, headers, body } = await away.api.post<Problem>(
      '/registrations',
      signUpBody(link),
    );
    await away.stop();
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'keycloak-away' });
    expect(headers.get('retry-after')).toBe(String(body.params?.retryAfter));
    expect(JSON.stringify({ ...body, code: '', type: '' })).not.toMatch(INSIDES);
  });
});
