import { expect, test } from 'vitest';
import { Calm } from './calm.ts';

test('tries in between stay unsaid until a byte has moved', () => {
  const calm = new Calm();
  expect(calm.shown('sending', 0)).toBe('sending');
  expect(calm.shown('waiting', 7)).toBe('waiting');
  expect(calm.shown('sending', 7)).toBe('waiting');
  expect(calm.moved(7)).toBe(false);
  expect(calm.shown('sending', 7)).toBe('waiting');
  expect(calm.moved(8)).toBe(true);
  expect(calm.shown('sending', 8)).toBe('sending');
  expect(calm.moved(9)).toBe(false);
});

test('pausing, finishing and stopping are said at once', () => {
  for (const state of ['paused', 'finishing', 'cancelled', 'failed'] as const) {
    const calm = new Calm();
    calm.shown('waiting', 7);
    expect(calm.shown(state, 7)).toBe(state);
    expect(calm.shown('sending', 7)).toBe('sending');
  }
});
