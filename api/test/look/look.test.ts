import type { PortalConfig } from '@portal/shared';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { createLook } from '../../src/look/community-look.ts';
import { type Contents, mountedFolder, recordingLog } from '../support/mounted-folder.ts';
import { startPortal } from '../support/portal.ts';

const HOSTILE =
  '<?xml version="1.0"?>\n<!-- ours -->\n<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>';
const PNG = Buffer.from('89504e470d0a1a0a0000', 'hex');
const WOFF2 = Buffer.from('774f463200010000', 'hex');

const folder = await mountedFolder({
  'logo.svg': HOSTILE,
  'favicon.png': PNG,
  'text.woff2': WOFF2,
});
const portal = await startPortal({
  environment: { BRAND_DIR: folder.dir, COMMUNITY_ACCENT: 'FC0' },
});
afterAll(async () => {
  await portal.stop();
  await folder.remove();
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${portal.url}/${path}`, { headers });
const look = async () => (await portal.api.get<PortalConfig>('/config')).body.look;

describe('over HTTP', () => {
  test('the accent and the fonts are a style sheet, asked for anew and not sent anew', async () => {
    const response = await get('api/v1/look.css');
    expect(response.headers.get('content-type')).toBe('text/css; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    const css = await response.text();
    expect(css).toContain('html:root{--accent:#ffcc00;');
    expect(css).toMatch(/--on-accent:light-dark\(#14120f,#14120f\)/);
    expect(css).toMatch(/src:url\(look\/text\?v=[0-9a-f]{16}\) format\("woff2"\);font-weight:400/);
    expect(css).toContain('--text-font:"Community text"');
    expect(css).not.toContain('heading');
    const etag = response.headers.get('etag') ?? '';
    const again = await get('api/v1/look.css', { 'if-none-match': `"x", W/${etag}` });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await get('api/v1/look.css', { 'if-none-match': '"x"' })).status).toBe(200);
  });

  test('a logo that is a drawing does nothing where it is opened by itself', async () => {
    const { logo } = await look();
    expect(logo).toMatch(/^api\/v1\/look\/logo\?v=[0-9a-f]{16}$/);
    const response = await get(logo ?? '');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/svg+xml');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'",
    );
    expect(await response.text()).toBe(HOSTILE);
  });

  test('is kept where its address says which it is, and asked for anew elsewhere', async () => {
    const { favicon, accent } = await look();
    expect(accent).toEqual({ light: '#ffcc00', dark: '#ffd324' });
    const kept = await get(favicon ?? '');
    expect(kept.headers.get('content-type')).toBe('image/png');
    expect(kept.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const other = await get('api/v1/look/favicon?v=0000');
    expect(other.headers.get('cache-control')).toBe('no-cache');
    const etag = other.headers.get('etag') ?? '';
    expect((await get('api/v1/look/favicon', { 'if-none-match': etag })).status).toBe(304);
  });

  test.each([
    ['heading', 404],
    ['nothing', 400],
    ['..%2f..%2fetc%2fpasswd', 400],
  ])('there is no %s', async (part, status) => {
    expect((await get(`api/v1/look/${part}`)).status).toBe(status);
  });

  test('another logo is shown without a restart', async () => {
    const before = (await look()).logo;
    await folder.write({ 'logo.svg': '<svg/>' });
    await vi.waitFor(async () => expect((await look()).logo).not.toBe(before), {
      timeout: 10_000,
      interval: 100,
    });
  });
});

describe('of the folder', () => {
  const removals: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const remove of removals.splice(0)) await remove();
  });
  async function open(contents: Contents) {
    const { dir, remove } = await mountedFolder(contents);
    removals.push(remove);
    const look = createLook(undefined, dir, recordingLog());
    await look.open();
    return look;
  }

  test.each<[string, string | Uint8Array]>([
    ['logo.svg', '\uFEFF<!DOCTYPE svg PUBLIC "a" "b"><svg></svg>'],
    ['logo.png', PNG],
    ['logo.webp', Buffer.from('52494646000000005745425056', 'hex')],
    ['logo.jpg', Buffer.from('ffd8ffe0', 'hex')],
    ['favicon.ico', Buffer.from('0000010001', 'hex')],
    ['text-bold.woff2', WOFF2],
  ])('%s is taken', async (name, content) => {
    const look = await open({ [name]: content });
    const part = name.replace(/\..*/, '');
    expect((await look.file(part as 'logo')).bytes).toEqual(Buffer.from(content));
  });

  test.each<[string, string | Uint8Array, string]>([
    ['logo.gif', 'GIF89a', 'logo.gif is none of: logo.svg'],
    ['logo.html', '<p>', 'logo.html is none of'],
    ['logo', PNG, 'logo is none of'],
    ['logo.svg.png', PNG, 'logo.svg.png is none of'],
    ['Logo.png', PNG, 'Logo.png is none of'],
    ['constructor.png', PNG, 'constructor.png is none of'],
    ['favicon.woff2', WOFF2, 'favicon.woff2 is none of'],
    ['logo.svg', '<html><svg></svg></html>', 'logo.svg is not what its name says'],
    ['logo.png', '<svg></svg>', 'logo.png is not what its name says'],
    ['heading.woff2', PNG, 'heading.woff2 is not what its name says'],
    ['logo.png', Buffer.concat([PNG, Buffer.alloc(256 * 1024)]), 'logo.png has more than 256 kB'],
  ])('%s is refused at start: %o', async (name, content, said) => {
    await expect(open({ [name]: content })).rejects.toThrow(`BRAND_DIR: ${said}`);
  });

  test('two logos are one too many', async () => {
    await expect(open({ 'logo.png': PNG, 'logo.svg': '<svg/>' })).rejects.toThrow(
      'BRAND_DIR: logo.svg is the second logo in it',
    );
  });
});
