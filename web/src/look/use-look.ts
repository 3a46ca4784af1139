import { watchEffect } from 'vue';
import { useConfigStore } from '../shell/config-store.ts';
import { useSchemeStore } from './scheme-store.ts';

/**
 * What of the community's look stands outside of the page: the tab's picture, and the colour of the browser around it.
 * Colours and fonts come by a style sheet of the API's.
 */
export function useLook() {
  const configs = useConfigStore();
  const schemes = useSchemeStore();
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const themes = [...document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')];
  const [light = '', dark = ''] = themes.map(({ content }) => content);

  watchEffect(() => {
    const look = configs.config?.look;
    if (icon && look?.favicon) {
      icon.removeAttribute('type');
      icon.href = look.favicon;
    }
    const accent = look?.accent ?? { light, dark };
    const { scheme } = schemes;
    for (const [index, theme] of themes.entries()) {
      const own = index === 0 ? 'light' : 'dark';
      theme.content = accent[scheme === 'system' ? own : scheme];
    }
  });
}
