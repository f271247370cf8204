import { describe, expect, test } from 'vitest';
import { Cancelled, Control, Interrupted } from './control.ts';

function controlled() {
  const waits: number[] = [];
  const control = new Control(() => undefined, {
    sleep: (milliseconds) => Promise.resolve(void waits.push(milliseconds)),
    random: Math.random,
  });
  return { control, waits };
}

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));

describe('a transfer', () => {
  test('waits longer after each failure, up to half a minute, and starts over after a success', async () => {
    const { control, waits } = controlled();
    for (let i = 0; i < 10; i++) await control.wait(null, 'network');
    expect(waits[0]).toBeLessThanOrEqual(500);
    expect(waits[3]).toBeGreaterThanOrEqual(2000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(30_000);
    expect(waits[9]).toBeGreaterThanOrEqual(15_000);
    control.succeeded();
    await control.wait(null, 'network');
    expect(waits[10]).toBeLessThanOrEqual(500);
  });

  test('waits at least as long as the server asks', async () => {
    const { control, waits } = controlled();
    await control.wait(7, 'busy');
    expect(waits).toEqual([7000]);
  });

  test('waits five minutes at most, whatever a server asks whose clock is wrong', async () => {
    const { control, waits } = controlled();
    await control.wait(999_999_999, 'server');
    expect(waits).toEqual([300_000]);
  });

  test('ends its wait when the network is back', async () => {
    const control = new Control(() => undefined, {
      sleep: (_, signal) => untilAborted(signal).catch(() => undefined),
      random: Math.random,
    });
    const waited = control.wait(null, 'network');
    control.wake();
    await waited;
  });

  test('is interrupted by a pause, goes on after it, and not before', async () => {
    const { control } = controlled();
    const running = control.run(untilAborted);
    await Promise.resolve();
    control.pause();
    await expect(running).rejects.toThrow(Interrupted);
    let went = false;
    const next = control.run(() => Promise.resolve((went = true)));
    await Promise.resolve();
    expect(went).toBe(false);
    control.resume();
    expect(await next).toBe(true);
  });

  test('that is cancelled ends, paused or running, and starts nothing more', async () => {
    const { control } = controlled();
    const running = control.run(untilAborted);
    await Promise.resolve();
    control.cancel();
    await expect(running).rejects.toThrow(Cancelled);
    await expect(control.run(() => Promise.resolve())).rejects.toThrow(Cancelled);

    const paused = controlled().control;
    paused.pause();
    const waiting = paused.run(() => Promise.resolve());
    paused.cancel();
    await expect(waiting).rejects.toThrow(Cancelled);
  });

  test('tells the failure of an attempt that nobody ended', async () => {
    await expect(controlled().control.run(() => Promise.reject(new Error('refused')))).rejects.toThrow(
      'refused',
    );
  });
});
