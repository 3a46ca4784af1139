import { randomUUID } from 'node:crypto';
import type { CommunityPage, NewRegistration, PortalConfig, Problem } from '@portal/shared';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { mountedFolder } from '../support/mounted-folder.ts';
import { startPortal } from '../support/portal.ts';
import {
  accountsOf,
  type MadeInvite,
  makeInvite,
  readInvite,
  signUpBody,
} from '../support/sign-ups.ts';

const rules = (version: string) =>
  `---\nterms: true\nversion: ${version}\n---\n# Rules\n\nBe kind.`;
const folder = await mountedFolder({
  'rules.md': rules('1'),
  'rules.nl.md': '# Regels\n\nWees aardig.',
  'welcome.md': '---\ninvitee: true\nmenu: false\n---\n# Welcome\n\nCome <b>in</b>.',
});
const portal = await startPortal({ environment: { PAGES_DIR: folder.dir } });
const { api, realm } = portal;
const ada = await realm.member('ada');
afterAll(async () => {
  await portal.stop();
  await folder.remove();
});

const signUp = (body: NewRegistration, key?: string) =>
  api.post<Problem>('/registrations', body, {
    ...(key && { headers: { 'idempotency-key': key } }),
  });
/** What is kept with the account that a link made. */
async function acceptedBy(link: MadeInvite): Promise<string[]> {
  const [account] = await accountsOf(realm, link);
  const kept: unknown = Object(account).attributes?.['portal.terms'];
  return Array.isArray(kept) ? kept.map(String) : [];
}
/** A change of the folder is seen after two seconds. */
const publish = async (version: string) => {
  await folder.write({ 'rules.md': rules(version) });
  await vi.waitFor(
    async () => expect((await api.get<CommunityPage>('/pages/rules')).body.version).toBe(version),
    { timeout: 10_000, interval: 100 },
  );
};

describe('pages', () => {
  test('are listed before anybody signs in, in the language that is asked for', async () => {
    const { body } = await api.get<PortalConfig>('/config', {
      headers: { 'accept-language': 'nl-BE,en;q=0.5' },
    });
    expect(body.pages).toEqual([
      {
        slug: 'welcome',
        ...{ title: 'Welcome', menu: false, invitee: true, terms: false },
        version: expect.stringMatching(/^[0-9a-f]{12}$/),
      },
      { slug: 'rules', title: 'Regels', menu: true, invitee: false, terms: true, version: '1' },
    ]);
  });

  test('are read by anyone, as a tree without HTML', async () => {
    const { status, headers, body } = await api.get('/pages/welcome');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toMatchObject({ slug: 'welcome', title: 'Welcome', language: null });
    expect(body.content).toEqual([
      {
        type: 'paragraph',
        children: ['Come ', 'in', '.'].map((text) => ({ type: 'text', text })),
      },
    ]);
  });

  test.each(['/pages/nothing', '/pages/..%2Frules', '/pages/%2e%2e%2frules', '/pages/rules.md'])(
    'there is none at %s',
    async (path) => {
      const { status, body } = await api.get(path);
      expect({ status, code: body.code }).toEqual({ status: 404, code: 'not-found' });
    },
  );
});

describe('terms', () => {
  test.each<[string, Partial<NewRegistration>, string]>([
    ['nothing', {}, 'required'],
    ['nothing much', { acceptedTerms: '' }, 'required'],
    ['other terms', { acceptedTerms: '0' }, 'terms-changed'],
  ])('who accepts %s makes no account, and spends nothing', async (_, more, code) => {
    const link = await makeInvite(api, ada);
    const { status, body } = await signUp(signUpBody(link, more));
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'invalid-input',
      errors: [{ field: 'acceptedTerms', code }],
    });
    expect(await accountsOf(realm, link)).toEqual([]);
    expect(await readInvite(api, ada, link)).toMatchObject({ uses: 0, status: 'open' });
  });

  test('what else is wrong is said with it', async () => {
    const link = await makeInvite(api, ada);
    const { body } = await signUp(signUpBody(link, { firstName: '' }));
    expect(body.errors?.map(({ field }) => field).sort()).toEqual(['acceptedTerms', 'firstName']);
  });

  test('accepted, they are kept with the account: which, in which version, and when', async () => {
    const link = await makeInvite(api, ada);
    const before = Date.now();
    expect((await signUp(signUpBody(link, { acceptedTerms: '1' }))).status).toBe(201);
    const [kept = ''] = await acceptedBy(link);
    const [slug, version, time = ''] = kept.split(' ');
    expect([slug, version]).toEqual(['rules', '1']);
    expect(Date.parse(time)).toBeGreaterThanOrEqual(before - 1000);
    expect(Date.parse(time)).toBeLessThanOrEqual(Date.now() + 1000);
  });

  test('the same Idempotency-Key with other terms is another request', async () => {
    const link = await makeInvite(api, ada, { maxUses: 5 });
    const [body, key] = [signUpBody(link, { acceptedTerms: '1' }), randomUUID()];
    expect((await signUp(body, key)).status).toBe(201);
    const { acceptedTerms: _, ...without } = body;
    expect((await signUp(without, key)).body.code).toBe('idempotency-mismatch');
    expect((await signUp(body, key)).status).toBe(201);
    expect(await accountsOf(realm, link)).toHaveLength(1);
  });

  test('that changed meanwhile refuse what is new, and repeat the answer to what was accepted', async () => {
    const link = await makeInvite(api, ada, { maxUses: 5 });
    const [body, key] = [signUpBody(link, { acceptedTerms: '1' }), randomUUID()];
    expect((await signUp(body, key)).status).toBe(201);
    await publish('2');
    expect((await signUp(body, key)).status).toBe(201);
    expect((await signUp(signUpBody(link, { acceptedTerms: '1' }))).body.errors).toEqual([
      { field: 'acceptedTerms', code: 'terms-changed' },
    ]);
    expect((await signUp(signUpBody(link, { acceptedTerms: '2' }))).status).toBe(201);
    expect(await accountsOf(realm, link)).toHaveLength(2);
  });

  test('that are gone need not be accepted', async () => {
    await folder.drop('rules.md');
    await folder.drop('rules.nl.md');
    const link = await makeInvite(api, ada, { maxUses: 5 });
    await vi.waitFor(async () => expect((await signUp(signUpBody(link))).status).toBe(201), {
      timeout: 10_000,
      interval: 200,
    });
    expect(await acceptedBy(link)).toEqual([]);
  });
});
