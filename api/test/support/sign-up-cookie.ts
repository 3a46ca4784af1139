import { decodeJwt } from 'jose';
import type { SignUpHolder } from '../../src/registrations/sign-up-cookie.ts';
import type { Answer } from './client.ts';

/** Of the portal's own pages, as a browser names it. */
export const ORIGIN = 'http://localhost:8000';

/** What a browser sends back of the cookie that an answer set. */
export function cookieOf({ headers }: Pick<Answer<unknown>, 'headers'>): string {
  return headers.get('set-cookie')?.split(';')[0] ?? '';
}

/** What a sign-up's cookie stands for. */
export function holderOf(cookie: string): SignUpHolder & { iat: number; exp: number } {
  const claims = decodeJwt(cookie.slice(cookie.indexOf('=') + 1));
  const { sub: user = '', iat = 0, exp = 0, invite, registration } = claims;
  return { user, invite: String(invite), registration: String(registration), iat, exp };
}
