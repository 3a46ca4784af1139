import type { FastifyRequest } from 'fastify';

/**
 * The language that a browser asks for first (RFC 9110, section 12.5.4; browsers list them in order). Empty where it
 * asks for none.
 */
export function languageOf({ headers }: FastifyRequest): string {
  return /^\s*([a-z]{2,3}(?:-[a-z0-9]{2,8})*)/i.exec(headers['accept-language'] ?? '')?.[1] ?? '';
}
