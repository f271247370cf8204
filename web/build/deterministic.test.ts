/**
 * Two builds are the same byte for byte, wherever and whenever they are made: only then can anyone
 * build the pages again and compare the hashes that `dewdrop verify` goes by.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'two builds '));
const [here, there] = [join(folder, 'here'), join(folder, 'there')];

function build(from: string, to: string, env: Record<string, string>): void {
  // Without what vitest sets, as a person would call it.
  const { NODE_ENV: _mode, VITEST: _test, ...own } = process.env;
  execFileSync(process.execPath, ['build/all.js', to], { cwd: from, env: { ...own, ...env }, stdio: 'pipe' });
}

/** Paths and bytes of everything below a folder. */
function files(root: string): Map<string, Buffer> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const paths = entries.map((one) => join(one.parentPath, one.name)).sort();
  return new Map(paths.map((path) => [path.slice(root.length + 1), readFileSync(path)]));
}

beforeAll(() => {
  build(web, here, { TZ: 'America/St_Johns', LC_ALL: 'C' });
  const copy = join(folder, 'another place', 'far below', 'pages');
  const [built, packages] = [join(web, 'dist'), join(web, 'node_modules')];
  cpSync(web, copy, { recursive: true, filter: (path) => path !== built && path !== packages });
  // Another place for what is depended on, too; hard links where the disk is the same one.
  try {
    execFileSync('cp', ['-al', packages, copy], { stdio: 'pipe' });
  } catch {
    execFileSync('cp', ['-a', packages, copy]);
  }
  for (const path of files(join(copy, 'src')).keys()) utimesSync(join(copy, 'src', path), 86_400, 86_400);
  build(copy, there, { TZ: 'Pacific/Auckland', LC_ALL: 'tr_TR.UTF-8' });
}, 300_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

it('builds the same bytes in two folders, compressed neighbours included', () => {
  const [ours, theirs] = [files(here), files(there)];
  expect([...theirs.keys()]).toEqual([...ours.keys()]);
  const differing = [...ours]
    .filter(([path, bytes]) => !theirs.get(path)?.equals(bytes))
    .map(([path]) => path);
  expect(differing).toEqual([]);
  expect(ours.size).toBeGreaterThan(20);
});

it('packs what it serves into neighbours of the same content, and tells no folder of this machine', () => {
  const all = files(here);
  for (const [path, bytes] of all) {
    for (const place of [web, folder]) expect(bytes.includes(place), path).toBe(false);
    const [brotli, gzip] = [all.get(`${path}.br`), all.get(`${path}.gz`)];
    if (brotli) expect(brotliDecompressSync(brotli).equals(bytes), path).toBe(true);
    if (gzip) expect(gunzipSync(gzip).equals(bytes), path).toBe(true);
    expect(/\.(br|gz|png)$/.test(path) || (brotli && gzip), `${path} has no neighbours`).toBeTruthy();
  }
});
