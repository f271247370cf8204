import { expect, test } from 'vitest';
import { added, sizeOf, unfit } from './picked.ts';

const file = (name: string, size: number, lastModified = 1) =>
  new File([new Uint8Array(size)], name, { lastModified, type: 'video/mp4' });
const limits = { max_files: 2, max_bytes: 200_000 };

test('the limit counts sealed bytes', () => {
  const most = added([], [file('a.mp4', 200_000 - 184 - 4 * 16)], limits, 0);
  expect(unfit(most, limits)).toBeNull();
  const over = added([], [file('a.mp4', 200_000 - 184 - 4 * 16 + 1)], limits, 0);
  expect(unfit(over, limits)).toEqual({ why: 'too-large', bytes: 200_001, most: 200_000 });
});

test('too many files and empty ones are refused before a byte leaves', () => {
  const three = added([], [file('a', 1), file('b', 1), file('c', 1)], limits, 0);
  expect(unfit(three, limits)).toEqual({ why: 'too-many', most: 2 });
  expect(unfit(added([], [file('a', 0)], limits, 0), limits)).toEqual({ why: 'empty', name: 'a' });
});

test('what is picked instead of an empty file takes its place', () => {
  const empty = added([], [file('a', 0)], limits, 0);
  const next = added(empty, [file('b', 5)], limits, 1);
  expect(next.map(({ file }) => file.name)).toEqual(['b']);
  expect(unfit(next, limits)).toBeNull();
  expect(added(empty, [], limits, 1)).toHaveLength(1);
});

test('the same file picked twice is there once', () => {
  const once = added([], [file('a', 5)], limits, 0);
  const twice = added(once, [file('a', 5), file('b', 6)], limits, 1);
  expect(twice.map(({ file }) => file.name)).toEqual(['a', 'b']);
  expect(new Set(twice.map(({ key }) => key)).size).toBe(2);
  expect(sizeOf(twice)).toBe(11);
});

test('where one file is asked for, the next one picked takes its place', () => {
  const one = { ...limits, max_files: 1 };
  expect(
    added(added([], [file('a', 5)], one, 0), [file('b', 5)], one, 1).map(({ file }) => file.name),
  ).toEqual(['b']);
  expect(added(added([], [file('a', 5)], one, 0), [], one, 1)).toHaveLength(1);
});
