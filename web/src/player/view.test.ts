/** Where the picture lies, and that a finger hits what the eye sees. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { held, mirrored, PLAIN, pushed, seen, toFilm, toStage, turned, type View, zoomed } from './view.ts';

const film = { width: 1920, height: 1080 };
const stage = { width: 390, height: 300 };
const views = fc.record({
  quarters: fc.constantFrom(0, 1, 2, 3) as fc.Arbitrary<View['quarters']>,
  mirrored: fc.boolean(),
  zoom: fc.double({ min: 1, max: 8, noNaN: true }),
  x: fc.double({ min: -500, max: 500, noNaN: true }),
  y: fc.double({ min: -500, max: 500, noNaN: true }),
});
const places = fc.record({
  x: fc.double({ min: 0, max: 1, noNaN: true }),
  y: fc.double({ min: 0, max: 1, noNaN: true }),
});
const corner = { x: 0, y: 0 };

describe('a view', () => {
  it('leads to the stage and back, whichever way it lies', () => {
    fc.assert(
      fc.property(views, places, (view, place) => {
        const there = toStage(place, view, film, stage);
        const again = toFilm(there, view, film, stage);
        expect(again.x).toBeCloseTo(place.x, 6);
        expect(again.y).toBeCloseTo(place.y, 6);
      }),
    );
  });

  it('turns to the right as it is seen, mirrored or not', () => {
    const square = { width: 100, height: 100 };
    const upper = { x: 0.5, y: 0 };
    for (const view of [PLAIN, mirrored(PLAIN)]) {
      expect(toStage(upper, turned(view), square, square)).toEqual({ x: 100, y: 50 });
    }
  });

  it('mirrors left and right as they are seen, turned or not', () => {
    fc.assert(
      fc.property(views, places, (view, place) => {
        const [plain, other] = [
          toStage(place, view, film, stage),
          toStage(place, mirrored(view), film, stage),
        ];
        expect(other.x).toBeCloseTo(stage.width - plain.x, 6);
        expect(other.y).toBeCloseTo(plain.y, 6);
      }),
    );
  });

  it('four turns are none', () => {
    expect(turned(turned(turned(turned(PLAIN))))).toEqual(PLAIN);
    expect(seen(film, turned(PLAIN))).toEqual({ width: 1080, height: 1920 });
  });

  it('shows all of the picture at first, in the middle', () => {
    const upper = toStage(corner, PLAIN, film, stage);
    expect(upper.x).toBeCloseTo(0);
    expect(upper.y).toBeCloseTo((300 - (390 * 9) / 16) / 2);
  });

  it('zooms around the finger, and never lets the picture go', () => {
    const at = { x: 300, y: 150 };
    const before = toFilm(at, PLAIN, film, stage);
    const near = zoomed(PLAIN, 3, at, film, stage);
    expect(toFilm(at, near, film, stage).x).toBeCloseTo(before.x, 6);
    expect(near.zoom).toBe(3);
    const far = pushed(near, 9_999, 9_999, film, stage);
    expect(toStage(corner, far, film, stage).x).toBeCloseTo(0);
    expect(toStage(corner, far, film, stage).y).toBeCloseTo(0);
    expect(zoomed(near, 0.01, at, film, stage)).toMatchObject({ zoom: 1, x: 0, y: 0 });
    expect(held({ ...PLAIN, zoom: 99 }, film, stage).zoom).toBe(8);
  });
});
