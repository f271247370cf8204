/**
 * A state of a page as people see it: axe over it, light and dark, and with `npm run pictures` a picture in
 * both sizes and schemes. Pictures go to `artifacts/`; looking at them is for people, axe fails by itself.
 */
import axe, { type AxeResults } from 'axe-core';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { SIZES } from './sizes.ts';

const FOLDER = join(import.meta.dirname, '../artifacts');
const SCHEMES = ['light', 'dark'] as const;

const PICTURES = process.env['DEWDROP_PICTURES'] === '1';

/** Fails with what axe found. `name` is the pictures' too; a number in it keeps them in order. */
export async function looksRight({ page }: { page: Page }, name: string): Promise<void> {
  const found: string[] = [];
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    // Of what axe looks at, only colours depend on the scheme.
    const rules = colorScheme === 'light' ? {} : { runOnly: ['color-contrast'] };
    found.push(...(await violations(page, rules)).map((text) => `${name}, ${colorScheme}: ${text}`));
    if (PICTURES) await pictures(page, `${name}-%-${colorScheme}.png`);
  }
  await page.emulateMedia({ colorScheme: null });
  if (found.length > 0) throw new Error(found.join('\n'));
}

async function pictures(page: Page, name: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const own = page.viewportSize() ?? SIZES.desktop;
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    const path = join(FOLDER, name.replace('%', size));
    await page.screenshot({ path, animations: 'disabled', fullPage: true });
  }
  await page.setViewportSize(own);
}

async function violations(page: Page, rules: object): Promise<string[]> {
  await page.evaluate(`globalThis.axe || (0, ${wrapped})()`);
  const options = JSON.stringify({ ...rules, resultTypes: ['violations'] });
  const results = (await page.evaluate(`axe.run(document, ${options})`)) as AxeResults;
  return results.violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map((node) => `  ${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`).join('\n')}`,
  );
}

const wrapped = `function () { ${axe.source} }`;
