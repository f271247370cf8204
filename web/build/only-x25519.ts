/**
 * What `age-encryption` carries for recipients that Dewdrop never has (post-quantum, P-256, passphrases)
 * stays out of the pages: our links and vaults are X25519 alone. That is two thirds of the library's weight
 * on a phone. What is left out throws when it is called; the tests in Node run the whole library.
 */
import type { Plugin } from 'vite';

/** Modules that age-encryption imports, and the names that it takes of them. */
const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  '@noble/post-quantum/hybrid.js': ['MLKEM768P256', 'MLKEM768X25519'],
  '@noble/curves/nist.js': ['p256'],
  '@noble/hashes/scrypt.js': ['scrypt'],
};
const PREFIX = '\0left-out:';

/**
 * X25519's own short cut for a public key goes over the Edwards curve, a tenth of what the sealing worker
 * weighs; the ladder, which every shared key takes anyway, comes to the same one a millisecond later.
 */
const SHORT_CUT = /\n {8}scalarMultBase: \(k\) => \{\n[^]*?\n {8}\},/;

export function onlyX25519(): Plugin {
  return {
    name: 'only-x25519',
    apply: 'build',
    enforce: 'pre',
    resolveId(source, importer) {
      const ofAge = importer?.includes('/node_modules/age-encryption/') ?? false;
      return ofAge && source in LEFT_OUT ? PREFIX + source : null;
    },
    transform(code, id) {
      if (!id.includes('/node_modules/@noble/curves/ed25519.js')) return null;
      return { code: withoutShortCut(code), map: null };
    },
    load(id) {
      const names = id.startsWith(PREFIX) ? LEFT_OUT[id.slice(PREFIX.length)] : undefined;
      return names?.map((name) => `export const ${name} = undefined;`).join('\n') ?? null;
    },
  };
}

/** Of the source of `@noble/curves/ed25519.js`. */
export function withoutShortCut(code: string): string {
  if (!SHORT_CUT.test(code)) throw new Error('@noble/curves has no short cut to leave out any more');
  return code.replace(SHORT_CUT, '');
}
