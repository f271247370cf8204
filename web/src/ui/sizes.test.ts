import { expect, test } from 'vitest';
import { percentOf, sizeOfWords, sizeWords, speedWords } from './sizes.ts';

test.each([
  [0, '0 KB'],
  [1, '1 KB'],
  [999_400, '999 KB'],
  [999_600, '1 MB'],
  [4_200_000, '4.2 MB'],
  [9_960_000, '10 MB'],
  [65_300_000, '65 MB'],
  [999_700_000, '1 GB'],
  [4_294_967_296, '4.3 GB'],
])('%i bytes are said as %s', (bytes, words) => {
  expect(sizeWords(bytes)).toBe(words);
});

test('a part of a whole says a shared unit once', () => {
  expect(sizeOfWords(41_000_000, 65_000_000)).toBe('41 of 65 MB');
  expect(sizeOfWords(400_000, 65_000_000)).toBe('400 KB of 65 MB');
  expect(sizeOfWords(70_000_000, 65_000_000)).toBe('65 of 65 MB');
});

test('a speed is a size a second', () => {
  expect(speedWords(4_200_000)).toBe('4.2 MB/s');
});

test('a hundred per cent is said only when nothing is left', () => {
  expect(percentOf(999_999, 1_000_000)).toBe(99);
  expect(percentOf(1_000_000, 1_000_000)).toBe(100);
  expect(percentOf(0, 0)).toBe(100);
  expect(percentOf(-5, 10)).toBe(0);
});
