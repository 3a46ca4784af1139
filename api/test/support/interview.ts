import { randomBytes } from 'node:crypto';
import type { Invite, Page } from '@portal/shared';
import { randomName } from './portal.ts';
import type { TestMember } from './realm.ts';
import { cookieOf, ORIGIN } from './sign-up-cookie.ts';
import { type MadeInvite, signUpBody } from './sign-ups.ts';

/** A secret that is known again wherever it turns up. */
export const canary = (name: string): string => `${name}-${randomBytes(12).toString('base64url')}`;

/** What people type who sign up, in a realm that wants a digit. */
export const PASSWORDS = {
  'the password': canary('Password 1 ä'),
  'a password that was refused': canary('no digit').replaceAll(/\d/g, 'x'),
  'a password of a sign-up without an outcome': canary('Password 2 ä'),
  'a password that was too long': canary('Password 3').padEnd(4001, 'y'),
};
const PASSWORD = PASSWORDS['the password'];
const WEAK = PASSWORDS['a password that was refused'];
const UNKNOWN = PASSWORDS['a password of a sign-up without an outcome'];
const LONG = PASSWORDS['a password that was too long'];
export const KEY = canary('idempotency-key');

/** What the API has answered, and to what. */
export interface Told {
  asked: string;
  status: number;
  headers: [string, string][];
  body: string;
}

interface Asking {
  token?: string;
  cookie?: string;
  headers?: Record<string, string>;
  body?: string | object;
}

export type Interview = Awaited<ReturnType<typeof openInterview>>;

/**
 * Asks an API everything that it answers, in the right and in many wrong ways, with secrets wherever they could be.
 *
 * @param url of its process.
 * @param ada a member; asks by her, and by whoever signs up by a link of hers.
 * @param letMailsGo does away with the minute between two mails to somebody.
 */
