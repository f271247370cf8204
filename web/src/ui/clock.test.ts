import { expect, test } from 'vitest';
import { clock, playingTime } from './clock.ts';

test('a moment is cut off, never rounded up', () => {
  expect([0, 7.4166, 59.999, 60, 754.5, 3723.45].map(clock)).toEqual([
    '0:00.00',
    '0:07.41',
    '0:59.99',
    '1:00.00',
    '12:34.50',
    '1:02:03.45',
  ]);
});

test('a film has a playing time', () => {
  expect(playingTime(41.6)).toBe('0:42');
  expect(playingTime(725)).toBe('12:05');
  expect(playingTime(3720)).toBe('1:02:00');
});
