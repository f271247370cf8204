// Passphrases: seven words offered, and a measure of any other.
//
// The words come from the EFF large list (7776 words, 12.9 bits each, so seven are 90 bits), drawn
// with crypto.getRandomValues and without modulo bias. The list and the estimator are heavy, so the
// caller loads them when the set-up page opens; this module is given them.

export const WORDS_OFFERED = 7;
export const LEAST_BITS = 50;

export type Strength = 'empty' | 'refused' | 'fair' | 'strong';

/** Fills the array it is given, as `crypto.getRandomValues` does. */
export type RandomSource = (into: Uint16Array<ArrayBuffer>) => void;

export function offerWords(
  list: readonly string[],
  random: RandomSource = (into) => void crypto.getRandomValues(into),
): string {
  const words: string[] = [];
  while (words.length < WORDS_OFFERED) words.push(list[below(list.length, random)] ?? '');
  return words.join(' ');
}

/** A whole number in [0, limit), each equally likely: draws in the ragged end are thrown away. */
export function below(limit: number, random: RandomSource): number {
  if (limit < 1 || limit > 0x10000) throw new RangeError('limit must be 1 to 65536');
  const even = 0x10000 - (0x10000 % limit);
  const draw = new Uint16Array(1);
  for (;;) {
    random(draw);
    const value = draw[0] ?? 0;
    if (value < even) return value % limit;
  }
}

export function bitsOf(guesses: number): number {
  return guesses <= 1 ? 0 : Math.log2(guesses);
}

export function strengthOf(passphrase: string, bits: number): Strength {
  if (passphrase === '') return 'empty';
  if (bits < LEAST_BITS) return 'refused';
  return bits < 70 ? 'fair' : 'strong';
}
