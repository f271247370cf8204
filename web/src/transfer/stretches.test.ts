import { describe, expect, test } from 'vitest';
import { equal } from '../sealed/bytes.ts';
import { pattern } from '../sealed/vectors/sample.ts';
import { Source } from './source.ts';

const PART = 100_000;
const SIZE = 20 * 1024 * 1024 + 17;
const bytes = pattern(SIZE);

/** A picked file that counts how it is read; its streams end early once they are told to. */
function picked() {
  const read = { slices: 0, streams: 0, failing: false };
  const file = new File([bytes], 'squat.mp4', { lastModified: 5000 });
  const slice = (from: number, to: number) => {
    const part = file.slice(from, to);
    return {
      arrayBuffer: () => {
        read.slices += 1;
        return part.arrayBuffer();
      },
      stream: () => {
        read.streams += 1;
        return read.failing ? new Blob([]).stream() : part.stream();
      },
    };
  };
  const what = { name: file.name, size: SIZE, type: '', lastModified: 5000, slice } as unknown as File;
  return { read, source: new Source({ file: what, question: null }, 0, true) };
}

async function reads(source: Source, from: number, to: number): Promise<boolean> {
  const part = await source.read(from, to);
  const same = equal(part, bytes.subarray(from, to));
  source.spent(part);
  return same;
}

describe('a file that is read in stretches', () => {
  test('is read to the same bytes from one end to the other, each 16 MiB opened once', async () => {
    const { read, source } = picked();
    for (let from = 0; from < SIZE; from += PART)
      expect(await reads(source, from, Math.min(from + PART, SIZE))).toBe(true);
    expect(read).toMatchObject({ slices: 1, streams: 2 });
  });

  test('is read by slices where nothing follows, and goes on in stretches after that', async () => {
    const { read, source } = picked();
    for (const [from, to] of [
      [0, 10],
      [10, 500_000],
      [3, 90],
      [SIZE - 5, SIZE],
      [500_000, 600_000],
      [600_000, 600_001],
    ] as const)
      expect(await reads(source, from, to)).toBe(true);
    expect(read).toMatchObject({ slices: 4, streams: 2 });
  });

  test('is read by several at a time, each to its own bytes', async () => {
    const { source } = picked();
    const parts = Array.from({ length: 12 }, (_, i) => reads(source, i * PART, (i + 1) * PART));
    expect(await Promise.all(parts)).toEqual(parts.map(() => true));
  });

  test('is read by slices when a stream ends early', async () => {
    const { read, source } = picked();
    expect(await reads(source, 0, PART)).toBe(true);
    read.failing = true;
    expect(await reads(source, PART, 2 * PART)).toBe(true);
    expect(read).toMatchObject({ slices: 2, streams: 1 });
  });
});
