/**
 * Sending through whatever may happen: nothing that leaves ever holds two plaintexts under one key and
 * nonce, and the server ends with exactly what was picked, or with nothing committed.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Problem } from '../api/problem.ts';
import { DeviceFile, StormWorld, unreachable } from './storm-world.ts';

const RUNS = 25 * Number(process.env['DEWDROP_TORTURE'] ?? 1);
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
  happenings: fc.array(happening, { maxLength: 8 }),
});

type Day = typeof day extends fc.Arbitrary<infer T> ? T : never;

async function lives({ sizes, strict, staged, body, happenings }: Day): Promise<StormWorld> {
  const world = new StormWorld(sizes.map((size, i) => new DeviceFile(`film ${String(i)}`, size, strict)));
  const { server, stage } = world;
  server.largestBody = body;
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
