/** What strokes and taps make, and what is measured of them. */
import { describe, expect, it } from 'vitest';
import { type Draft, dragged, placeOf, pressed, released } from './draw.ts';
import type { Place, ShapeKind } from './notes.ts';

const film = { width: 1000, height: 500 };

/** Strokes as pairs of places; a tap begins and ends at one. */
function drawn(kind: ShapeKind, ...strokes: Place[][]) {
  let draft: Draft | null = null;
  let shape = null;
  for (const [first = [0, 0] as Place, ...rest] of strokes) {
    let now: Draft = pressed(draft, kind, 2, first);
    for (const place of rest) now = dragged(now, place, film);
    ({ shape, draft } = released(now, film));
  }
  return { shape, draft };
}

it.each(['line', 'arrow', 'circle'] as const)('%s: one stroke, and a tap is none', (kind) => {
  const from: Place = [100, 200];
  const to: Place = [4000, 4000];
  expect(drawn(kind, [from, [300, 300], to])).toEqual({
    shape: { kind, colour: 2, points: [from, to] },
    draft: null,
  });
  expect(drawn(kind, [from])).toEqual({ shape: null, draft: null });
});

describe('an angle', () => {
  const hip: Place = [5000, 0];
  const knee: Place = [5000, 5000];
  const ankle: Place = [7500, 5000];
  const angle = { kind: 'angle', colour: 2, points: [hip, knee, ankle] };

  it.each([
    [
      'two strokes',
      [
        [hip, knee],
        [knee, ankle],
      ],
    ],
    [
      'a stroke and a tap beyond',
      [
        [hip, knee],
        [[9000, 5000], ankle],
      ],
    ],
  ])('comes of %s', (_, strokes) => {
    // The second stroke's beginning is moved by its end.
    expect(drawn('angle', ...(strokes as Place[][])).shape?.points.at(-1)).toEqual(ankle);
  });

  it('comes of three taps that are held a little', () => {
    const first = drawn('angle', [hip]);
    expect(first.shape).toBeNull();
    expect(first.draft?.shape.points).toEqual([hip]);
    expect(drawn('angle', [hip], [knee], [ankle]).shape).toEqual(angle);
  });
});

it('a pen leaves out what is too near, and a place stays inside of the picture', () => {
  const { shape } = drawn('pen', [
    [100, 100],
    [101, 100],
    [500, 100],
    [500, 900],
  ]);
  expect(shape?.points).toEqual([
    [100, 100],
    [500, 100],
    [500, 900],
  ]);
  expect(placeOf({ x: -0.2, y: 1.7 })).toEqual([0, 10_000]);
  expect(placeOf({ x: 0.12345, y: 0.5 })).toEqual([1235, 5000]);
});
