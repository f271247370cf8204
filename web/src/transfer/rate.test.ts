import { expect, test } from 'vitest';
import { Rate } from './rate.ts';

test('a rate is not guessed within the first second', () => {
  const rate = new Rate();
  rate.mark(0, 0);
  rate.mark(900, 5000);
  expect(rate.perSecond()).toBeNull();
  rate.mark(1000, 5000);
  expect(rate.perSecond()).toBe(5000);
});

test('a rate follows the last seconds only', () => {
  const rate = new Rate();
  for (let second = 0; second <= 30; second++)
    rate.mark(second * 1000, second < 10 ? second * 1000 : 10_000 + (second - 10) * 10);
  expect(rate.perSecond()).toBe(10);
  expect(rate.secondsFor(25)).toBe(3);
});

test('what is sent again or paused starts anew, and what stands still has no end', () => {
  const rate = new Rate();
  rate.mark(0, 0);
  rate.mark(2000, 100);
  rate.mark(3000, 50);
  expect(rate.perSecond()).toBeNull();
  rate.mark(5000, 50);
  expect(rate.secondsFor(10)).toBeNull();
  rate.forget();
  expect(rate.perSecond()).toBeNull();
});
