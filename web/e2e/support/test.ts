import { type BrowserContextOptions, test as base, expect, type Page } from '@playwright/test';
import { type Portal, type PortalOptions, startPortal } from './portal.ts';
import { createWatch, type Watch } from './watch.ts';

export { expect };

interface Fixtures {
  watch: Watch;
  /** A page in a browser that has never been here. */
  visitor: (options?: BrowserContextOptions) => Promise<Page>;
}

interface WorkerFixtures {
  portalOptions: PortalOptions;
  /** Shared by the tests of a worker that want it the same: each makes its own people and links. */
  portal: Portal;
}

/** A test against the whole portal. What pages do that they should not fails it (see `createWatch`). */
export const test = base.extend<Fixtures, WorkerFixtures>({
  portalOptions: [{}, { option: true, scope: 'worker' }],

  portal: [
    async ({ portalOptions }, use) => {
      const portal = await startPortal(portalOptions);
      await use(portal);
      await portal.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  watch: [
    async ({ portal, context }, use) => {
      const watch = createWatch(portal.url, portal.realm.keycloakUrl);
      watch.follow(context);
      await use(watch);
      expect(watch.troubles()).toEqual([]);
    },
    { auto: true },
  ],

  visitor: async ({ browser, watch }, use) => {
    const contexts: { close(): Promise<void> }[] = [];
    await use(async (options) => {
      const context = await browser.newContext(options);
      contexts.push(context);
      watch.follow(context);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },
});

export const PHONE = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
} satisfies BrowserContextOptions;
