/** When the samples of a film in fragments are shown: `moof` after `moof`, with the defaults of `trex`. */
import { type Box, bodyOf, boxes, childOf } from '../media/boxes.ts';
import { type Source, u32, u64 } from '../media/source.ts';

/** In ticks of the track. */
export interface Sample {
  readonly at: number;
  readonly lasts: number;
}

const MOST_FRAGMENTS = 500;
const MOST_RUN = 1024 * 1024;

/** null: more than it is worth to read. */
export async function pieces(
  source: Source,
  mvex: Box,
  track: number,
  most: number,
): Promise<Sample[] | null> {
  const usual = await usualOf(source, mvex, track);
  const samples: Sample[] = [];
  let fragments = 0;
  let next = 0;
  for await (const moof of boxes(source)) {
    if (moof.type !== 'moof') continue;
    fragments += 1;
    if (fragments > MOST_FRAGMENTS) return null;
    for await (const traf of boxes(source, moof.body, moof.end)) {
      if (traf.type === 'traf') next = await part(source, traf, track, usual, next, samples);
      if (samples.length > most) return null;
    }
  }
  return samples;
}

async function usualOf(source: Source, mvex: Box, track: number): Promise<number> {
  for await (const box of boxes(source, mvex.body, mvex.end)) {
    if (box.type !== 'trex') continue;
    const trex = await bodyOf(source, box, 24);
    if (u32(trex, 4) === track) return u32(trex, 12);
  }
  return 0;
}

/** Adds what one `traf` of the track holds; returns where the next one goes on when it does not say. */
async function part(
  source: Source,
  traf: Box,
  track: number,
  usual: number,
  next: number,
  samples: Sample[],
): Promise<number> {
  const tfhd = await childOf(source, traf, 'tfhd');
  const header = tfhd ? await bodyOf(source, tfhd, 40) : new Uint8Array(0);
  if (u32(header, 4) !== track) return next;
  const flags = u32(header, 0) & 0xff_ffff;
  const each = flags & 8 ? u32(header, 8 + (flags & 1 ? 8 : 0) + (flags & 2 ? 4 : 0)) : usual;
  const tfdt = await childOf(source, traf, 'tfdt');
  let at = next;
  if (tfdt) {
    const begins = await bodyOf(source, tfdt, 12);
    at = begins[0] === 1 ? u64(begins, 4) : u32(begins, 4);
  }
  for await (const trun of boxes(source, traf.body, traf.end)) {
    if (trun.type === 'trun') at = run(await bodyOf(source, trun, MOST_RUN), at, each, samples);
  }
  return at;
}

function run(trun: Uint8Array, begins: number, each: number, samples: Sample[]): number {
  const flags = u32(trun, 0) & 0xff_ffff;
  const width = [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length * 4;
  const before = [0x100, 0x200, 0x400].filter((flag) => flags & flag).length * 4;
  const head = 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0);
  // Where samples say nothing of themselves, nothing but the box bounds how many it claims.
  const count = width > 0 ? Math.min(u32(trun, 4), Math.floor((trun.length - head) / width)) : u32(trun, 4);
  let decoded = begins;
  for (let n = 0; n < Math.min(count, MOST_RUN); n++) {
    const at = head + n * width;
    const lasts = flags & 0x100 ? u32(trun, at) : each;
    samples.push({ at: decoded + (flags & 0x800 ? u32(trun, at + before) | 0 : 0), lasts });
    decoded += lasts;
  }
  return decoded;
}
