/**
 * Puts a brotli and a gzip neighbour beside every text asset of the build, so that the server never
 * compresses while it answers. The same input gives the same bytes: no time, no name goes in.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const TEXT = /\.(html|js|css|svg|json|webmanifest|wasm|txt)$/;

export function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    enforce: 'post',
    async writeBundle(options, bundle) {
      const root = options.dir ?? 'dist';
      const names = Object.keys(bundle).filter((name) => TEXT.test(name));
      for (const name of names) {
        const bytes = await readFile(join(root, name));
        const brotli = brotliCompressSync(bytes, {
          params: {
            [constants.BROTLI_PARAM_QUALITY]: 11,
            [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
          },
        });
        await writeFile(join(root, `${name}.br`), brotli);
        await writeFile(join(root, `${name}.gz`), gzipSync(bytes, { level: 9 }));
      }
    },
  };
}
