/**
 * On every answer: it is data, which nothing keeps, runs or frames (OWASP REST Security Cheat Sheet, "Security headers").
 * Whether all of the host is https is for the proxy to say. Written out, where a library works them out anew for each
 * request.
 */
export const SAFE_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;
