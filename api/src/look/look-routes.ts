import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { CommunityLook } from '@portal/shared';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { contract } from '../contract.ts';
import { PARTS } from './brand-files.ts';
import type { Look } from './community-look.ts';

const closed = { additionalProperties: false };
const Address = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], description });

export const CommunityLookSchema = contract<CommunityLook>()(
  Type.Object(
    {
      accent: Type.Unsafe<CommunityLook['accent']>({
        type: ['object', 'null'],
        properties: { light: { type: 'string' }, dark: { type: 'string' } },
        required: ['light', 'dark'],
        additionalProperties: false,
        description: 'By scheme, as `#rrggbb`; null: the portal’s own',
      }),
      logo: Address('Below the portal’s own address; null: none'),
      favicon: Address('Below the portal’s own address; null: none'),
    },
    closed,
  ),
);

/**
 * Opened by itself, a picture is a document of the portal's own host: nothing in it runs, is loaded or is sent (SVG has
 * scripts, links and forms). In a page it is an image, in which nothing runs anyway.
 */
const HARMLESS = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";
const YEAR_S = 365 * 24 * 60 * 60;
const MEDIA = [
  ...['image/svg+xml', 'image/png', 'image/webp', 'image/jpeg', 'image/x-icon', 'font/woff2'],
];

/** For anyone: the pages wear it before anybody signs in. */
export const lookRoutes: FastifyPluginAsyncTypebox<{ look: Look }> = async (app, { look }) => {
  app.get(
    '/look.css',
    {
      config: { problems: [] },
      schema: {
        operationId: 'getLookStyle',
        summary: 'The community’s accent and fonts, as a style sheet',
        tags: ['Portal'],
        security: [],
        produces: ['text/css'],
        response: { 200: Type.String() },
      },
    },
    async (request, reply) => {
      const { css, hash } = await look.style();
      reply.header('cache-control', 'no-cache').type('text/css; charset=utf-8');
      return unlessKnown(request, reply, hash, css);
    },
  );

  app.get(
    '/look/:part',
    {
      config: { problems: [400, 404] },
      schema: {
        operationId: 'getLookPart',
        summary: 'The community’s logo, favicon or font',
        tags: ['Portal'],
        security: [],
        produces: MEDIA,
        params: Type.Object({ part: Type.Enum([...PARTS]) }),
        querystring: Type.Object({
          v: Type.Optional(
            Type.String({ maxLength: 64, description: 'A hash: with the right one it is kept' }),
          ),
        }),
        response: { 200: Type.Unsafe<string | Buffer>({ type: 'string', format: 'binary' }) },
      },
    },
    async (request, reply) => {
      const { bytes, type, hash } = await look.file(request.params.part);
      const keep = request.query.v === hash;
      reply
        .header('cache-control', keep ? `public, max-age=${YEAR_S}, immutable` : 'no-cache')
        .header('content-security-policy', HARMLESS)
        .type(type);
      return unlessKnown(request, reply, hash, bytes);
    },
  );
};

/** A browser that has it already gets no more than its name (RFC 9110, section 13.1.2). */
function unlessKnown<T>(request: FastifyRequest, reply: FastifyReply, hash: string, content: T) {
  const etag = `"${hash}"`;
  reply.header('etag', etag);
  const known = request.headers['if-none-match']?.split(',').map((each) => each.trim());
  return known?.some((each) => each.replace(/^W\//, '') === etag)
    ? reply.code(304).send()
    : reply.send(content);
}
