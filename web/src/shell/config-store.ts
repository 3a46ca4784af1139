import type { PortalConfig } from '@portal/shared';
import { defineStore } from 'pinia';
import { readonly, shallowRef } from 'vue';
import { useApi } from '../api/api.ts';

/** What the portal is called and how it is set up; read once a page load. */
export const useConfigStore = defineStore('config', () => {
  const api = useApi();
  const config = shallowRef<PortalConfig>();
  let loading: Promise<PortalConfig> | undefined;

  /** @throws ApiError; the next call tries again. */
  function load(): Promise<PortalConfig> {
    loading ??= api.config.get().then(
      (loaded) => {
        config.value = loaded;
        return loaded;
      },
      (error) => {
        loading = undefined;
        throw error;
      },
    );
    return loading;
  }

  /** Asks anew: what was loaded stays until the answer is there. */
  function reload(): Promise<PortalConfig> {
    loading = undefined;
    return load();
  }

  return { config: readonly(config), load, reload };
});
