import type { CurrentRegistration, Registration } from '@portal/shared';
import { afterAll, expect, test, vi } from 'vitest';
import { mailsTo, waitForMail } from '../../../docker/stack/mail-reader.ts';
import { startPortal } from '../support/portal.ts';
import { cookieOf } from '../support/sign-up-cookie.ts';
import { accountsOf, makeInvite, signUpBody } from '../support/sign-ups.ts';

const MAILS = process.env.TEST_MAIL_URL ?? '';
const portal = await startPortal({ newRealm: { smtpServer: {} } });
const { api, realm } = portal;
const ada = await realm.member('ada');
afterAll(() => portal.stop());

test('where no mail goes the account is made, and its mail comes by itself once it can', async () => {
  const link = await makeInvite(api, ada);
  const body = signUpBody(link);
  const answer = await api.post<Registration>('/registrations', body);
  expect(answer.status).toBe(201);
  expect(answer.body.verification).toBe('pending');
  expect(await accountsOf(realm, link)).toHaveLength(1);

  const headers = { cookie: cookieOf(answer) };
  const state = async () =>
    (await api.get<CurrentRegistration>('/registrations/current', { headers })).body.verification;
  expect(await state()).toBe('pending');

  const port = process.env.TEST_SMTP_PORT ?? '';
  const smtpServer = { host: '127.0.0.1', port, from: 'portal@example.org' };
  await realm.admin.put('', { smtpServer });
  await waitForMail(MAILS, body.email ?? '');
  await vi.waitFor(async () => expect(await state()).toBe('sent'), 5000);
  expect(await mailsTo(MAILS, body.email ?? '')).toHaveLength(1);
});
