/**
 * A state of a page as people see it: a picture in both sizes, light and dark, and axe over both schemes.
 * Pictures go to `artifacts/`; looking at them is for people, axe fails by itself.
 */
import axe, { type AxeResults } from 'axe-core';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { SIZES } from './sizes.ts';

const FOLDER = join(import.meta.dirname, '../artifacts');
const SCHEMES = ['light', 'dark'] as const;

/** Fails with what axe found. `name` is the file's; a number in front keeps them in order. */
export async function looksRight({ page }: { page: Page }, name: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const own = page.viewportSize() ?? SIZES.desktop;
  const found: string[] = [];
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    found.push(...(await violations(page)).map((text) => `${name}, ${colorScheme}: ${text}`));
    for (const [size, viewport] of Object.entries(SIZES)) {
      if (page.viewportSize()?.width !== viewport.width) await page.setViewportSize(viewport);
      await page.screenshot({
        path: join(FOLDER, `${name}-${size}-${colorScheme}.png`),
        animations: 'disabled',
        fullPage: true,
      });
    }
    await page.setViewportSize(own);
  }
  await page.emulateMedia({ colorScheme: null });
  if (found.length > 0) throw new Error(found.join('\n'));
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(`globalThis.axe || (0, ${wrapped})()`);
  const results = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResults;
  return results.violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map((node) => `  ${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`).join('\n')}`,
  );
}

const wrapped = `function () { ${axe.source} }`;
