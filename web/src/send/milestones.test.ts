import { expect, test } from 'vitest';
import { type Milestone, milestoneAt } from './milestones.ts';

test('of a hundred steps four are said', () => {
  let last: Milestone = 0;
  const said: Milestone[] = [];
  for (let percent = 0; percent <= 100; percent += 1) {
    const now = milestoneAt(last, percent);
    if (now !== last) said.push(now);
    last = now;
  }
  expect(said).toEqual([25, 50, 75, 95]);
});

test('a leap says where it is now, and what moves back says nothing', () => {
  expect(milestoneAt(0, 80)).toBe(75);
  expect(milestoneAt(75, 30)).toBe(75);
});
