import type { BrowserContext, Request } from '@playwright/test';
import type { Portal } from './portal.ts';

/** Shows the portal under an address of the real world, which its pages, links and cookies then have. */
export async function showAtPublicAddress(context: BrowserContext, portal: Portal): Promise<void> {
  await context.route(`${portal.url}/**`, async (route) => {
    const answer = await fetch(inPlaceOf(route.request(), portal), {
      method: route.request().method(),
      headers: await headersOf(route.request(), context),
      body: route.request().postData(),
      redirect: 'manual',
    });
    const cookies = answer.headers.getSetCookie();
    await route.fulfill({
      status: answer.status,
      headers: {
        ...Object.fromEntries(answer.headers),
        ...(cookies.length > 0 && { 'set-cookie': cookies.join('\n') }),
      },
      body: Buffer.from(await answer.arrayBuffer()),
    });
  });
}

function inPlaceOf(request: Request, portal: Portal): string {
  const { pathname, search } = new URL(request.url());
  return `${portal.listensAt}${pathname}${search}`;
}

/** What the page sends, and the cookies, which are added after it could be seen here. */
async function headersOf(request: Request, context: BrowserContext) {
  const cookies = await context.cookies(request.url());
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  return { ...request.headers(), ...(cookie && { cookie }) };
}
