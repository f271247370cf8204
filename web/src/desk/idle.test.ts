import { describe, expect, it } from 'vitest';
import { IDLE_MS, watchIdle, type IdleHost } from './idle.ts';

function page() {
  let time = 1_000_000;
  let ask: (() => void) | null = null;
  let touch: (() => void) | null = null;
  const host: IdleHost = {
    now: () => time,
    every: (_ms, asked) => {
      ask = asked;
      return () => void (ask = null);
    },
    onTouch: (touched) => {
      touch = touched;
      return () => void (touch = null);
    },
  };
  return {
    host,
    passes: (ms: number) => {
      time += ms;
      ask?.();
    },
    sleeps: (ms: number) => void (time += ms),
    touched: () => touch?.(),
    watched: () => ask !== null || touch !== null,
  };
}

describe('five idle minutes', () => {
  it('lock, once, and leave nothing listening', () => {
    const trainer = page();
    let locks = 0;
    watchIdle(trainer.host, () => void (locks += 1));
    trainer.passes(IDLE_MS - 1);
    expect(locks).toBe(0);
    trainer.passes(1);
    trainer.passes(IDLE_MS);
    expect(locks).toBe(1);
    expect(trainer.watched()).toBe(false);
  });

  it('begin again with each touch', () => {
    const trainer = page();
    let locks = 0;
    watchIdle(trainer.host, () => void (locks += 1));
    trainer.passes(IDLE_MS - 1);
    trainer.touched();
    trainer.passes(IDLE_MS - 1);
    expect(locks).toBe(0);
  });

  it('count while the computer sleeps: the touch that wakes it does not save the desk', () => {
    const trainer = page();
    let locks = 0;
    watchIdle(trainer.host, () => void (locks += 1));
    trainer.sleeps(IDLE_MS);
    trainer.touched();
    expect(locks).toBe(1);
  });

  it('do not pass while a film plays or a file is being saved', () => {
    const trainer = page();
    let busy = true;
    let locks = 0;
    watchIdle(
      trainer.host,
      () => void (locks += 1),
      () => busy,
    );
    for (let i = 0; i < 20; i += 1) trainer.passes(IDLE_MS / 2);
    expect(locks).toBe(0);
    busy = false;
    trainer.passes(IDLE_MS);
    expect(locks).toBe(1);
  });

  it('are over when the clock is set back by as much, since nobody knows how long it was', () => {
    const trainer = page();
    let locks = 0;
    watchIdle(trainer.host, () => void (locks += 1));
    trainer.passes(-1000);
    expect(locks).toBe(0);
    trainer.passes(-IDLE_MS);
    expect(locks).toBe(1);
  });

  it('end with the watch', () => {
    const trainer = page();
    let locks = 0;
    watchIdle(trainer.host, () => void (locks += 1)).stop();
    trainer.passes(IDLE_MS * 2);
    expect(locks).toBe(0);
  });
});
