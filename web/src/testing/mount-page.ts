import { PiniaColada } from '@pinia/colada';
import type { Me, PortalConfig } from '@portal/shared';
import { flushPromises, mount } from '@vue/test-utils';
import { createPinia } from 'pinia';
import { type Component, defineComponent, h } from 'vue';
import { createMemoryHistory, createRouter, type RouteRecordRaw, RouterView } from 'vue-router';
import { type Api, apiKey } from '../api/api.ts';
import { type Leave, leaveKey, type OpenRealm, openRealmKey } from '../auth/realm.ts';
import { addMessages, createWords } from '../i18n/i18n.ts';
import { type SwitchLanguage, switchLanguage, switchLanguageKey } from '../i18n/switch-language.ts';
import { routes } from '../router/router.ts';

export const config: PortalConfig = {
  name: 'Weavers',
  realm: { url: 'https://realm.example', realm: 'weavers', clientId: 'web' },
  features: { adminsOnly: false, automaticallyLogIn: false, mail: false },
  invites: { defaultDays: 30, maxDays: null, maxUses: null, labelLength: 80, messageLength: 500 },
  languages: ['en', 'nl'],
  pages: [],
  look: { accent: null, logo: null, favicon: null },
};

export const ada: Me = {
  id: 'ada',
  username: 'ada',
  name: 'Ada Lovelace',
  email: 'ada@example.org',
  groups: ['/looms'],
  administrator: false,
  may: { invite: true, inviteInto: ['/looms'] },
};

type Rooms = { [Room in keyof Api]?: Partial<Api[Room]> };

/** An API of which a test gives only the calls that it expects; any other fails it by name. */
export function fakeApi(rooms: Rooms): Api {
  const loud = (path: string, given: object = {}) =>
    new Proxy(given, {
      get: (target, name) =>
        Reflect.get(target, name) ??
        (() => Promise.reject(new Error(`${path}.${String(name)} was not expected.`))),
    });
  const all = { config: { get: async () => config }, ...rooms };
  return new Proxy({} as Api, { get: (_, room) => loud(String(room), Reflect.get(all, room)) });
}

interface PageOptions {
  api?: Rooms;
  path?: string;
  openRealm?: OpenRealm;
  leave?: Leave;
  switchLanguage?: SwitchLanguage;
}

const withChildren = ({ path, name, children = [] }: RouteRecordRaw) => [
  { path, name },
  ...children.map((child) => ({ path: `/${child.path}`, name: child.name })),
];

/** Plugins and providers as `main.ts` puts them together, around a page in its place in the router. */
export async function mountPage(page: Component, options: PageOptions = {}) {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/page', component: page },
      ...routes.flatMap(withChildren).map(({ path, name }) => ({
        path,
        ...(name && { name }),
        component: defineComponent(() => () => h('main')),
      })),
    ],
  });
  await router.push(options.path ?? '/page');
  const words = await createWords('en');
  await addMessages(words, 'member');
  const wrapper = mount(RouterView, {
    attachTo: document.body,
    global: {
      plugins: [createPinia(), PiniaColada, words, router],
      provide: {
        [apiKey]: fakeApi(options.api ?? {}),
        [openRealmKey]: options.openRealm ?? (() => Promise.reject(new Error('No realm here.'))),
        [leaveKey]: options.leave ?? (() => undefined),
        [switchLanguageKey]:
          options.switchLanguage ?? ((language: string) => switchLanguage(words, language)),
      },
    },
  });
  await flushPromises();
  return { page: wrapper, router };
}

/** A control by what it is called. */
export function labelled(root: ParentNode, name: string): HTMLElement {
  for (const label of root.querySelectorAll('label')) {
    if (label.textContent?.replace('(optional)', '').trim() !== name) continue;
    const control = label.control ?? document.getElementById(label.htmlFor);
    if (control) return control;
  }
  throw new Error(`Nothing is labelled “${name}”.`);
}

/** A button or link by its words. */
export function pressable(root: ParentNode, words: string): HTMLElement {
  const found = [...root.querySelectorAll<HTMLElement>('button, a')].find(
    (each) => (each.getAttribute('aria-label') ?? each.textContent ?? '').trim() === words,
  );
  if (!found) throw new Error(`There is no “${words}” to press.`);
  return found;
}

export async function press(root: ParentNode, words: string): Promise<void> {
  pressable(root, words).click();
  await flushPromises();
}

export async function type(control: HTMLElement, text: string): Promise<void> {
  if (
    !(
      control instanceof HTMLInputElement ||
      control instanceof HTMLTextAreaElement ||
      control instanceof HTMLSelectElement
    )
  )
    throw new Error('Nothing can be typed there.');
  control.value = text;
  control.dispatchEvent(new Event('input', { bubbles: true }));
  control.dispatchEvent(new Event('change', { bubbles: true }));
  await flushPromises();
}
