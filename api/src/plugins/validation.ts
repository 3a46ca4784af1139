import ajvCompiler from '@fastify/ajv-compiler';
import type { FastifyInstance } from 'fastify';

/**
 * What was sent is right or it is a 400: nothing is coerced, nothing dropped in silence, every fault named at once (no
 * risk here: bodies are small, and every text and list in a schema is bounded). Query strings and path parameters are
 * text, so they alone are read as numbers where a number is asked for.
 */
const common = {
  allErrors: true,
  removeAdditional: false,
  useDefaults: true,
  allowUnionTypes: true,
} as const;

export function validation(app: FastifyInstance): void {
  const factory = ajvCompiler();
  const strict = factory({}, { customOptions: { ...common, coerceTypes: false } });
  const lenient = factory({}, { customOptions: { ...common, coerceTypes: true } });
  app.setValidatorCompiler((route) =>
    (route.httpPart === 'querystring' || route.httpPart === 'params' ? lenient : strict)(route),
  );
}

/** JSON alone is taken, and no body at all is one: clients that always name a content type may send a DELETE. */
export function jsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') return done(null, undefined);
    return parse(request, body.toString(), done);
  });
}
