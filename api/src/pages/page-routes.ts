import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { languageOf } from '../plugins/language.ts';
import type { Pages } from './page-library.ts';
import { CommunityPageSchema, PageNodeSchema, PageParams } from './page-schemas.ts';

/** For anyone: what the community says of itself. */
export const pageRoutes: FastifyPluginAsyncTypebox<{ pages: Pages }> = async (app, { pages }) => {
  app.addSchema(PageNodeSchema);
  app.get(
    '/pages/:slug',
    {
      config: { problems: [400, 404] },
      // A serializer for a tree would try each kind of node at each of its nodes; these are our own, with nothing to hide.
      serializerCompiler: () => (page) => JSON.stringify(page),
      schema: {
        operationId: 'getPage',
        summary: 'A page of the community’s own, as a tree',
        tags: ['Portal'],
        security: [],
        params: PageParams,
        response: { 200: CommunityPageSchema },
      },
    },
    (request) => pages.page(request.params.slug, languageOf(request)),
  );
};
