import type { Invite, Page, Problem } from '@portal/shared';
import { afterAll, describe, expect, test } from 'vitest';
import { startPortal } from '../support/portal.ts';

const DAY_MS = 86_400_000;
const portal = await startPortal();
const ada = await portal.realm.member('ada');
const token = await ada.token();
afterAll(() => portal.stop());

const make = (wishes: unknown) => portal.api.post<Invite>('/invites', wishes, { token });
const refused = (wishes: unknown) => portal.api.post<Problem>('/invites', wishes, { token });
const days = ({ createdAt, expiresAt }: Invite) =>
  expiresAt === null ? null : (Date.parse(expiresAt) - Date.parse(createdAt)) / DAY_MS;

describe('a link', () => {
  test('is for one person and thirty days where nothing else is said', async () => {
    const { status, body } = await make({});
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      url: expect.stringMatching(/^http:\/\/localhost:8000\/join#[\w-]{43}$/),
      label: '',
      message: '',
      status: 'open',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      createdBy: { id: ada.id, name: 'Ada Lovelace' },
      expiresAt: expect.stringMatching(/Z$/),
      revokedAt: null,
      maxUses: 1,
      uses: 0,
      groups: [],
      email: null,
    });
    expect(days(body)).toBe(30);
    expect(Math.abs(Date.parse(body.createdAt) - Date.now())).toBeLessThan(5000);
  });

  test('is as its maker wishes', async () => {
    const expiresAt = new Date(Date.now() + 40 * DAY_MS).toISOString();
    const wishes = {
      label: 'Loom group, <b>November</b> & ☃',
      message: 'Welcome!\n\nBring wool.',
      expiresAt,
      maxUses: 12,
      email: null,
    };
    expect((await make(wishes)).body).toMatchObject(wishes);
  });

  test.each([1, 7, 3650])('may end after %i days', async (count) => {
    expect(days((await make({ days: count })).body)).toBe(count);
  });

  test('may have no end, and be for any number', async () => {
    expect((await make({ expiresAt: null, maxUses: null })).body).toMatchObject({
      expiresAt: null,
      maxUses: null,
    });
  });

  test('ends at the same instant, in whatever zone it was said', async () => {
    const end = new Date(Math.floor(Date.now() / 1000) * 1000 + DAY_MS);
    const inAuckland = `${new Date(end.getTime() + 12 * 3_600_000).toISOString().slice(0, 19)}+12:00`;
    expect((await make({ expiresAt: inAuckland })).body.expiresAt).toBe(end.toISOString());
  });

  test.each([
    ['  Loom\u00a0', 'Loom'],
    ['Zoe\u0308', 'Zoë'],
    ['🧶'.repeat(100), '🧶'.repeat(100)],
    ['', ''],
  ])('keeps its label tidy: %j', async (label, kept) => {
    expect((await make({ label })).body.label).toBe(kept);
  });

  test.each([
    [' Grace@Example.ORG ', 'grace@example.org'],
    ['grace@bücher.example', 'grace@xn--bcher-kva.example'],
    ['@Example.ORG', '@example.org'],
    ['@bücher.example', '@xn--bcher-kva.example'],
  ])('is for the one address or domain %s as %s', async (email, kept) => {
    expect((await make({ email })).body.email).toBe(kept);
  });

  test('is made once where the same is asked again under the same key', async () => {
    const ask = (wishes: object, key: string, by = token) =>
      portal.api.post<Invite>('/invites', wishes, {
        token: by,
        headers: { 'idempotency-key': key },
      });
    const wishes = { label: 'Row 1', email: 'grace@example.org' };
    const [first, twin] = await Promise.all([ask(wishes, 'a list 1'), ask(wishes, 'a list 1')]);
    const { id } = first.body;
    const changed = { label: 'Grace', revoked: true };
    await portal.api.patch(`/invites/${id}`, changed, { token });
    const later = await ask(wishes, 'a list 1');
    expect([twin.body.id, later.body.id]).toEqual([first.body.id, first.body.id]);
    // It is the link that there is, with all that became of it.
    expect(later.body).toMatchObject({ label: 'Grace', status: 'revoked', url: first.body.url });

    const dorothy = await portal.realm.member('dorothy');
    const others = await Promise.all([
      ask(wishes, 'a list 2'),
      ask({ ...wishes, label: 'Row 2' }, 'a list 1'),
      ask(wishes, 'a list 1', await dorothy.token()),
    ]);
    expect(new Set([first, ...others].map(({ body }) => body.id)).size).toBe(4);
  });

  test('is built from the configured address, whatever a request’s headers say', async () => {
    const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'gopher' };
    const { body } = await portal.api.post<Invite>('/invites', {}, { token, headers });
    expect(body.url).toMatch(/^http:\/\/localhost:8000\/join#/);
  });

  test('is for members to make', async () => {
    const { status, body } = await portal.api.post('/invites', {});
    expect({ status, code: body.code }).toEqual({ status: 401, code: 'not-signed-in' });
  });
});

