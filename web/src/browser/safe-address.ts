/**
 * The same page over https.
 *
 * @param path of a page, from the portal's own address: `/sign-in`.
 */
export function safeAddress(path: string): string {
  const url = new URL(path.replace(/^\/+/, ''), new URL('.', document.baseURI));
  url.protocol = 'https:';
  return url.href;
}
