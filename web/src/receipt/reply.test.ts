import { describe, expect, test } from 'vitest';
import { sealedSize } from '../sealed/ranges.ts';
import { fileOfSize, numbersOf } from './own-film.ts';

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
