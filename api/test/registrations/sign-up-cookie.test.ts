import type { Problem } from '@portal/shared';
import { SignJWT } from 'jose';
import { afterAll, describe, expect, test } from 'vitest';
import { deriveKey } from '../../src/secrets.ts';
import { startPortal } from '../support/portal.ts';
import { cookieOf, holderOf, ORIGIN } from '../support/sign-up-cookie.ts';
import { makeInvite, signUpBody } from '../support/sign-ups.ts';

const DAY_S = 86_400;
const portal = await startPortal();
const { api, realm } = portal;
const link = await makeInvite(api, await realm.member('ada'), { maxUses: null });
afterAll(() => portal.stop());

const signUp = (through = portal) => through.api.post('/registrations', signUpBody(link));
const current = (cookie: string, through = portal) =>
  through.api.get<Problem>('/registrations/current', { headers: { cookie } });
const attributesOf = (headers: Headers) => headers.get('set-cookie')?.split('; ').slice(1) ?? [];

const first = await signUp();
const cookie = cookieOf(first);
const holder = holderOf(cookie);

describe('the cookie', () => {
  test('is for the browser alone, for this site alone, for a day', () => {
    expect(cookie).toMatch(/^portal-sign-up=/);
    expect(attributesOf(first.headers).sort()).toEqual([
      'HttpOnly',
      `Max-Age=${DAY_S}`,
      'Path=/',
      'SameSite=Strict',
    ]);
    expect(holder.exp - holder.iat).toBe(DAY_S);
    expect(Math.abs(holder.iat - Date.now() / 1000)).toBeLessThan(30);
  });

  test('is bound to its host, and travels encrypted, where the portal does', async () => {
    const secure = await startPortal({
      realm,
      environment: { PUBLIC_URL: 'https://portal.example.org/door' },
    });
    const answer = await signUp(secure);
    expect(cookieOf(answer)).toMatch(/^__Host-portal-sign-up=/);
    expect(attributesOf(answer.headers)).toEqual(expect.arrayContaining(['Secure', 'Path=/']));
    expect(attributesOf(answer.headers).join()).not.toMatch('Domain');
    expect((await current(cookieOf(answer), secure)).status).toBe(200);
    expect((await current(cookieOf(answer).replace('__Host-', ''), secure)).status).toBe(404);
    await secure.stop();
  });

  test('opens that sign-up', async () => {
    const { status, body } = await current(cookie);
    expect(status).toBe(200);
    expect(body).toMatchObject({ firstName: 'Grace' });
  });

  test('opens it also after the secret changed, as long as the older one is listed', async () => {
    const renewed = await startPortal({
      realm,
      environment: { APP_SECRET_KEY: `${'n'.repeat(32)},${realm.portalSecret}` },
    });
    expect((await current(cookie, renewed)).status).toBe(200);
    await renewed.stop();
    const replaced = await startPortal({ realm, environment: { APP_SECRET_KEY: 'n'.repeat(32) } });
    expect((await current(cookie, replaced)).status).toBe(404);
    await replaced.stop();
  });
});

describe('nothing else opens it', () => {
  const key = deriveKey(realm.portalSecret, 'sign-up cookie');
  const { user, invite, registration } = holder;
  const claims = { invite, registration };
  const forge = (with_: {
    key?: Uint8Array;
    algorithm?: string;
    expires?: string;
    subject?: string;
    claims?: Record<string, unknown>;
  }) => {
    const jwt = new SignJWT({ ...claims, ...with_.claims })
      .setProtectedHeader({ alg: with_.algorithm ?? 'HS256' })
      .setSubject(with_.subject ?? user)
      .setIssuedAt();
    if (with_.expires !== '') jwt.setExpirationTime(with_.expires ?? '1h');
    return jwt.sign(with_.key ?? key);
  };
  const unsigned = () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg: 'none' })}.${part({ ...claims, sub: user, exp: 4e9 })}.`;
  };
  const invitation = deriveKey(realm.portalSecret, 'invite token').export();

  test('but one that is made as ours are', async () => {
    expect((await current(`portal-sign-up=${await forge({})}`)).status).toBe(200);
  });

  test.each([
    ['none', async () => ''],
    ['nonsense', async () => 'x.y.z'],
    ['one without a signature', async () => unsigned()],
    ['one of another key', () => forge({ key: new Uint8Array(32) })],
    ['one of the key for links', () => forge({ key: invitation })],
    ['one of another algorithm', () => forge({ algorithm: 'HS512' })],
    ['one that is over', () => forge({ expires: '1s ago' })],
    ['one that never ends', () => forge({ expires: '' })],
    ['one for another account', () => forge({ subject: '00000000-0000-0000-0000-000000000000' })],
    ['one for another sign-up', () => forge({ claims: { registration: '0'.repeat(32) } })],
    ['one for another link', () => forge({ claims: { invite: '0'.repeat(32) } })],
    ['one of other types', () => forge({ claims: { invite: [invite] } })],
    ['a tampered one', async () => tampered(cookie.slice(cookie.indexOf('=') + 1))],
    ['an access token', () => realm.signIn('ada', 'correct horse battery')],
  ])('%s', async (_what, token) => {
    const { status, body } = await current(`portal-sign-up=${await token()}`);
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'registration-unknown' });
  });

  test('and no page of another site', async () => {
    for (const origin of ['https://evil.example', 'null', `${ORIGIN}.evil.example`, `${ORIGIN}/`]) {
      const headers = { cookie, origin };
      const answers = [
        await api.get('/registrations/current', { headers }),
        await api.patch('/registrations/current', { email: 'x@example.org' }, { headers }),
        await api.ask('POST', '/registrations/current/verification-email', { headers }),
      ];
      for (const { status, body } of answers)
        expect({ status, code: body.code }).toEqual({ status: 403, code: 'foreign-origin' });
    }
  });

  test('and nobody changes anything without saying from which page', async () => {
    const headers = { cookie };
    const answers = [
      await api.patch('/registrations/current', { email: 'x@example.org' }, { headers }),
      await api.ask('POST', '/registrations/current/verification-email', { headers }),
    ];
    for (const { status, body } of answers)
      expect({ status, code: body.code }).toEqual({ status: 403, code: 'foreign-origin' });
  });

  test('and it signs nobody in', async () => {
    const token = cookie.slice(cookie.indexOf('=') + 1);
    expect((await api.get('/me', { headers: { cookie } })).status).toBe(401);
    expect((await api.get('/me', { token })).status).toBe(401);
  });
});

/** The payload of another, the signature as it was. */
function tampered(token: string): string {
  const [header, payload = '', signature] = token.split('.');
  const claims: object = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const other = Buffer.from(JSON.stringify({ ...claims, exp: 4e9 })).toString('base64url');
  return [header, other, signature].join('.');
}
