/**
 * Sending through whatever may happen: nothing that leaves ever holds two plaintexts under one key and
 * nonce, and the server ends with exactly what was picked, or with nothing committed.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Problem } from '../api/problem.ts';
import { FakePace } from './fake-pace.ts';
import { DeviceFile, StormWorld, unreachable } from './storm-world.ts';

const RUNS = 20 * Number(process.env['DEWDROP_TORTURE'] ?? 1);
const KIBI = 1024;

const happening = fc.record({
  /** Requests after the one before. */
  after: fc.integer({ min: 0, max: 4 }),
  what: fc.constantFrom(
    'dropped',
    'answer lost',
    'proxy away',
    'disk full',
    'tail lost',
    'all lost',
    'file changes',
    'file unreadable',
    'quota gone',
    'handle lost',
    'file added',
    'file removed',
    'paused',
    'killed',
    'power cut',
  ),
  /** Which file it happens to, or how far. */
  which: fc.nat({ max: 7 }),
});

const day = fc.record({
  sizes: fc.array(fc.integer({ min: 1, max: 4.5 * KIBI * KIBI }), { minLength: 1, maxLength: 2 }),
  strict: fc.boolean(),
  staged: fc.constantFrom('all', 'some', 'none'),
  body: fc.constantFrom(Infinity, 2 * KIBI * KIBI, 300 * KIBI),
  /** How far sealing may be ahead of the network in memory, and how long it waits then. */
  window: fc.constantFrom(0, KIBI * KIBI, 16 * KIBI * KIBI),
  patience: fc.constantFrom(0, 3, 40, Infinity),
  happenings: fc.array(happening, { maxLength: 8 }),
});

type Day = typeof day extends fc.Arbitrary<infer T> ? T : never;

async function lives({
  sizes,
  strict,
  staged,
  body,
  window,
  patience,
  happenings,
}: Day): Promise<StormWorld> {
  const world = new StormWorld(sizes.map((size, i) => new DeviceFile(`film ${String(i)}`, size, strict)));
  const { server, stage } = world;
  server.largestBody = body;
  world.pace = new FakePace(window, patience);
  if (staged === 'none') stage.said = 0;
  if (staged === 'some') [stage.said, stage.quota] = [Infinity, 3 * KIBI * KIBI];
  const left = [...happenings];
  let since = 0;
  const comes = (call: string, answered: boolean) => {
    const next = left[0];
    if (next === undefined || (next.what === 'answer lost') !== answered || ++since <= next.after) return;
    left.shift();
    since = 0;
    happens(world, call, next.what, next.which);
  };
  server.before = (call) => comes(call, false);
  server.after = (call) => comes(call, true);
  await world.visits();
  return world;
}

function happens(world: StormWorld, call: string, what: Day['happenings'][number]['what'], which: number) {
  const { server, stage, files } = world;
  const file = files[which % Math.max(1, files.length)];
  switch (what) {
    case 'dropped':
    case 'answer lost':
      throw unreachable();
    case 'proxy away':
      throw new Problem('unknown', 502);
    case 'disk full':
      if (call === 'patch') throw new Problem('disk-full', 507);
      return;
    case 'tail lost':
    case 'all lost':
      if (server.state === 'received') return;
      for (const stored of server.files.values()) {
        const rest = what === 'all lost' ? 0 : Math.floor((stored.bytes.length * which) / 8);
        stored.bytes = stored.bytes.slice(0, rest - (rest % 65_536));
      }
      return;
    case 'file changes':
      return file?.change();
    case 'file unreadable':
      if (file) file.readable = false;
      return;
    case 'quota gone':
      stage.quota = stage.used;
      return;
    case 'handle lost':
      stage.lost = true;
      return;
    case 'file added':
      return world.add(new DeviceFile(`more ${String(world.pickedEver.length)}`, 700 * KIBI, true));
    case 'file removed':
      if (files.length > 1) world.remove(which % files.length);
      return;
    case 'paused':
      world.control?.pause();
      setImmediate(() => world.control?.resume());
      return;
    case 'killed':
    case 'power cut':
      world.kill(what === 'power cut');
      throw unreachable();
  }
}

const MEBI = KIBI * KIBI;

test('a file that changed, of which the server lost bytes, is sealed anew under another key', async () => {
  for (const staged of ['none', 'some'] as const) {
    const world = await lives({
      sizes: [6.5 * MEBI],
      strict: false,
      staged,
      body: 2 * MEBI,
      window: 0,
      patience: 0,
      happenings: [
        { after: 5, what: 'file changes', which: 0 },
        { after: 0, what: staged === 'some' ? 'handle lost' : 'dropped', which: 0 },
        { after: 0, what: 'all lost', which: 0 },
      ],
    });
    expect(await world.wrong()).toBeNull();
    expect(world.server.state).toBe('received');
    expect([...world.server.files.keys()]).toEqual([1]);
  }
}, 60_000);

test('what the server lost is sealed again under the same key when the file is the same', async () => {
  const happenings = [{ after: 5, what: 'all lost', which: 0 } as const];
  const world = await lives({
    sizes: [6.5 * MEBI],
    strict: false,
    staged: 'none',
    body: 2 * MEBI,
    window: 16 * MEBI,
    patience: 0,
    happenings,
  });
  expect(await world.wrong()).toBeNull();
  expect([...world.server.files.keys()]).toEqual([0]);
}, 60_000);

test('what is kept goes on after a kill and after a power cut, under the same number', async () => {
  for (const what of ['killed', 'power cut'] as const) {
    const happenings = [{ after: 4, what, which: 0 }];
    const world = await lives({
      sizes: [3 * MEBI],
      strict: true,
      staged: 'all',
      body: 300 * KIBI,
      window: 16 * MEBI,
      patience: 0,
      happenings,
    });
    expect(await world.wrong()).toBeNull();
    expect([world.lives, world.server.state]).toEqual([2, 'received']);
    expect([...world.server.files.keys()]).toEqual([0]);
    expect(world.store.begun).toBeNull();
    expect([world.stage.files.size, world.sealing.living.size]).toEqual([0, 0]);
  }
}, 60_000);

test('nothing leaves twice under one key and nonce, and nothing wrong is ever committed', async () => {
  const ends = { received: 0, not: 0 };
  await fc.assert(
    fc.asyncProperty(day, async (its) => {
      const world = await lives(its);
      expect(await world.wrong()).toBeNull();
      ends[world.server.state === 'received' ? 'received' : 'not'] += 1;
    }),
    { numRuns: RUNS },
  );
  // Most days end well: else the test would have shown nothing.
  expect(ends.received).toBeGreaterThan(ends.not);
}, 600_000);
