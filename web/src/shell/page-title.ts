import { watchEffect } from 'vue';
import { useWords } from '../i18n/words.ts';
import { useConfigStore } from './config-store.ts';

/** Names the tab: what the page is, and whose portal. */
export function usePageTitle(title: () => string, community?: () => string | undefined) {
  const { t } = useWords();
  const configs = useConfigStore();
  watchEffect(() => {
    const name = community?.() ?? configs.config?.name;
    const page = title();
    document.title =
      name && !page.includes(name) ? t('app.title', { page, community: name }) : page;
  });
}
