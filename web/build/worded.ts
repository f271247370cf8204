/** Fills `{{name}}` in the html shells from the words of the pages, so that they live in one place. */
import type { Plugin } from 'vite';

export function worded(words: Record<string, string>): Plugin {
  const escaped = (value: string) =>
    value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  return {
    name: 'worded',
    transformIndexHtml: {
      order: 'pre',
      handler: (html) =>
        html.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
          const value = words[name];
          if (value === undefined) throw new Error(`no words for {{${name}}}`);
          return escaped(value);
        }),
    },
  };
}
