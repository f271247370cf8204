/**
 * Writes into each page the hash of every script and style that it names, so that a browser runs these bytes
 * or none. Before `compressed`, which makes the neighbours of what is then final.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const NAMES = /<(?:script|link)\b[^>]*?\b(?:src|href)="(\/assets\/[^"]+\.(?:js|css))"/g;

export function integrity(): Plugin {
  return {
    name: 'integrity',
    apply: 'build',
    enforce: 'post',
    writeBundle: {
      order: 'pre',
      sequential: true,
      async handler(options, bundle) {
        const root = options.dir ?? 'dist';
        const pages = Object.keys(bundle).filter((name) => name.endsWith('.html'));
        for (const page of pages) {
          let html = await readFile(join(root, page), 'utf8');
          for (const [tag, path = ''] of html.matchAll(NAMES)) {
            const hash = createHash('sha384')
              .update(await readFile(join(root, path)))
              .digest('base64');
            html = html.replace(tag, `${tag} integrity="sha384-${hash}"`);
          }
          await writeFile(join(root, page), html);
        }
      },
    },
  };
}
