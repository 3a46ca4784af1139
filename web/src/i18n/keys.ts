import type member from './member/en.json';
import type shared from './public/en.json';

/** The dotted paths to the texts in a file of messages. */
type Paths<T> = {
  [K in keyof T & string]: T[K] extends string ? K : `${K}.${Paths<T[K]>}`;
}[keyof T & string];

/** Every message there is: English has them all, and the others have the same. */
export type MessageKey = Paths<typeof shared> | Paths<typeof member>;
