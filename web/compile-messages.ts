import { baseCompile } from '@intlify/message-compiler';
import type { Plugin } from 'vite';
import type { BuiltMessage, BuiltMessages, BuiltPart } from './src/i18n/built-messages.ts';

const MESSAGE_FILE = /\/src\/i18n\/(?:public|member)\/[^/]+\.json$/;

/** What vue-i18n reads in a message; without one of these a text is shown as it stands. */
const SYNTAX = /[{}|@]/;

/** Replaces each message of a file by its pieces, which `withMessages` makes a message of vue-i18n's again. */
export function compileMessages(text: string): string {
  return JSON.stringify(compile(JSON.parse(text)));
}

function compile(messages: unknown): BuiltMessages {
  return Object.fromEntries(
    Object.entries(Object(messages)).map(([key, message]) => [
      key,
      typeof message === 'string' ? piecesOf(message) : compile(message),
    ]),
  );
}

function piecesOf(message: string): BuiltMessage {
  if (!SYNTAX.test(message)) return message;
  const { body } = baseCompile(message, { jit: true, optimize: false, onError: fail }).ast;
  const forms = 'cases' in body ? body.cases : [body];
  return forms.map(({ items }) => items.map(partOf));
}

/** Text has a value, a named place a key that is a text. */
function partOf(node: object): BuiltPart {
  if ('value' in node && typeof node.value === 'string') return node.value;
  if ('key' in node && typeof node.key === 'string') return [node.key];
  throw new Error('Messages have text and named places, and nothing else.');
}

/**
 * Compiles the messages while building, so that the page carries no compiler and the content security
 * policy needs no `unsafe-eval`. A message that doesn't compile stops the build.
 */
export function compiledMessages(): Plugin {
  return {
    name: 'compiled-messages',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      return MESSAGE_FILE.test(id) ? { code: compileMessages(code), map: null } : undefined;
    },
  };
}

function fail(error: Error): never {
  throw error;
}
