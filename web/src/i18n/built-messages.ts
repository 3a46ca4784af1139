import type { ResourceNode } from '@intlify/message-compiler';

/** A text, or the name of a place in it. */
export type BuiltPart = string | [name: string];
/** A plain text, or the parts of each plural form: a fraction of a syntax tree's size on its way. */
export type BuiltMessage = string | BuiltPart[][];
export interface BuiltMessages {
  [key: string]: BuiltMessage | BuiltMessages;
}

export interface Messages {
  [key: string]: string | ResourceNode | Messages;
}

/** Messages as vue-i18n takes them, from what the build made of their file; texts of a file that wasn't built stay. */
export function withMessages(built: BuiltMessages): Messages {
  return Object.fromEntries(
    Object.entries(built).map(([key, message]) => {
      if (typeof message === 'string') return [key, message];
      return [key, Array.isArray(message) ? toTree(message) : withMessages(message)];
    }),
  );
}

/** The syntax tree that vue-i18n's compiler makes of a message. */
function toTree(forms: BuiltPart[][]): ResourceNode {
  const cases = forms.map((parts) => ({ type: MESSAGE, items: parts.map(toNode) }));
  const [only] = cases;
  return { type: 0, body: cases.length === 1 && only ? only : { type: 1, cases } };
}

const MESSAGE = 2;

const toNode = (part: BuiltPart) =>
  typeof part === 'string' ? { type: 3 as const, value: part } : { type: 4 as const, key: part[0] };
