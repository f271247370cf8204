/**
 * Writes `tests/vectors/NAME.json` when `VECTORS` names it (`VECTORS=link npx vitest run write`), or all
 * with `VECTORS=all`. Otherwise it checks that each file is there and has cases with names of their own.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { VECTORS } from './index.ts';

const wanted = process.env['VECTORS'] ?? '';

for (const [name, make] of Object.entries(VECTORS)) {
  const file = fileURLToPath(new URL(`../../../../tests/vectors/${name}.json`, import.meta.url));

  test(`${name}.json has cases with names of their own`, async () => {
    if (wanted === name || wanted === 'all')
      writeFileSync(file, `${JSON.stringify(await make(), null, 1)}\n`);
    expect(existsSync(file)).toBe(true);
    const { cases } = JSON.parse(readFileSync(file, 'utf-8')) as { cases: { name: string }[] };
    expect(new Set(cases.map((one) => one.name)).size).toBe(cases.length);
    expect(cases.length).toBeGreaterThan(2);
  }, 60_000);
}
