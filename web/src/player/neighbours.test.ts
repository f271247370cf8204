/** Neighbours found by looking, in films of any pace. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Frames } from './frames.ts';
import { after, before } from './neighbours.ts';

/** A film whose engine shows what stands, and rounds to milliseconds what it says of it. */
function engine(times: number[], end: number) {
  const frames = new Frames(Float64Array.from(times), end);
  let probes = 0;
  const probe = async (seconds: number) => {
    probes += 1;
    return Math.round(frames.begins(frames.at(seconds)) * 1000) / 1000;
  };
  return { probe, probes: () => probes };
}

it('leaves out no picture on the way there and back', async () => {
  const gaps = fc.array(fc.double({ min: 0.0135, max: 0.5, noNaN: true }), { minLength: 2, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(gaps, async (all) => {
      let sum = 0;
      const times = [0, ...all.map((gap) => (sum += gap))];
      const expected = times.map((at) => Math.round(at * 1000) / 1000);
      const { probe } = engine(times, sum + 0.1);
      const there = [0];
      let gap = 1 / 60;
      for (let n = 1; n < times.length; n++) {
        const at = there.at(-1) ?? 0;
        there.push(await after(at, gap, sum + 0.1, probe));
        gap = (there.at(-1) ?? 0) - at;
      }
      expect(there).toEqual(expected);
      const again = [there.at(-1) ?? 0];
      while (again.length < times.length) again.push(await before(again.at(-1) ?? 0, probe));
      expect(again.reverse()).toEqual(expected);
    }),
  );
});

it('stays where it is at the ends, after few looks', async () => {
  const { probe, probes } = engine([0, 0.04], 0.08);
  expect(await after(0.04, 0.04, 0.08, probe)).toBe(0.04);
  expect(await before(0, probe)).toBe(0);
  expect(probes()).toBeLessThan(4);
});
