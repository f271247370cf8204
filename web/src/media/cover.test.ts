import { describe, expect, it } from 'vitest';
import { around, type Box, drawn, keyed, moved, outcome, resized } from './cover.ts';

const SIZE = { width: 4000, height: 3000 };
const BOX: Box = { x: 1000, y: 1000, width: 500, height: 400 };

const inside = ({ x, y, width, height }: Box) =>
  x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= SIZE.width && y + height <= SIZE.height;

describe('a box', () => {
  it('is drawn from any corner to any other', () => {
    const [a, b] = [
      { x: 100, y: 700 },
      { x: 900, y: 200 },
    ];
    const expected = { x: 100, y: 200, width: 800, height: 500 };
    expect(drawn(a, b, SIZE)).toEqual(expected);
    expect(drawn(b, a, SIZE)).toEqual(expected);
  });

  it('made by a tap lies around it, and never sticks out of the picture', () => {
    expect(around({ x: 2000, y: 1500 }, SIZE)).toEqual({ x: 1700, y: 1200, width: 600, height: 600 });
    for (const [x, y] of [
      [0, 0],
      [4000, 3000],
      [-500, 9000],
      [3999, 1],
    ] as const) {
      expect(inside(drawn({ x, y }, { x, y }, SIZE))).toBe(true);
    }
    expect(inside(drawn({ x: -800, y: -10 }, { x: 9000, y: 9000 }, SIZE))).toBe(true);
    expect(inside(drawn({ x: 3990, y: 2990 }, { x: 5000, y: 2900 }, SIZE))).toBe(true);
  });

  it('stays in the picture when it is moved and resized, and never vanishes', () => {
    expect(moved(BOX, 10, -20, SIZE)).toEqual({ ...BOX, x: 1010, y: 980 });
    expect(moved(BOX, 99_999, -99_999, SIZE)).toEqual({ ...BOX, x: 3500, y: 0 });
    expect(resized(BOX, 99_999, 50, SIZE)).toEqual({ ...BOX, width: 3000, height: 450 });
    const smallest = resized(BOX, -99_999, -99_999, SIZE);
    expect(Math.min(smallest.width, smallest.height)).toBeGreaterThan(20);
  });

  it('goes by keys as it goes by fingers', () => {
    expect(keyed(BOX, 'ArrowLeft', false, SIZE)).toEqual({ ...BOX, x: 940 });
    expect(keyed(BOX, 'ArrowDown', true, SIZE)).toEqual({ ...BOX, height: 460 });
    expect(keyed(BOX, 'Delete', false, SIZE)).toBe('away');
    expect(keyed(BOX, 'Tab', false, SIZE)).toBeNull();
  });
});

it.each([
  ['IMG_1.HEIC', 'image/heic', 'IMG_1.jpg', 'image/jpeg'],
  ['front.jpeg', 'image/jpeg', 'front.jpeg', 'image/jpeg'],
  ['shot.png', 'image/png', 'shot.png', 'image/png'],
  ['my.day.webp', 'image/webp', 'my.day.jpg', 'image/jpeg'],
  ['.gif', 'image/gif', 'picture.jpg', 'image/jpeg'],
  ['picture', '', 'picture.jpg', 'image/jpeg'],
])('%s becomes a file of a kind that everyone opens', (name, type, newName, newType) => {
  expect(outcome({ name, type })).toEqual({ name: newName, type: newType });
});
