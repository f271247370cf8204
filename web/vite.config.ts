/// <reference types="vitest/config" />
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { compressed } from './build/compressed.ts';
import { integrity } from './build/integrity.ts';
import { onlyX25519 } from './build/only-x25519.ts';
import { worded } from './build/worded.ts';
import { shell } from './src/text/shell.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Three pages and the one for wrong addresses, each a shell without a line of inline script or style; all
 * else under assets/, hashed, but for the desk's service worker: browsers know that one by its address. The mode
 * names the page, or `sw`: `build/all.js` builds one after the other.
 */
export default defineConfig(({ mode }) => ({
  appType: 'mpa',
  plugins: [onlyX25519(), svelte(), worded(shell), integrity(), compressed()],
  worker: { format: 'es', plugins: () => [onlyX25519()] },
  build: {
    target: 'es2022',
    outDir: 'dist',
    assetsInlineLimit: 0,
    cssCodeSplit: true,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: mode === 'sw' ? { 'desk/sw': at('./src/desk-sw/main.ts') } : { [mode]: at(`./${mode}.html`) },
      output:
        mode === 'sw'
          ? { format: 'iife' as const, entryFileNames: '[name].js' }
          : {
              entryFileNames: 'assets/[name]-[hash].js',
              chunkFileNames: 'assets/[name]-[hash].js',
              assetFileNames: 'assets/[name]-[hash][extname]',
              // What a page's script begins with stays one file: cut along what later parts share with it, it
              // would be four, and each compressed anew. It takes modules whole: what belongs to a later screen
              // stands in a module that the first screen does not name.
              codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] },
            },
    },
  },
  test: { include: ['src/**/*.test.ts', 'build/*.test.ts'], environment: 'node', testTimeout: 60_000 },
}));