describe('nothing is coerced, and nothing dropped', () => {
  const yesterday = new Date(Date.now() - DAY_MS).toISOString();
  test.each([
    [{ maxUses: '' }, 'maxUses', 'wrong-type'],
    [{ maxUses: '5' }, 'maxUses', 'wrong-type'],
    [{ maxUses: 0 }, 'maxUses', 'too-small'],
    [{ maxUses: -1 }, 'maxUses', 'too-small'],
    [{ maxUses: 1.5 }, 'maxUses', 'wrong-type'],
    [{ maxUses: 1e9 }, 'maxUses', 'too-large'],
    [{ maxUses: [3] }, 'maxUses', 'wrong-type'],
    [{ maxUses: true }, 'maxUses', 'wrong-type'],
    [{ maxUses: {} }, 'maxUses', 'wrong-type'],
    [{ expiresAt: '' }, 'expiresAt', 'malformed'],
    [{ expiresAt: 'tomorrow' }, 'expiresAt', 'malformed'],
    [{ expiresAt: '2099-01-01' }, 'expiresAt', 'malformed'],
    [{ expiresAt: '2099-01-01T00:00:00' }, 'expiresAt', 'malformed'],
    [{ expiresAt: '2099-13-01T00:00:00Z' }, 'expiresAt', 'malformed'],
    [{ expiresAt: 4_070_908_800_000 }, 'expiresAt', 'wrong-type'],
    [{ expiresAt: yesterday }, 'expiresAt', 'in-the-past'],
    [{ days: null }, 'days', 'wrong-type'],
    [{ days: '5' }, 'days', 'wrong-type'],
    [{ days: 0 }, 'days', 'too-small'],
    [{ days: -1 }, 'days', 'too-small'],
    [{ days: 0.5 }, 'days', 'wrong-type'],
    [{ days: 3651 }, 'days', 'too-large'],
    [{ days: 1, expiresAt: '2099-01-01T00:00:00Z' }, 'expiresAt', 'both'],
    [{ days: 1, expiresAt: null }, 'expiresAt', 'both'],
    [{ label: null }, 'label', 'wrong-type'],
    [{ label: 5 }, 'label', 'wrong-type'],
    [{ label: 'x'.repeat(101) }, 'label', 'too-long'],
    [{ label: 'one\r\ntwo' }, 'label', 'line-break'],
    [{ label: 'nul\0' }, 'label', 'characters'],
    [{ label: 'gro\u202egnp' }, 'label', 'characters'],
    [{ message: ['x'] }, 'message', 'wrong-type'],
    [{ message: 'x'.repeat(1001) }, 'message', 'too-long'],
    [{ message: '\u001b[31mred' }, 'message', 'characters'],
    [{ groups: '/looms' }, 'groups', 'wrong-type'],
    [{ groups: null }, 'groups', 'wrong-type'],
    [{ groups: [5] }, 'groups.0', 'wrong-type'],
    [{ groups: ['/looms'] }, 'groups', 'group-not-yours'],
    [{ groups: Array(51).fill('/looms') }, 'groups', 'too-many'],
    [{ email: 5 }, 'email', 'wrong-type'],
    [{ email: '' }, 'email', 'email'],
    [{ email: 'grace' }, 'email', 'email'],
    [{ email: '@example' }, 'email', 'domain'],
    [{ email: '@example.org/x' }, 'email', 'domain'],
    [{ email: '@example.org\r\nx' }, 'email', 'line-break'],
    [{ email: 'a@b.org\r\nBcc: c@d.org' }, 'email', 'line-break'],
    [{ email: ['a@b.org'] }, 'email', 'wrong-type'],
    [{ revoked: false }, 'revoked', 'unknown-field'],
    [{ uses: 0 }, 'uses', 'unknown-field'],
    [{ roles: ['admin'] }, 'roles', 'unknown-field'],
    [{ createdBy: { id: 'x', name: 'x' } }, 'createdBy', 'unknown-field'],
  ])('%j is a 400 at %s: %s', async (wishes, field, code) => {
    const { status, headers, body } = await refused(wishes);
    expect(status).toBe(400);
    expect(headers.get('content-type')).toMatch('application/problem+json');
    expect(body).toMatchObject({ status: 400, code: 'invalid-input', errors: [{ field, code }] });
    expect(body.errors).toHaveLength(1);
  });

  test.each([[[]], ['x'], [5], [null], [true], [undefined]])(
    'a body of %j is none',
    async (wishes) => {
      const { status, body } = await refused(wishes);
      expect({ status, code: body.code }).toEqual({ status: 400, code: 'invalid-input' });
    },
  );

  test('says what may be where there is a limit', async () => {
    const { body } = await refused({ label: 'x'.repeat(101), days: 0, maxUses: 1e9 });
    expect(body.errors).toEqual(
      expect.arrayContaining([
        { field: 'label', code: 'too-long', params: { max: 100 } },
        { field: 'days', code: 'too-small', params: { min: 1 } },
        { field: 'maxUses', code: 'too-large', params: { max: 1_000_000 } },
      ]),
    );
  });

  test('names all that is wrong at once', async () => {
    const { body } = await refused({ label: 'a\nb', email: 'x', groups: ['/x'], message: '\0' });
    expect(body.errors?.map(({ field }) => field).sort()).toEqual([
      'email',
      'groups',
      'label',
      'message',
    ]);
  });

  test('and none of all this made a link', async () => {
    const before = await portal.api.get<Page<Invite>>('/invites?limit=100', { token });
    await Promise.all([refused({ maxUses: null, days: null }), refused({ x: 1 }), refused([])]);
    const after = await portal.api.get<Page<Invite>>('/invites?limit=100', { token });
    expect(after.body).toEqual(before.body);
  });
});

