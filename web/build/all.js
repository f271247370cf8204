/**
 * Builds each page, and the service worker, by itself, with its name as the mode: what only the desk needs of a shared module would
 * otherwise travel to every phone. `node build/all.js [folder]`, `dist` without one.
 */
import { build } from 'vite';

const [outDir] = process.argv.slice(2);
for (const [index, mode] of ['desk', 'u', 'r', 'nothing', 'sw'].entries()) {
  await build({ mode, logLevel: 'warn', build: { emptyOutDir: index === 0, ...(outDir && { outDir }) } });
}
