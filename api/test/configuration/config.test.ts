import type { PortalConfig } from '@portal/shared';
import { afterAll, expect, test } from 'vitest';
import { startPortal } from '../support/portal.ts';

const portal = await startPortal({
  newRealm: { supportedLocales: ['nl', 'en'], defaultLocale: 'nl' },
  environment: {
    COMMUNITY_NAME: 'Weavers & <Friends>',
    AUTOMATICALLY_LOG_IN: 'true',
    INVITE_TIME_LIMIT: '14',
    INVITE_MAX_DAYS: '60',
  },
});
const { realm } = portal;
afterAll(() => portal.stop());

test('a page knows before anybody signs in what it needs, and nothing more', async () => {
  const { status, headers, body } = await portal.api.get<PortalConfig>('/config');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toMatch('application/json');
  expect({ ...body, languages: body.languages.toSorted() }).toEqual({
    name: 'Weavers & <Friends>',
    realm: { url: realm.keycloakUrl, realm: realm.name, clientId: 'portal-web' },
    features: { adminsOnly: false, automaticallyLogIn: true, mail: false },
    invites: {
      defaultDays: 14,
      maxDays: 60,
      maxUses: null,
      labelLength: 100,
      messageLength: 1000,
    },
    languages: ['en', 'nl'],
    pages: [],
    look: { accent: null, logo: null, favicon: null },
  });
  expect(JSON.stringify(body)).not.toContain(realm.clientSecret);
});

test('and knows it while Keycloak is away, but for the languages', async () => {
  const away = await startPortal({
    realm,
    environment: { KEYCLOAK_INTERNAL_URL: 'http://127.0.0.1:9', KEYCLOAK_TIMEOUT: '500' },
  });
  const { status, body } = await away.api.get<PortalConfig>('/config');
  expect(status).toBe(200);
  expect(body).toMatchObject({ languages: [], realm: { url: realm.keycloakUrl } });
  await away.stop();
});
