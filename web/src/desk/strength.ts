// The estimator: the only file of the desk that names zxcvbn. It is loaded with `import()` when a
// passphrase is chosen, because its word lists weigh more than the rest of the desk.

import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';
import { bitsOf } from './passphrase';

const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });

/** Bits against someone who guesses well and knows the sign-in name and the name shown. */
export function bits(passphrase: string, known: readonly string[] = []): number {
  const heard = known.flatMap((text) => text.split(/[\s@._-]+/)).filter((text) => text.length > 2);
  return bitsOf(estimator.check(passphrase.normalize('NFC'), heard).guesses);
}

/** The EFF large word list, which the estimator carries to recognise such passphrases. */
export const words: readonly string[] = dictionary['diceware-common'];
