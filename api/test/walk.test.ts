import type { Invite, InviteLookup, Registration } from '@portal/shared';
import { afterAll, expect, test } from 'vitest';
import { waitForMail } from '../../docker/stack/mail-reader.ts';
import { startPortal } from './support/portal.ts';

const portal = await startPortal();
afterAll(() => portal.stop());

test('a member invites, somebody signs up by the link, gets the mail, and is seen under the link', async () => {
  const ada = await portal.realm.member('ada');
  const token = await ada.token();
  const me = await portal.api.get('/me', { token });
  console.log(JSON.stringify(me.body));
  const made = await portal.api.post<Invite>('/invites', { label: 'For Grace' }, { token });
  console.log(JSON.stringify(made.body));
  expect(made.status).toBe(201);
  const secret = made.body.url?.split('#')[1] ?? '';
  const looked = await portal.api.post<InviteLookup>('/invites/lookup', { token: secret });
  console.log(JSON.stringify(looked.body));
  const t0 = performance.now();
  const joined = await portal.api.post<Registration>('/registrations', {
    token: secret,
    username: 'Grace',
    email: 'grace@example.org',
    firstName: 'Grace',
    lastName: 'Hopper',
    password: 'a long enough one',
  });
  console.log(
    performance.now() - t0,
    JSON.stringify(joined.body),
    joined.headers.get('set-cookie'),
  );
  expect(joined.status).toBe(201);
  const cookie = joined.headers.get('set-cookie')?.split(';')[0] ?? '';
  const current = await portal.api.get('/registrations/current', { headers: { cookie } });
  console.log(JSON.stringify(current.body));
  const mail = await waitForMail(process.env.TEST_MAIL_URL ?? '', 'grace@example.org');
  console.log(mail.subject, mail.links);
  const list = await portal.api.get(`/invites?status=ended`, { token });
  console.log(JSON.stringify(list.body));
  const regs = await portal.api.get(`/invites/${made.body.id}/registrations`, { token });
  console.log(JSON.stringify(regs.body));
  const again = await portal.api.post('/registrations', {
    token: secret,
    username: 'x',
    email: 'x@x.org',
    firstName: 'a',
    lastName: 'b',
    password: 'a long enough one',
  });
  console.log(again.status, JSON.stringify(again.body));
  console.log(
    JSON.stringify((await portal.api.get('/readyz')).body),
    (await portal.api.get('/nope')).body,
  );
  console.log(JSON.stringify((await portal.api.get('/api/openapi.json')).body).length);
});
