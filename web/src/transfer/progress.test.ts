import { expect, test } from 'vitest';
import { ProgressTally } from './progress.ts';
import type { SendingProgress } from './sending.ts';

function tallied() {
  const told: SendingProgress[] = [];
  let now = 0;
  const tally = new ProgressTally(
    (progress) => told.push(progress),
    () => now,
  );
  return { told, tally, later: (by: number) => (now += by) };
}

test('progress is told for each file and in all', () => {
  const { told, tally, later } = tallied();
  tally.sizes([
    { total: 100, sent: 0 },
    { total: 300, sent: 0 },
  ]);
  later(1000);
  tally.moved(0, 100);
  later(1000);
  tally.moved(1, 50);
  expect(told.at(-1)).toEqual({
    files: [
      { index: 0, sent: 100, total: 100, state: 'sent' },
      { index: 1, sent: 50, total: 300, state: 'sending' },
    ],
    sent: 150,
    total: 400,
    kept: 0,
    rate: 75,
    secondsLeft: 4,
  });
});

test('progress is told at most four times a second, but its end always', () => {
  const { told, tally, later } = tallied();
  tally.sizes([{ total: 1000, sent: 0 }]);
  for (let i = 1; i <= 999; i++) {
    later(1);
    tally.moved(0, i);
  }
  expect(told.length).toBeLessThan(6);
  tally.moved(0, 1000);
  expect(told.at(-1)?.files[0]?.state).toBe('sent');
});