describe('where the community has limits', async () => {
  const { realm } = portal;
  const limited = await startPortal({
    realm,
    environment: { INVITE_TIME_LIMIT: '3', INVITE_MAX_DAYS: '7', INVITE_MAX_USES: '5' },
  });
  afterAll(() => limited.stop());
  const ask = (wishes: unknown) =>
    limited.api.post<Invite & Omit<Problem, 'status'>>('/invites', wishes, { token });

  test('a link ends after the usual days, or after as many as it may have', async () => {
    expect(days((await ask({})).body)).toBe(3);
    expect(days((await ask({ days: 7, maxUses: 5 })).body)).toBe(7);
  });

  test.each([
    [{ days: 8 }, { field: 'days', code: 'too-late', params: { max: 7 } }],
    [{ expiresAt: null }, { field: 'expiresAt', code: 'too-late', params: { max: 7 } }],
    [
      { expiresAt: '2099-01-01T00:00:00Z' },
      { field: 'expiresAt', code: 'too-late', params: { max: 7 } },
    ],
    [{ maxUses: 6 }, { field: 'maxUses', code: 'too-large', params: { max: 5 } }],
    [{ maxUses: null }, { field: 'maxUses', code: 'too-large', params: { max: 5 } }],
  ])('%j is more than that', async (wishes, error) => {
    const { status, body } = await ask(wishes);
    expect({ status, errors: body.errors }).toEqual({ status: 400, errors: [error] });
  });

  test('a change can’t get around them', async () => {
    const { id } = (await ask({})).body;
    const change = { expiresAt: null, maxUses: null };
    const { status, body } = await limited.api.patch<Problem>(`/invites/${id}`, change, { token });
    expect(status).toBe(400);
    expect(body.errors?.map(({ field }) => field)).toEqual(['expiresAt', 'maxUses']);
  });

  test('the pages know them', async () => {
    expect((await limited.api.get('/config')).body.invites).toMatchObject({
      defaultDays: 3,
      maxDays: 7,
      maxUses: 5,
    });
  });
});
