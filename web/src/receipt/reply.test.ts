import { describe, expect, test } from 'vitest';
import type { Shape } from '../sealed/notes.ts';
import { sealedSize } from '../sealed/ranges.ts';
import { fileOfSize, numbersOf } from './own-film.ts';
import { lineOf, pathOf } from './strokes.ts';

const sealed = (size: number, header = 168) => {
  const whole = sealedSize(header + 16, size);
  return { size: whole, offset: whole, saved_at: null };
};

describe('what was picked again', () => {
  const files = { '0': sealed(1_000_000), '2': sealed(5_000_000, 300), '10': sealed(70) };

  test('is found by its size, whatever its header had', () => {
    expect(numbersOf({ files })).toEqual([0, 2, 10]);
    expect(fileOfSize(1_000_000, { files })).toBe(0);
    expect(fileOfSize(5_000_000, { files })).toBe(2);
    expect(fileOfSize(5_010_000, { files })).toBeNull();
    expect(fileOfSize(0, { files: {} })).toBeNull();
  });

  test('is not guessed among files of the same size', () => {
    expect(fileOfSize(9, { files: { '0': sealed(9), '1': sealed(9) } })).toBeNull();
  });
});
describe('a drawing', () => {
  const size = { width: 1000, height: 500 };
  const path = (kind: Shape['kind'], ...points: [number, number][]) =>
    pathOf({ kind, colour: 0, points }, size);

  test('lies on the picture as it was drawn', () => {
    expect(path('line', [0, 0], [10_000, 10_000])).toBe('M0 0L1000 500');
    expect(path('angle', [0, 0], [5000, 5000], [10_000, 0])).toBe('M0 0L500 250L1000 0');
    expect(path('pen', [5000, 5000])).toBe('M500 250l0 0');
  });

  test('has circles that are round on the picture', () => {
    expect(path('circle', [5000, 5000], [6000, 5000])).toBe(
      'M400 250a100 100 0 1 0 200 0a100 100 0 1 0 -200 0',
    );
    expect(path('circle', [5000, 5000], [5000, 7000])).toContain('a100 100');
  });

  test('has arrows that point where they end, with a head no longer than they are', () => {
    expect(path('arrow', [0, 5000], [5000, 5000])).toMatch(/^M0 250L500 250M[\d. ]+L500 250L[\d. ]+$/);
    const short = path('arrow', [0, 0], [10, 0]);
    for (const [, x] of short.matchAll(/[ML](-?[\d.]+)/g)) expect(Number(x)).toBeLessThanOrEqual(1);
    expect(lineOf(size)).toBeCloseTo(6.25);
  });
});
