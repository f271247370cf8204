import { expect, test } from 'vitest';
import { keepingOf } from './keeping.ts';

const at = (kept: number, sent: number, ever = kept > 0, safe = false) =>
  keepingOf({ safe, kept, sent, ever });

test('nothing is promised before all of it is kept', () => {
  expect([at(0, 0), at(10, 0), at(99, 98)]).toEqual(['yet', 'yet', 'yet']);
  expect(at(100, 10, true, true)).toBe('safe');
});

test('where bytes leave that were never kept, the page has to stay open', () => {
  expect(at(0, 1)).toBe('open');
});

test('room that was taken away is said as such', () => {
  expect(at(0, 40, true)).toBe('lost');
});

test('a file that takes the place of another is not kept yet', () => {
  expect(at(0, 0, true)).toBe('yet');
});
