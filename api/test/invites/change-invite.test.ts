import type { Invite, NewInvite, Problem } from '@portal/shared';
import { afterAll, describe, expect, test } from 'vitest';
import { startPortal } from '../support/portal.ts';
import { signUpBody } from '../support/sign-ups.ts';

const portal = await startPortal();
const { api, realm } = portal;
const [ada, bea] = await Promise.all([realm.member('ada'), realm.member('bea')]);
const [token, beas] = await Promise.all([ada.token(), bea.token()]);
afterAll(() => portal.stop());

const make = async (wishes: NewInvite = {}) =>
  (await api.post<Invite>('/invites', wishes, { token })).body;
const change = (id: string, wishes: unknown) =>
  api.patch<Invite & Omit<Problem, 'status'>>(`/invites/${id}`, wishes, { token });
const read = (id: string, as = token) => api.get<Invite>(`/invites/${id}`, { token: as });

describe('one link', () => {
  test('is shown to its maker whole', async () => {
    const made = await make({ label: 'For Grace', email: 'grace@example.org' });
    expect(await read(made.id)).toMatchObject({ status: 200, body: made });
  });

  test('is shown to others without the link and the address', async () => {
    const { url: _url, email: _email, ...rest } = await make({ email: 'grace@example.org' });
    expect((await read(rest.id, beas)).body).toEqual(rest);
  });

  test.each(['0'.repeat(32), 'nothing', '0'.repeat(64), 'G'.repeat(32), '%2e%2e', '%00', '*'])(
    'that isn’t there is a 404: %s',
    async (id) => {
      const { status, body } = await read(id);
      expect(status).toBe(404);
      expect(body).toMatchObject({ code: 'not-found' });
    },
  );
});

describe('a change', () => {
  test('touches what is named, and nothing else', async () => {
    const made = await make({ label: 'a', message: 'b', maxUses: 3, email: 'c@example.org' });
    const { status, body } = await change(made.id, { label: 'z' });
    expect(status).toBe(200);
    expect(body).toEqual({ ...made, label: 'z' });
    expect((await read(made.id)).body).toEqual(body);
  });

  test('may take back every wish', async () => {
    const { id } = await make({ label: 'a', message: 'b', email: 'c@example.org' });
    const wishes = { label: '', message: '', email: null, maxUses: null, expiresAt: null };
    expect((await change(id, wishes)).body).toMatchObject(wishes);
  });

  test('counts its days from now', async () => {
    const { id } = await make({ days: 1 });
    const { expiresAt } = (await change(id, { days: 2 })).body;
    expect(Math.abs(Date.parse(expiresAt ?? '') - Date.now() - 2 * 86_400_000)).toBeLessThan(5000);
  });

  test('leaves the link itself as it is', async () => {
    const made = await make();
    expect((await change(made.id, { days: 9, maxUses: 9 })).body.url).toBe(made.url);
  });

  test.each([
    [{ maxUses: '5' }, 'maxUses', 'wrong-type'],
    [{ maxUses: 0 }, 'maxUses', 'too-small'],
    [{ days: null }, 'days', 'wrong-type'],
    [{ days: 1, expiresAt: null }, 'expiresAt', 'both'],
    [{ expiresAt: '2001-01-01T00:00:00Z' }, 'expiresAt', 'in-the-past'],
    [{ label: 'a\nb' }, 'label', 'line-break'],
    [{ email: 'x' }, 'email', 'email'],
    [{ groups: ['/x'] }, 'groups', 'group-not-yours'],
    [{ revoked: 'yes' }, 'revoked', 'wrong-type'],
    [{ revoked: null }, 'revoked', 'wrong-type'],
    [{ uses: 0 }, 'uses', 'unknown-field'],
    [{ revokedAt: null }, 'revokedAt', 'unknown-field'],
    [{ createdBy: { id: 'x', name: 'x' } }, 'createdBy', 'unknown-field'],
    [{}, '', 'malformed'],
  ])('is checked as a new link is: %j', async (wishes, field, code) => {
    const made = await make();
    const { status, body } = await change(made.id, wishes);
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ field, code }]);
    expect((await read(made.id)).body).toEqual(made);
  });

  test('is its maker’s alone', async () => {
    const made = await make();
    const { status, body } = await api.patch(
      `/invites/${made.id}`,
      { label: 'mine now' },
      { token: beas },
    );
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'not-yours' });
    expect((await read(made.id)).body).toEqual(made);
  });

  test('of a link that isn’t there is a 404', async () => {
    expect((await change('0'.repeat(32), { label: 'x' })).status).toBe(404);
  });

  test('never makes it for fewer people than have joined', async () => {
    const { id, url = '' } = await make({ maxUses: 3 });
    for (let i = 0; i < 2; i++)
      await api.post('/registrations', signUpBody({ token: url.split('#')[1] ?? '' }));
    expect((await read(id)).body).toMatchObject({ uses: 2, status: 'open' });

    const { status, body } = await change(id, { maxUses: 1 });
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ field: 'maxUses', code: 'below-uses' }]);
    expect((await change(id, { maxUses: 2 })).body).toMatchObject({ status: 'used-up', uses: 2 });
    expect((await change(id, { maxUses: 3 })).body).toMatchObject({ status: 'open', uses: 2 });
  });
});

describe('taking a link back', () => {
  test('answers with nothing, and the link has ended', async () => {
    const { id } = await make();
    const { status, body } = await api.delete(`/invites/${id}`, { token });
    expect({ status, body }).toEqual({ status: 204, body: undefined });
    expect((await read(id)).body).toMatchObject({
      status: 'revoked',
      revokedAt: expect.stringMatching(/Z$/),
    });
  });

  test('may be said twice: the first time counts', async () => {
    const { id } = await make();
    await api.delete(`/invites/${id}`, { token });
    const { revokedAt } = (await read(id)).body;
    expect((await api.delete(`/invites/${id}`, { token })).status).toBe(204);
    expect((await read(id)).body.revokedAt).toBe(revokedAt);
  });

  test('can be undone: the same link opens again', async () => {
    const made = await make();
    await api.delete(`/invites/${made.id}`, { token });
    expect((await change(made.id, { revoked: false })).body).toEqual(made);
  });

  test('works with a content type and no body', async () => {
    const { id } = await make();
    const headers = { 'content-type': 'application/json' };
    expect((await api.delete(`/invites/${id}`, { token, headers })).status).toBe(204);
  });

  test('is its maker’s alone', async () => {
    const { id } = await make();
    const { status, body } = await api.delete(`/invites/${id}`, { token: beas });
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'not-yours' });
    expect((await read(id)).body.status).toBe('open');
  });

  test('of a link that isn’t there is a 404', async () => {
    expect((await api.delete(`/invites/${'0'.repeat(32)}`, { token })).status).toBe(404);
  });
});
