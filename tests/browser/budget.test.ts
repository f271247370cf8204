/**
 * What a phone loads of `/u`, in bytes as they travel: what stands between it and the first screen, and
 * everything that the way to "sent" can load, questions and workers included, and the detours: covering a
 * face, and coming back to what was begun.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const DIST = process.env['DEWDROP_DIST'] ?? join(import.meta.dirname, '../../web/dist');
const KIB = 1024;
const FIRST = 40 * KIB;
const ALL = 100 * KIB;

const bytes = (path: string) => statSync(join(DIST, `${path}.br`)).size;
const text = (path: string) => readFileSync(join(DIST, path), 'utf8');
const sum = (paths: Iterable<string>) => [...paths].reduce((total, path) => total + bytes(path), 0);

/** Scripts that these name, and what those name in turn: `how` finds the names in a script. */
function reached(from: readonly string[], how: RegExp): Set<string> {
  const found = new Set(from);
  for (const path of found) {
    for (const [, name = ''] of text(path).matchAll(how)) {
      const script = `assets/${name}`;
      if (existsSync(join(DIST, script))) found.add(script);
    }
  }
  return found;
}

/** What the html of the page names: its script, and what is fetched beside it. */
function named(page: string): string[] {
  return [...text(page).matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, path = '']) => path);
}

test('the first screen needs at most 40 KiB of scripts, the whole way at most 100', () => {
  const first = reached(named('u.html'), /(?:\bfrom|\bimport)\s*["']\.\/([\w.-]+\.js)["']/g);
  const all = reached([...first], /["'`](?:\/?assets\/|\.\/)?([\w.-]+\.js)["'`]/g);
  const names = [...all].join(' ');
  for (const part of ['later', 'upload-', 'upload.worker', 'inspect-', 'Cover-', 'begun-'])
    expect(names).toContain(part);
  expect(names).not.toContain('desk');
  console.info(`first screen ${kib(sum(first))}, in all ${kib(sum(all))}: ${names}`);
  expect(sum(first)).toBeLessThanOrEqual(FIRST);
  expect(sum(all)).toBeLessThanOrEqual(ALL);
});

test('the page says what it is before any script, and names its picture for chats', () => {
  const page = text('u.html');
  expect(page).toMatch(/<h1>Opening your invitation…<\/h1>/);
  expect(page).toMatch(/property="og:title" content="[^"]{10,60}"/);
  expect(page).toMatch(/property="og:description" content="[^"]{40,200}"/);
  expect(page).toContain('property="og:image" content="https://dewdrop.invalid/preview.png"');
  const picture = readFileSync(join(DIST, 'preview.png'));
  expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([1200, 630]);
  expect(picture.length).toBeLessThan(100 * KIB);
});

function kib(count: number): string {
  return `${(count / KIB).toFixed(1)} KiB`;
}
