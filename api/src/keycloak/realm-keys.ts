import { setTimeout as wait } from 'node:timers/promises';
import type { JSONWebKeySet } from 'jose';
import { createLocalJWKSet, errors, type FlattenedJWSInput, type JWSHeaderParameters } from 'jose';
import type { KeycloakConfig } from '../config.ts';
import { ProblemError } from '../errors.ts';
import type { Log } from '../plugins/logging.ts';

const RELOAD_EVERY_MS = 30_000;
/** An unknown key may be a new one; asking for it oftener than this would let a stranger have us flood the realm. */
const COOL_DOWN_MS = 5_000;

export type RealmKeys = ReturnType<typeof createRealmKeys>;

/**
 * The realm's public keys and its issuer. Kept while the realm is away, reloaded in the background, and at once (within
 * the cool-down) when a token names a key that isn't known; requests that meet such a key wait for that.
 */
export function createRealmKeys(config: KeycloakConfig, log: Pick<Log, 'warn'>) {
  const realmPath = `/realms/${encodeURIComponent(config.realm)}`;
  let issuer = config.issuer;
  let kids = new Set<string>();
  let resolve: ReturnType<typeof createLocalJWKSet> | undefined;
  let startedAt = Number.NEGATIVE_INFINITY;
  let next: Promise<void> | undefined;
  let loading: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function load(): Promise<void> {
    startedAt = performance.now();
    const [keys] = await Promise.all([
      getJson(`${config.internalUrl}${realmPath}/protocol/openid-connect/certs`, config.timeoutMs),
      loadIssuer(),
    ]);
    if (!isKeySet(keys)) throw new Error('The realm’s key set has no keys');
    resolve = createLocalJWKSet(keys);
    kids = new Set(keys.keys.flatMap(({ kid, use }) => (kid && use !== 'enc' ? [kid] : [])));
  }

  async function loadIssuer(): Promise<void> {
    if (issuer !== undefined) return;
    const path = `${realmPath}/.well-known/openid-configuration`;
    const discovery = await getJson(`${config.url}${path}`, config.timeoutMs);
    if (typeof discovery !== 'object' || discovery === null || !('issuer' in discovery))
      throw new Error('The realm’s discovery document names no issuer');
    issuer = String(discovery.issuer);
  }

  /** A load that begins after the call: as soon as the cool-down allows, one for all who wait. */
  function reload(): Promise<void> {
    next ??= (async () => {
      await wait(Math.max(0, startedAt + COOL_DOWN_MS - performance.now()), undefined, {
        ref: false,
      });
      next = undefined;
      loading = load();
      await loading;
    })();
    return next;
  }

  /** The load that is under way, where that one brings the keys; else a new one. */
  async function first(): Promise<void> {
    await loading?.catch(() => undefined);
    if (issuer === undefined || resolve === undefined) await reload();
  }

  function reloadQuietly(): void {
    void reload().catch((error: unknown) => {
      log.warn({ err: error }, 'The realm’s keys could not be loaded');
    });
  }

  return {
    /** Loads the keys for the first time, and goes on in the background whether or not that works. */
    start(): void {
      reloadQuietly();
      timer = setInterval(reloadQuietly, RELOAD_EVERY_MS).unref();
    },
    stop: () => clearInterval(timer),

    isLoaded: () => resolve !== undefined && issuer !== undefined,
    /** Whether the realm still vouches for this key. */
    knows: (kid: string) => kids.has(kid),

    /** @throws ProblemError `keycloak-away` where the realm was never reached. */
    async issuer(): Promise<string> {
      // Any load will do for a first one, also one that is under way.
      if (issuer === undefined || resolve === undefined) await first().catch(away);
      if (issuer === undefined) throw new ProblemError('keycloak-away');
      return issuer;
    },

    /**
     * The key that a token names, for jose.
     *
     * @throws ProblemError `keycloak-away` where it isn't known, and may be a new one that can't be had now.
     */
    async key(header: JWSHeaderParameters, token: FlattenedJWSInput) {
      if (typeof header.kid !== 'string') throw new errors.JWKSNoMatchingKey();
      if (!kids.has(header.kid)) await reload().catch(away);
      if (!resolve) throw new ProblemError('keycloak-away');
      if (!kids.has(header.kid)) throw new errors.JWKSNoMatchingKey();
      return resolve(header, token);
    },
  };
}

function away(cause: unknown): never {
  throw new ProblemError('keycloak-away', { cause });
}

async function getJson(url: string, timeoutMs: number): Promise<unknown> {
  const response = await fetch(url, {
    signal: AbortSignal.timeout(timeoutMs),
    headers: { accept: 'application/json' },
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  return (
    typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys)
  );
}
