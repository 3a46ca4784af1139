import type { PortalConfig, RealmAddress } from '@portal/shared';
import type { Send } from './transport.ts';

export const configApi = (send: Send) => ({
  get: () => send<PortalConfig>('GET', 'config'),
});

const REALM_TIMEOUT_MS = 6_000;

export const realmApi = () => ({
  /** Whether anything answers there, whatever it says: asked before a browser is sent to it. */
  reachable: async ({ url, realm }: RealmAddress): Promise<boolean> => {
    const address = `${url}/realms/${encodeURIComponent(realm)}/.well-known/openid-configuration`;
    return fetch(address, {
      mode: 'no-cors',
      cache: 'no-store',
      signal: AbortSignal.timeout(REALM_TIMEOUT_MS),
    }).then(
      () => true,
      () => false,
    );
  },
});
