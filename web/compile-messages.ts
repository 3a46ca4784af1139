import { baseCompile } from '@intlify/message-compiler';
import type { Plugin } from 'vite';

const MESSAGE_FILE = /\/src\/i18n\/(?:public|member)\/[^/]+\.json$/;

/** What vue-i18n reads in a message; without one of these a text is shown as it stands, and needs no tree. */
const SYNTAX = /[{}|@]/;

/** Replaces each message of a file by its syntax tree, as vue-i18n takes it in place of the text. */
export function compileMessages(text: string): string {
  return JSON.stringify(compile(JSON.parse(text)));
}

function compile(messages: unknown): unknown {
  if (typeof messages === 'string') {
    const { ast } = baseCompile(messages, { jit: true, minify: true, onError: fail });
    return SYNTAX.test(messages) ? ast : messages;
  }
  return Object.fromEntries(
    Object.entries(Object(messages)).map(([key, message]) => [key, compile(message)]),
  );
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
