/** Shapes laid out: what both the player's canvas and the receipt show. */
import { describe, expect, it } from 'vitest';
import type { Point, Shape } from '../sealed/notes.ts';
import { degrees, laid } from './shapes.ts';

const film = { width: 1000, height: 500 };
const to = ({ x, y }: { x: number; y: number }) => ({ x: x * film.width, y: y * film.height });

function drawn(kind: Shape['kind'], ...points: Point[]) {
  return laid({ kind, colour: 0, points }, { line: 5, to, film });
}

describe('a drawing', () => {
  it('lies on the picture as it was drawn', () => {
    expect(drawn('line', [0, 0], [10_000, 10_000]).path).toBe('M0 0L1000 500');
    expect(drawn('pen', [5000, 5000]).path).toBe('M500 250l0 0');
    expect(drawn('pen').path).toBe('');
  });

  it('has circles that are round on the picture', () => {
    const round = 'a100 100 0 1 0 200 0a100 100 0 1 0 -200 0';
    expect(drawn('circle', [5000, 5000], [6000, 5000]).path).toBe(`M400 250${round}`);
    expect(drawn('circle', [5000, 5000], [5000, 7000]).path).toBe(`M400 250${round}`);
  });

  it('has arrows that point where they end, with a head no longer than they are', () => {
    const arrow = drawn('arrow', [0, 5000], [5000, 5000]).path;
    expect(arrow).toMatch(/^M0 250L500 250M[\d. ]+L500 250L[\d. ]+$/);
    const short = drawn('arrow', [0, 0], [10, 0]).path;
    for (const [, x] of short.matchAll(/[ML](-?[\d.]+)/g)) expect(Number(x)).toBeLessThanOrEqual(1);
  });

  it('has angles with an arc between their arms and their degrees where no arm is', () => {
    const corner = drawn('angle', [5000, 0], [5000, 5000], [7500, 5000]);
    expect(corner.path).toBe('M500 0L500 250L750 250M500 205A45 45 0 0 1 545 250');
    expect(corner.label?.text).toBe('90°');
    expect(corner.label?.x).toBeLessThan(500);
    expect(corner.label?.y).toBeGreaterThan(250);
    // The same from the other arm: the smaller way round again.
    expect(drawn('angle', [7500, 5000], [5000, 5000], [5000, 0]).path).toContain('A45 45 0 0 0 500 205');
    // The first arm alone, as it is while it is drawn.
    expect(drawn('angle', [5000, 0], [5000, 5000])).toEqual({ path: 'M500 0L500 250', label: null });
  });
});

describe('an angle', () => {
  const [hip, knee, ankle] = [
    [5000, 0],
    [5000, 5000],
    [7500, 5000],
  ] as const;

  it('is measured on the picture, not on the square it is kept in', () => {
    expect(degrees({ points: [hip, knee, ankle] }, film)).toBe(90);
    // One to the right, one up: 45 degrees only when the picture is square.
    const slope = [
      [0, 5000],
      [5000, 5000],
      [10000, 0],
    ] as const;
    expect(degrees({ points: slope }, { width: 100, height: 100 })).toBe(135);
    expect(degrees({ points: slope }, film)).toBe(153);
    expect(degrees({ points: [hip, knee] }, film)).toBeNull();
  });
});
