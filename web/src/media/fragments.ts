/** How long a film in fragments is: where its last fragment begins, and what that one adds. */
import { type Box, bodyOf, boxes, childOf } from './boxes.ts';
import { type Source, u32, u64 } from './source.ts';

const MOST_RUN = 1024 * 1024;

/** The end of a track's part in a fragment, in its timescale; 0 when it has none. */
export async function lastOf(source: Source, moof: Box, track: number): Promise<number> {
  let last = 0;
  for await (const traf of boxes(source, moof.body, moof.end)) {
    if (traf.type !== 'traf') continue;
    const tfhd = await childOf(source, traf, 'tfhd');
    const header = tfhd ? await bodyOf(source, tfhd, 40) : new Uint8Array(0);
    if (u32(header, 4) !== track) continue;
    const flags = u32(header, 0) & 0xff_ffff;
    // Base offset, 8 bytes, and description index, 4, stand before the duration when they are there.
    const each = flags & 8 ? u32(header, 8 + (flags & 1 ? 8 : 0) + (flags & 2 ? 4 : 0)) : 0;
    const tfdt = await childOf(source, traf, 'tfdt');
    const begins = tfdt ? await bodyOf(source, tfdt, 12) : new Uint8Array(0);
    let at = begins[0] === 1 ? u64(begins, 4) : u32(begins, 4);
    for await (const trun of boxes(source, traf.body, traf.end)) {
      if (trun.type === 'trun') at += spanOf(await bodyOf(source, trun, MOST_RUN), each);
    }
    last = Math.max(last, at);
  }
  return last;
}

function spanOf(run: Uint8Array, each: number): number {
  const flags = u32(run, 0) & 0xff_ffff;
  const count = u32(run, 4);
  if ((flags & 0x100) === 0) return count * each;
  const width = [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length * 4;
  let sum = 0;
  let at = 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0);
  for (let i = 0; i < count && at + width <= run.length; i++, at += width) sum += u32(run, at);
  return sum;
}
