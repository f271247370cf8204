import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SendingError } from './sending.ts';
import { FakePace } from './fake-pace.ts';
import { NetworkPace } from './pace.ts';
import { DeviceFile, StormWorld, unreachable } from './storm-world.ts';

const MEBI = 1024 * 1024;

describe('a network', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  const never = new Promise<void>(() => undefined);

  /** Milliseconds until it is waited for no longer. */
  async function patienceOf(pace: NetworkPace): Promise<number> {
    const began = performance.now();
    const late = pace.outlasts(never);
    await vi.runAllTimersAsync();
    expect(await late).toBe(true);
    return Math.round(performance.now() - began);
  }

  test('that says nothing is waited for 300 ms, and then no more', async () => {
    const pace = new NetworkPace();
    expect(await patienceOf(pace)).toBe(300);
    expect(await patienceOf(pace)).toBeLessThan(2);
  });

  test('of 24 MiB a second is waited for as long as it goes on, a slower one is not', async () => {
    for (const [milliseconds, keeps] of [
      [300, true],
      [1000, false],
    ] as const) {
      const pace = new NetworkPace();
      const outlasted: boolean[] = [];
      for (let body = 0; body < 20; body++) {
        const sooner = new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
        const late = pace.outlasts(sooner);
        await vi.advanceTimersByTimeAsync(milliseconds);
        outlasted.push(await late);
        pace.acknowledged(8 * MEBI);
      }
      expect(!outlasted.includes(true)).toBe(keeps);
    }
  });

  test('that was fast for long has no more than a second to come back', async () => {
    const pace = new NetworkPace();
    for (let body = 0; body < 100; body++) pace.acknowledged(8 * MEBI);
    expect(await patienceOf(pace)).toBe(1000);
  });
});

/** A film of which the network takes most before it is staged; once it is kept the tab is killed. */
async function killedOnceKept(happens: (world: StormWorld, from: number) => void, patience = Infinity) {
  const world = new StormWorld([new DeviceFile('film', 9 * MEBI, true)]);
  world.pace = new FakePace(MEBI, patience);
  const { server } = world;
  server.largestBody = 300 * 1024;
  const seen = { from: -1, offset: -1 };
  server.before = (call) => {
    const [film] = world.store.begun?.files ?? [];
    if (call !== 'patch' || seen.from >= 0) return;
    if (!world.store.begun?.kept) {
      // The last MiB waits until the stage has it.
      if ((server.files.get(0)?.bytes.length ?? 0) > 8.2 * MEBI) throw unreachable();
      return;
    }
    Object.assign(seen, { from: film?.from ?? 0, offset: server.files.get(0)?.bytes.length });
    happens(world, seen.from);
    world.kill(true);
    throw unreachable();
  };
  return { world, seen, ended: await world.visits() };
}

const loses = (world: StormWorld, to: number) => {
  for (const file of world.server.files.values()) file.bytes = file.bytes.slice(0, to);
};

describe('what the network took at once', () => {
  test('was never staged, and sending goes on with the rest after the tab was killed', async () => {
    const { world, seen, ended } = await killedOnceKept(() => undefined);
    expect([ended, await world.wrong(), world.lives]).toEqual([null, null, 2]);
    expect(seen.from).toBeGreaterThan(MEBI);
    expect(seen.offset).toBeGreaterThanOrEqual(seen.from);
    expect([...world.server.files.keys()]).toEqual([0]);
  });

  test('has to be picked again when the server has lost it: no hole is ever sent', async () => {
    const { world, ended } = await killedOnceKept((its, from) => loses(its, from - (from % 65_536) - 65_536));
    expect(ended).toMatchObject({ constructor: SendingError, reason: 'not-kept' });
    expect([await world.wrong(), world.server.state]).toEqual([null, 'receiving']);
    expect(world.store.begun?.kept).toBe(false);
  });

  test('has to be picked again when the server has forgotten it', async () => {
    const { world, ended } = await killedOnceKept(({ server }) => void (server.receiptHash = 'another'));
    expect(ended).toMatchObject({ reason: 'not-kept' });
    expect(world.store.begun?.kept).toBe(false);
    expect(world.leaving.doubled).toEqual([]);
  });

  test('is sealed again for a server that lost it while the key is here, and all is kept after that', async () => {
    const world = new StormWorld([new DeviceFile('film', 9 * MEBI, false)]);
    world.pace = new FakePace(MEBI, Infinity);
    let patches = 0;
    world.server.largestBody = 300 * 1024;
    world.server.before = (call) => {
      if (call === 'patch' && ++patches === 20) loses(world, 0);
    };
    expect([await world.visits(), await world.wrong(), world.lives]).toEqual([null, null, 1]);
    expect([...world.server.files.keys()]).toEqual([0]);
  });
});

test('on a network that is too slow all is staged from the first byte on', async () => {
  const { world, seen, ended } = await killedOnceKept((its) => loses(its, 0), 0);
  expect([ended, await world.wrong(), world.lives, seen.from]).toEqual([null, null, 2, 0]);
});

test('a stage that fails at the end promises nothing, and all the same all of it arrives', async () => {
  const world = new StormWorld([new DeviceFile('film', 9 * MEBI, false)]);
  world.pace = new FakePace(MEBI, Infinity);
  world.stage.said = Infinity;
  world.stage.quota = 7 * MEBI;
  world.server.largestBody = 300 * 1024;
  let kept = false;
  world.server.before = () => void (kept ||= world.store.begun?.kept === true);
  expect([await world.visits(), await world.wrong(), kept]).toEqual([null, null, false]);
});
