/** Svelte: runes everywhere, styles in files of their own (the pages allow no inline style). */
export default {
  compilerOptions: { runes: true, css: 'external' },
};
