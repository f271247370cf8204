import { expect, it } from 'vitest';
import { BEGUN, type InTrouble, type Key, type Moving } from './moving.ts';
import { Wishes } from './wishes.svelte.ts';

const DROPPED: InTrouble = { is: 'trouble', trouble: 'dropped' };
const at = (opened: number, more: Partial<Moving> = {}): Moving => ({
  ...BEGUN,
  opened,
  total: 100,
  ...more,
});

function wishes() {
  const stand = new Map<Key, Moving | InTrouble>();
  return { stand, wishes: new Wishes((key) => stand.get(key) ?? null) };
}

/** One that runs until it is told how it ends. */
function runs(all: Wishes, key: Key) {
  let ends = (_saved: boolean): void => undefined;
  const saved = all.run(key, () => new Promise((end) => (ends = end)));
  return {
    end: (how: boolean) => {
      ends(how);
      return saved;
    },
  };
}

it('what went wrong while it was only looked at is no failed saving', async () => {
  const { wishes: all, stand } = wishes();
  stand.set(0, DROPPED);
  expect(await runs(all, 0).end(true)).toBe(true);
  expect([all.standing, all.done]).toEqual([null, 1]);
  // Cancelled.
  expect(await runs(all, 0).end(false)).toBe(false);
  expect([all.standing, all.done]).toEqual([null, 1]);
});

it('what failed says so once nothing runs any more, until someone looked', async () => {
  const { wishes: all, stand } = wishes();
  const [one, other] = [runs(all, 'all'), runs(all, 1)];
  stand.set(1, at(40));
  stand.set('all', { ...DROPPED });
  await one.end(false);
  expect(all.standing).toEqual({ is: 'saving', percent: 40 });
  await other.end(true);
  expect(all.standing).toEqual({ is: 'failed' });
  all.seen();
  expect(all.standing).toBe(null);
});

it('is paused, or waits, when all of it does', async () => {
  const { wishes: all, stand } = wishes();
  const [one, other] = [runs(all, 0), runs(all, 1)];
  stand.set(0, at(10, { paused: true }));
  stand.set(1, at(30));
  expect(all.standing).toEqual({ is: 'saving', percent: 20 });
  stand.set(1, at(30, { waiting: 'network' }));
  expect(all.standing).toEqual({ is: 'waiting', percent: 20 });
  stand.set(1, at(30, { paused: true }));
  expect(all.standing).toEqual({ is: 'paused', percent: 20 });
  await Promise.all([one.end(true), other.end(true)]);
  expect(all.standing).toBe(null);
});

it('one thing is saved once at a time', async () => {
  const { wishes: all } = wishes();
  const one = runs(all, 0);
  expect(await all.run(0, () => Promise.resolve(true))).toBe(false);
  expect(all.running).toBe(true);
  await one.end(true);
  expect(all.running).toBe(false);
});