export async function openInterview(given: {
  url: string;
  ada: TestMember;
  letMailsGo: () => Promise<unknown>;
}) {
  const { url, ada, letMailsGo } = given;
  const told: Told[] = [];
  const link: MadeInvite = { id: '', token: '' };
  const bearer = await ada.token();
  let cookie = '';

  async function ask(method: string, path: string, asking: Asking = {}): Promise<Told> {
    const { token, headers, body } = asking;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(asking.cookie !== undefined && { cookie: asking.cookie, origin: ORIGIN }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        // As a page would that has put a token into its own address.
        referer: `${ORIGIN}/join?token=${link.token}&access_token=${bearer}`,
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const answer = {
      asked: `${method} ${path}`,
      status: response.status,
      headers: [...response.headers],
      body: await response.text(),
    };
    told.push(answer);
    return answer;
  }

  const signUp = (more: object = {}, asking: Asking = {}) =>
    ask('POST', '/api/v1/registrations', {
      ...asking,
      body: signUpBody(link, { password: PASSWORD, ...more }),
    });

  /** Each route in the right way, by its method and its path in the document. */
  const right: Record<string, () => Promise<Told>> = {
    'get /healthz': () => ask('GET', '/healthz'),
    'get /readyz': () => ask('GET', '/readyz'),
    'get /api/v1/config': () => ask('GET', '/api/v1/config'),
    'post /api/v1/invites/lookup': () =>
      ask('POST', '/api/v1/invites/lookup', { body: { token: link.token } }),
    'post /api/v1/registrations': async () => {
      const made = await signUp({}, { headers: { 'idempotency-key': KEY } });
      cookie = cookieOf({ headers: new Headers(made.headers) }) || cookie;
      return made;
    },
    'get /api/v1/registrations/current': () =>
      ask('GET', '/api/v1/registrations/current', { cookie }),
    'patch /api/v1/registrations/current': () =>
      ask('PATCH', '/api/v1/registrations/current', {
        cookie,
        body: { email: `${randomName('mended')}@example.org` },
      }),
    'post /api/v1/registrations/current/verification-email': async () => {
      await letMailsGo();
      return ask('POST', '/api/v1/registrations/current/verification-email', { cookie });
    },
    'get /api/v1/look.css': () => ask('GET', '/api/v1/look.css'),
    'get /api/v1/look/{part}': () => ask('GET', '/api/v1/look/logo'),
    'get /api/v1/pages/{slug}': () => ask('GET', '/api/v1/pages/welcome'),
    'get /api/v1/me': () => ask('GET', '/api/v1/me', { token: bearer }),
    'get /api/v1/invites': () => ask('GET', '/api/v1/invites', { token: bearer }),
    'post /api/v1/invites': () => ask('POST', '/api/v1/invites', { token: bearer, body: {} }),
    'get /api/v1/invites/{id}': () => ask('GET', `/api/v1/invites/${link.id}`, { token: bearer }),
    'patch /api/v1/invites/{id}': () =>
      ask('PATCH', `/api/v1/invites/${link.id}`, { token: bearer, body: { label: 'Looms' } }),
    'get /api/v1/invites/{id}/registrations': () =>
      ask('GET', `/api/v1/invites/${link.id}/registrations`, { token: bearer }),
    'get /api/v1/tree': () => ask('GET', '/api/v1/tree', { token: bearer }),
    'get /api/v1/sign-ups': () => ask('GET', '/api/v1/sign-ups', { token: bearer }),
    'get /api/v1/joins': () => ask('GET', '/api/v1/joins', { token: bearer }),
    'post /api/v1/joins/seen': () =>
      ask('POST', '/api/v1/joins/seen', { token: bearer, body: { until: '2026-01-01T00:00:00Z' } }),
    'put /api/v1/joins/mails': () =>
      ask('PUT', '/api/v1/joins/mails', { token: bearer, body: { wanted: false, language: 'en' } }),
    'post /api/v1/invites/{id}/mail': () =>
      ask('POST', `/api/v1/invites/${link.id}/mail`, {
        token: bearer,
        body: { email: `${randomName('mailed')}@example.org`, language: 'en' },
      }),
    'delete /api/v1/invites/{id}': async () => {
      const list = await ask('GET', '/api/v1/invites?limit=1', { token: bearer });
      const { items }: Page<Invite> = JSON.parse(list.body);
      return ask('DELETE', `/api/v1/invites/${items[0]?.id}`, { token: bearer });
    },
  };

  /** The same routes with secrets where they don't belong, or as they are not. */
  async function wrongWays(): Promise<void> {
    const [method, path] = ['POST', '/api/v1/registrations'];
    const whole = signUpBody(link, { password: PASSWORD });
    await signUp({ password: WEAK });
    await signUp({ password: LONG });
    await signUp({ password: [PASSWORD] });
    await signUp({ email: 'ada@example.org' });
    await signUp({ email: `${PASSWORD}` });
    await signUp({ token: `${link.token}x` });
    await signUp({ token: link.token.slice(0, -1), enabled: true });
    await signUp({ username: 'other' }, { headers: { 'idempotency-key': KEY } });
    await ask(method, path, { body: JSON.stringify(whole).slice(0, -1) });
    await ask(method, path, { body: `${JSON.stringify(whole)}${JSON.stringify(whole)}` });
    await ask(method, path, { body: { ...whole, firstName: 'x'.repeat(100_000) } });
    await ask(method, path, { body: whole, headers: { 'content-type': 'text/plain' } });
    await ask(method, path, { body: whole, token: `${bearer}x`, cookie: `${cookie}x` });
    await ask('POST', `/api/v1/invites/lookup?token=${link.token}`, {
      body: { token: link.token },
    });

    const tokens = [
      `${bearer}x`,
      bearer.slice(0, -1),
      link.token,
      cookie.split('=')[1] ?? '',
      PASSWORD,
    ];
    for (const token of tokens)
      await ask('GET', '/api/v1/me', { token: encodeURIComponent(token) });
    for (const secret of [link.token, bearer]) {
      for (const wrong of ['', '/', '/registrations', '%00', '/../../me'])
        await ask('GET', `/api/v1/invites/${secret}${wrong}`, { token: bearer });
      await ask('GET', `/${secret}`);
      await ask('GET', `/api/v1/config?password=${encodeURIComponent(PASSWORD)}&token=${secret}`);
      await ask('GET', `/join/${secret}?${secret}`);
      await ask('GET', `/api/v1/me?access_token=${secret}`, {
        headers: { 'x-request-id': secret },
      });
      await ask('GET', '/api/v1/invites', {
        token: bearer,
        headers: { 'x-forwarded-for': secret },
      });
      await ask('GET', `/api/v1/invites?cursor=${encodeURIComponent(secret)}`, { token: bearer });
      await ask('GET', `/api/v1/%${secret}`);
    }
    await ask('GET', '/api/v1/me', { token: `${bearer}${'x'.repeat(70_000)}` });
    await ask('GET', '/api/v1/registrations/current', { cookie: `${cookie}x` });
    await ask('GET', '/api/v1/registrations/current', {
      headers: { cookie, origin: 'https://evil.example' },
    });
    await ask('PATCH', '/api/v1/registrations/current', { cookie, body: { email: PASSWORD } });
    await ask('PATCH', '/api/v1/registrations/current', {
      ...{ cookie, body: { email: 'ada@example.org' } },
    });
    await ask('POST', '/api/v1/registrations/current/verification-email', { cookie });
    await ask('POST', '/api/v1/invites', { token: bearer, body: { maxUses: PASSWORD } });
  }

  /** Each route again, whatever comes of it, and a sign-up that nobody knows the outcome of. */
  async function everythingAgain(): Promise<void> {
    for (const route of Object.values(right)) await route().catch(() => undefined);
    await signUp({ password: UNKNOWN });
    // A token that the API hasn’t seen yet; a realm that is disabled gives none.
    await ask('GET', '/api/v1/me', { token: await ada.token().catch(() => bearer) });
  }

  const made = await ask('POST', '/api/v1/invites', { token: bearer, body: { maxUses: null } });
  const invite: Invite = JSON.parse(made.body);
  Object.assign(link, { id: invite.id, token: invite.url?.split('#')[1] ?? '' });
  return {
    ...{ told, link, bearer, ask, signUp, right, wrongWays, everythingAgain },
    signUpWeakly: () => signUp({ password: WEAK }),
    cookie: () => cookie,
  };
}
