import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminApi, claims, signInByBrowser, token } from '../support/keycloak-by-hand.ts';
import { createRuns, PASSWORD, PUBLIC_URL, pagesToken, person, SIGNED_IN } from './setup-runs.ts';

const { folder, setup, newName, clear } = await createRuns();
afterAll(clear);

describe('on a new realm', () => {
  const realm = newName('Verein süd 100%');
  const keycloak = adminApi(realm);
  const file = join(folder, 'secret');
  let first: Awaited<ReturnType<typeof setup>>;
  let secret = '';
  const asServiceAccount = () =>
    token(realm, {
      grant_type: 'client_credentials',
      client_id: 'portal',
      client_secret: secret,
    });

  beforeAll(async () => {
    first = await setup(realm, ['--secret-file', file]);
    secret = String((await keycloak.client('portal')).secret);
    const board = await keycloak.create('/groups', { name: 'Board' });
    await keycloak.create(`/groups/${board}/children`, { name: 'Administrators' });
    await keycloak.create(
      '/users',
      person('ann', { groups: ['/Board/Administrators', '/Administrators'] }),
    );
  });

  test('says what it did, keeps the secret in a file of its owner alone, and prints none', async () => {
    expect(first.code).toBe(0);
    expect(first.output).toContain(`done: create the realm "${realm}"`);
    expect(first.output).toContain('10 changes made.');
    expect((await readFile(file, 'utf8')).trim()).toBe(secret);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(secret.length).toBeGreaterThan(30);
    expect(first.output).not.toContain(secret);
  });

  test('lets the pages get tokens for the portal, with whole group paths and nothing too much', async () => {
    const access = await pagesToken(realm, 'ann');
    expect(access).toMatchObject({
      aud: 'portal',
      azp: 'portal-web',
      typ: 'Bearer',
      sub: expect.stringMatching(/^[0-9a-f-]{36}$/),
      preferred_username: 'ann',
      name: 'Ann Lee',
      email: 'ann@example.org',
      email_verified: true,
    });
    expect(access.groups).toHaveLength(2);
    expect(access.groups).toEqual(
      expect.arrayContaining(['/Board/Administrators', '/Administrators']),
    );
    expect(access).not.toHaveProperty('realm_access');
    expect(access).not.toHaveProperty('resource_access');
  });

  test('lets nobody sign in to the pages without PKCE, or to another address', async () => {
    const request = { client_id: 'portal-web', response_type: 'code', scope: 'openid' };
    const ann = { username: 'ann', password: PASSWORD };
    const withoutPkce = await signInByBrowser(realm, { ...request, redirect_uri: SIGNED_IN }, ann);
    expect(withoutPkce.searchParams.get('error')).toBe('invalid_request');
    for (const redirect_uri of [`${SIGNED_IN}/x`, `${PUBLIC_URL}/`, 'https://evil.example'])
      await expect(signInByBrowser(realm, { ...request, redirect_uri }, ann)).rejects.toThrow(
        '400',
      );
    await expect(
      token(realm, { grant_type: 'password', client_id: 'portal-web', ...ann }),
    ).rejects.toThrow('unauthorized_client');
    await expect(
      token(realm, {
        grant_type: 'password',
        client_id: 'portal',
        client_secret: secret,
        ...ann,
      }),
    ).rejects.toThrow('unauthorized_client');
  });

  test('lets the service account keep users with the attributes of the portal, and no more', async () => {
    const api = adminApi(realm, asServiceAccount);
    const attributes = {
      'portal.registration': ['r'],
      'portal.invite': ['i'],
      'portal.invited-by': ['m'],
      'portal.protected': ['true'],
      'portal.terms': ['2026-01-01', '2026-02-01'],
      'portal.claims': ['a', 'b'],
    };
    const id = await api.create('/users', person('ben', { attributes }));
    expect(await api.get(`/users/${id}`)).toMatchObject({ username: 'ben', attributes });
    const profile = await api.get('/users/profile');
    expect(profile).toHaveProperty('attributes');
    for (const path of ['/clients', '/client-scopes', '/roles', '/events', '/components'])
      expect(await api.ask('GET', path)).toMatchObject({ status: 403 });
  });

  test('gives the service account no more, even where it puts itself in a group that administers', async () => {
    const group = await keycloak.create('/groups', { name: 'Staff' });
    await keycloak.grant(`/groups/${group}`, 'realm-admin');
    const { sub } = claims(await asServiceAccount());
    const api = adminApi(realm, asServiceAccount);
    await api.put(`/users/${sub}/groups/${group}`, {});
    expect(await api.ask('GET', '/clients')).toMatchObject({ status: 403 });
    await keycloak.ask('DELETE', `/groups/${group}`);
  });

  test('shows and lets edit none of these attributes by the person', async () => {
    const { attributes } = await keycloak.get('/users/profile');
    const ours = Array.isArray(attributes)
      ? attributes.filter(({ name }) => name.startsWith('portal.'))
      : [];
    expect(ours).toHaveLength(6);
    for (const { permissions, group } of ours) {
      expect(permissions).toEqual({ view: ['admin'], edit: ['admin'] });
      expect(group).toBe('portal');
    }
  });

  test('changes nothing the second time', async () => {
    const before = await keycloak.snapshot();
    const { mtimeMs } = await stat(file);
    const second = await setup(realm, ['--secret-file', file]);
    expect(second).toMatchObject({
      code: 0,
      output: expect.stringContaining('Nothing to change.'),
    });
    expect(second.output).not.toMatch(/done:|note:/);
    expect(await keycloak.snapshot()).toEqual(before);
    expect((await stat(file)).mtimeMs).toBe(mtimeMs);
  });

  test('writes the secret again where the file has another one', async () => {
    const { id } = await keycloak.client('portal');
    await keycloak.ask('POST', `/clients/${id}/client-secret`);
    secret = String((await keycloak.client('portal')).secret);
    const { output } = await setup(realm, ['--secret-file', file]);
    expect(output).toContain('1 change made.');
    expect(output).not.toContain(secret);
    expect((await readFile(file, 'utf8')).trim()).toBe(secret);
  });

  test('adds the addresses of a portal that moved', async () => {
    const moved = { PUBLIC_URL: 'http://localhost:8001' };
    expect((await setup(realm, [], moved)).output).toContain('1 change made.');
    expect((await setup(realm, [], moved)).output).toContain('Nothing to change.');
    expect(await keycloak.client('portal-web')).toMatchObject({
      redirectUris: expect.arrayContaining([SIGNED_IN, 'http://localhost:8001/signed-in']),
      webOrigins: expect.arrayContaining(['http://localhost:8000', 'http://localhost:8001']),
      attributes: {
        'pkce.code.challenge.method': 'S256',
        'post.logout.redirect.uris': `${PUBLIC_URL}/##http://localhost:8001/`,
      },
    });
  });
});

test('a dry run makes no realm and no file, and shows what a run would', async () => {
  const realm = newName('dry');
  const file = join(folder, 'none');
  const dry = await setup(realm, ['--dry-run', '--secret-file', file]);
  expect(dry.code).toBe(0);
  expect(dry.output).toContain(`would create the realm "${realm}"`);
  expect(await adminApi(realm).ask('GET', '')).toMatchObject({ status: 404 });
  await expect(stat(file)).rejects.toThrow('ENOENT');

  const wet = await setup(realm, ['--secret-file', file]);
  const changes = (output: string, verb: string) =>
    output
      .split('\n')
      .filter((line) => line.includes(verb))
      .map((line) => line.replace(verb, '').trim())
      .sort();
  expect(changes(wet.output, 'done:')).toEqual(changes(dry.output, 'would'));
});
