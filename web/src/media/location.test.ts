/** A place in real files, blanked: it is gone from every byte, and the file plays and opens as before. */
import { readFileSync, rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { inspect } from './inspect.ts';
import { blobOf, FILMS, patched, PICTURES, plain, remains, run, still } from './real.ts';

const made = new Set<string>();
afterAll(() => made.forEach((path) => rmSync(path)));

async function blanked(path: string): Promise<string> {
  const { location } = await inspect(blobOf(path));
  if (!location) throw new Error('no place was found');
  expect(location.whole).toBe(true);
  const out = patched(path, location.patches);
  made.add(out);
  return out;
}

interface Said {
  /** Every tag about a place, embedded files and samples included. */
  readonly place: readonly string[];
  /** What is no place, and what exiftool has to say of the file. */
  readonly rest: string;
}

/** What exiftool finds in each of them. */
function said(...paths: string[]): Said[] {
  const tags = ['-GPS*', '-Location*', '-City', '-Make', '-Title', '-Headline', '-Warning', '-Error'];
  const found = run('exiftool', '-ee', '-a', '-u', '-G1', '-json', ...tags, ...paths);
  return (JSON.parse(found) as Record<string, unknown>[]).map(({ SourceFile: _, ...tags }) => {
    const about = ([name]: [string, unknown]) => /GPS|Location|City/.test(name);
    const entries = Object.entries(tags).filter(([, value]) => String(value).trim() !== '');
    return {
      place: entries.filter(about).map(([name]) => name),
      rest: JSON.stringify(entries.filter((entry) => !about(entry))),
    };
  });
}

/** Hashes of every picture and sound. */
const frames = (path: string) =>
  run('ffmpeg', '-v', 'error', '-i', path, '-map', '0:v', '-map', '0:a?', '-f', 'framemd5', '-').replace(
    /^#.*\n/gm,
    '',
  );

/** ffmpeg reads no HEIC; libheif does. */
function pixels(path: string): string {
  if (!path.endsWith('.heic')) return frames(path);
  const shown = `${path}-${process.pid}.png`;
  run('heif-convert', path, shown);
  made.add(shown);
  return frames(shown);
}

async function losesItsPlaceAlone(path: string): Promise<Said | undefined> {
  expect(remains(readFileSync(path))).not.toEqual([]);
  const out = await blanked(path);
  expect(remains(readFileSync(out))).toEqual([]);
  const [before, after] = said(path, out);
  expect(after).toEqual({ place: [], rest: before?.rest });
  expect(pixels(out)).toBe(pixels(path));
  expect((await inspect(blobOf(out))).location).toBeNull();
  return after;
}

describe('a film', () => {
  it.each(Object.keys(FILMS))('%s loses its place and nothing else', async (how) => {
    await losesItsPlaceAlone(FILMS[how]?.() ?? '');
  });
});

describe('a picture', () => {
  it.each(Object.keys(PICTURES))('%s loses its place and nothing else', async (how) => {
    expect((await losesItsPlaceAlone(PICTURES[how]?.() ?? ''))?.rest).toContain('Dew');
  });
});

it.each([plain, still])('a file without a place is left alone', async (make) => {
  expect((await inspect(blobOf(make()))).location).toBeNull();
});
