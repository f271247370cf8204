import { expect, test } from 'vitest';
import { duration, moment, onMoment, remaining, timeLeft } from './when.ts';

const ZONE = 'Europe/Berlin';
const at = (text: string) => Date.parse(text) / 1000;

test('an instant is said by its day and clock', () => {
  const now = at('2026-11-21T12:00:00+01:00');
  expect(moment(at('2026-11-28T18:40:00+01:00'), now, ZONE)).toBe('Saturday 28 November, 18:40');
  expect(moment(at('2026-11-21T23:59:00+01:00'), now, ZONE)).toBe('today, 23:59');
  expect(moment(at('2026-11-22T00:00:00+01:00'), now, ZONE)).toBe('tomorrow, 00:00');
  expect(moment(at('2026-11-20T07:05:00+01:00'), now, ZONE)).toBe('yesterday, 07:05');
  expect(moment(at('2027-01-02T07:05:00+01:00'), now, ZONE)).toBe('Saturday 2 January 2027, 07:05');
});

test.each([
  [Number.MAX_SAFE_INTEGER, 'Friday 31 December 9999, 23:59'],
  [253_402_300_800, 'Friday 31 December 9999, 23:59'],
  [Infinity, 'Friday 31 December 9999, 23:59'],
  [-Number.MAX_VALUE, 'Monday 1 January 1, 00:00'],
  [NaN, 'Thursday 1 January 1970, 00:00'],
])('the number %d, which no calendar has, is said all the same', (number, words) => {
  const now = at('2026-11-21T12:00:00Z');
  expect(moment(number, now, 'UTC')).toBe(words);
  expect(onMoment(now, number, 'UTC')).toContain('2026');
  expect(typeof remaining(number) + typeof duration(number)).toBe('stringstring');
});

test('in a sentence a named day has its little word', () => {
  const now = at('2026-11-21T12:00:00+01:00');
  expect(onMoment(at('2026-11-28T18:40:00+01:00'), now, ZONE)).toBe('on Saturday 28 November, 18:40');
  expect(onMoment(at('2026-11-22T18:40:00+01:00'), now, ZONE)).toBe('tomorrow, 18:40');
});

test('the day after a day of 25 hours is tomorrow', () => {
  const now = at('2026-10-25T00:30:00+02:00');
  expect(moment(at('2026-10-26T23:30:00+01:00'), now, ZONE)).toBe('tomorrow, 23:30');
});

test.each([
  [7 * 86400, '7 days'],
  [86400, '1 day'],
  [36 * 3600, '36 hours'],
  [5400, '90 minutes'],
])('a duration of %i s is %s', (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});

test.each([
  [7 * 86400 - 1, '7 days'],
  [6.4 * 86400, '6 days'],
  [2 * 86400 - 1, '48 hours'],
  [86400 - 1, '24 hours'],
  [86400 + 3600, '25 hours'],
  [7199, '120 minutes'],
  [3600 - 1, '60 minutes'],
  [119, '119 seconds'],
  [59.9, '59 seconds'],
  [-4, '0 seconds'],
])('what remains of %d s is %s', (seconds, words) => {
  expect(remaining(seconds)).toBe(words);
});

test('the time left of a transfer is coarse', () => {
  expect(timeLeft(0.2)).toBe('1 s left');
  expect(timeLeft(6)).toBe('6 s left');
  expect(timeLeft(32)).toBe('35 s left');
  expect(timeLeft(61)).toBe('2 min left');
  expect(timeLeft(3700)).toBe('1 h 5 min left');
});
