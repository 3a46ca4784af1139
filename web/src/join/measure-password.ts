import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

/** As many signs of it as are looked at: what is longer is strong enough. */
const LOOKED_AT = 128;

const zxcvbn = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });

/**
 * How hard a password is to guess, from 0 to 4. Heavy: loaded when somebody is about to type one.
 *
 * @param known what a stranger would try first: their name, their address.
 */
export function measurePassword(password: string, known: string[]): 0 | 1 | 2 | 3 | 4 {
  return zxcvbn.check(password.slice(0, LOOKED_AT), known).score;
}
