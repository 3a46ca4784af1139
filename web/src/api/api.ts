import { type InjectionKey, inject } from 'vue';
import { configApi, realmApi } from './config.ts';
import { invitesApi } from './invites.ts';
import { joinsApi } from './joins.ts';
import { meApi } from './me.ts';
import { pagesApi } from './pages.ts';
import { registrationsApi } from './registrations.ts';
import type { Send } from './transport.ts';
import { treeApi } from './tree.ts';

/** Everything the API offers, by its rooms. */
export const createApi = (asAnyone: Send, asMember: Send) => ({
  config: configApi(asAnyone),
  realm: realmApi(),
  me: meApi(asMember),
  invites: invitesApi(asMember, asAnyone),
  joins: joinsApi(asMember),
  pages: pagesApi(asAnyone),
  registrations: registrationsApi(asAnyone),
  tree: treeApi(asMember),
});
export type Api = ReturnType<typeof createApi>;

/** `main.ts` provides the real one, a test its own. */
export const apiKey: InjectionKey<Api> = Symbol('api');

export function useApi(): Api {
  const api = inject(apiKey);
  if (!api) throw new Error('No API was provided: app.provide(apiKey, createApi(…)).');
  return api;
}
