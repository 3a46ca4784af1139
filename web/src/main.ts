import './style.css';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import { createWebHistory } from 'vue-router';
import App from './App.vue';
import { apiKey, createApi } from './api/api.ts';
import { createTransport } from './api/transport.ts';
import { leaveKey, openRealmKey } from './auth/realm.ts';
import { useSessionStore } from './auth/session-store.ts';
import { chooseLanguage, createWords } from './i18n/i18n.ts';
import { readersLanguages, showLanguage } from './i18n/language.ts';
import { switchLanguage, switchLanguageKey } from './i18n/switch-language.ts';
import { keptScheme, showScheme } from './look/scheme-store.ts';
import { guardAccess } from './router/access.ts';
import { createPortalRouter } from './router/router.ts';

/** The portal's own address, path prefix and all, with a slash at its end. */
const base = new URL('.', document.baseURI);
const apiUrl = new URL('api/v1/', base);

const language = chooseLanguage(readersLanguages());
showLanguage(language);
showScheme(keptScheme());

// On their way together with the first page.
const loading = createWords(language);
const app = createApp(App).use(createPinia());

app.provide(openRealmKey, async (address) => {
  const { openKeycloak } = await import('./auth/keycloak.ts');
  return openKeycloak(address, base.href);
});
app.provide(switchLanguageKey, async (wanted) => switchLanguage(await loading, wanted));
app.provide(leaveKey, (url) => window.location.replace(url));
app.provide(
  apiKey,
  createApi(
    createTransport(apiUrl),
    createTransport(apiUrl, {
      token: () => useSessionStore().credentials.token(),
      replace: (refused) => useSessionStore().credentials.replace(refused),
      end: () => useSessionStore().credentials.end(),
    }),
  ),
);

const router = createPortalRouter(createWebHistory());
app.runWithContext(() =>
  guardAccess(router, async () => {
    const { openMemberSide } = await import('./member-side.ts');
    await openMemberSide(app, await loading);
  }),
);
app.use(router);
app.use(await loading).mount('#app');
