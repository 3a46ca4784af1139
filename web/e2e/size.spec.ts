import { gzipSync } from 'node:zlib';
import { expect, test } from './support/test.ts';

/** In kB of 1,000 bytes, gzipped, as a phone on a bad line gets them. */
const MOST_SCRIPT = 90;
const MOST_STYLE = 20;

/** Messages differ in length: of the languages, Arabic has the longest files. */
for (const locale of ['en-GB', 'ar'])
  test(`the page behind a link is light, in ${locale}: what it loads before its form works`, async ({
    visitor,
    portal,
  }) => {
    const page = await visitor({ locale });
    const link = await portal.link(await portal.member());
    const sizes = { script: 0, stylesheet: 0 };
    const read: Promise<void>[] = [];
    page.on('response', (response) => {
      const kind = response.request().resourceType();
      if (kind !== 'script' && kind !== 'stylesheet') return;
      read.push(
        response.body().then((body) => {
          sizes[kind] += gzipSync(body).length / 1000;
        }),
      );
    });
    await page.goto(link.url);
    await expect(page.locator('form [type=submit]')).toBeEnabled();
    await page.waitForLoadState('networkidle');
    await Promise.all(read);
    expect(sizes.script).toBeGreaterThan(10);
    expect(sizes.script).toBeLessThanOrEqual(MOST_SCRIPT);
    expect(sizes.stylesheet).toBeLessThanOrEqual(MOST_STYLE);
  });
