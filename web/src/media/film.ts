/** MP4, MOV and 3GP, whole or in fragments, wherever their index stands; and HEIC and AVIF, which are the same boxes. */
import { blankBoxes } from './boxed-places.ts';
import { bodyOf, type Box, boxes, childOf } from './boxes.ts';
import { codecOf, isHevc } from './codec.ts';
import { lastOf } from './fragments.ts';
import { type Dimensions, items } from './items.ts';
import type { Places } from './places.ts';
import { latin1, type Source, u16, u32, u64 } from './source.ts';
import { blankTimed } from './timed-places.ts';

export interface Film {
  readonly seconds: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly codec: string | null;
  readonly hevc: boolean;
  /** Whether there is a moving picture in it. */
  readonly moves: boolean;
}

/** Bytes of a sample description that are read. */
const MOST_STSD = 256 * 1024;
const MOST_TRACKS = 64;
const LAST = 4;

interface Track {
  readonly id: number;
  readonly handler: string;
  readonly timescale: number;
  readonly width: number;
  readonly height: number;
  readonly codec: string | null;
}

export async function film(source: Source, places: Places): Promise<Film> {
  let seconds = 0;
  /** The last ones: picture and sound may have fragments of their own. */
  const fragments: Box[] = [];
  let moov: Box | null = null;
  let picture: Dimensions | null = null;
  for await (const box of boxes(source)) {
    if (box.type === 'moov') moov ??= box;
    else if (box.type === 'moof') {
      fragments.push(box);
      if (fragments.length > LAST) fragments.shift();
    } else if (box.type === 'uuid' || box.type === 'udta' || box.type === 'meta') {
      if (box.type === 'meta') picture = await items(source, box, places);
      await places.edit(source, box.at, box.end - box.at, blankBoxes);
    }
  }
  const tracks: Track[] = [];
  if (moov) {
    for await (const box of boxes(source, moov.body, moov.end)) {
      if (box.type === 'mvhd') seconds = spanOf(await bodyOf(source, box, 32));
      else if (box.type === 'trak' && tracks.length < MOST_TRACKS) {
        tracks.push(await track(source, box, places, fragments.length > 0));
      } else if (!['mvex', 'iods'].includes(box.type)) {
        await places.edit(source, box.at, box.end - box.at, blankBoxes);
      }
    }
  }
  const shown = tracks.find(({ handler }) => handler === 'vide');
  if (shown && shown.timescale > 0) {
    for (const fragment of fragments) {
      seconds = Math.max(seconds, (await lastOf(source, fragment, shown.id)) / shown.timescale);
    }
  }
  return {
    seconds: seconds > 0 ? seconds : null,
    width: (shown ?? picture)?.width || null,
    height: (shown ?? picture)?.height || null,
    codec: shown?.codec ?? null,
    hevc: isHevc(shown?.codec ?? ''),
    moves: shown !== undefined,
  };
}

/** Seconds, of `mvhd`. 0 where it does not say. */
function spanOf(header: Uint8Array): number {
  const long = header[0] === 1;
  const timescale = u32(header, long ? 20 : 12);
  const duration = long ? u64(header, 24) : u32(header, 16);
  const unknown = long ? duration >= 2 ** 63 : duration === 0xffff_ffff;
  return timescale === 0 || unknown ? 0 : duration / timescale;
}

async function track(source: Source, trak: Box, places: Places, fragmented: boolean): Promise<Track> {
  const read = async (most: number, ...path: string[]) => {
    const box = await childOf(source, trak, ...path);
    return box ? bodyOf(source, box, most) : new Uint8Array(0);
  };
  for await (const box of boxes(source, trak.body, trak.end)) {
    if (box.type !== 'mdia' && box.type !== 'tkhd' && box.type !== 'edts') {
      await places.edit(source, box.at, box.end - box.at, blankBoxes);
    }
  }
  for (const name of ['udta', 'meta']) {
    const inner = await childOf(source, trak, 'mdia', name);
    if (inner) await places.edit(source, inner.at, inner.end - inner.at, blankBoxes);
  }
  const tkhd = await read(96, 'tkhd');
  const mdhd = await read(32, 'mdia', 'mdhd');
  const handler = latin1(await read(24, 'mdia', 'hdlr'), 8, 12);
  const stbl = await childOf(source, trak, 'mdia', 'minf', 'stbl');
  const stsd = stbl && (await childOf(source, stbl, 'stsd'));
  const described = stsd ? await bodyOf(source, stsd, MOST_STSD) : new Uint8Array(0);
  const long = tkhd[0] === 1;
  const base = { id: u32(tkhd, long ? 20 : 12), handler, timescale: u32(mdhd, mdhd[0] === 1 ? 20 : 12) };
  if (handler !== 'vide') {
    if (stbl && stsd && handler !== 'soun') {
      await blankTimed(places, source, stbl, described, fragmented);
    }
    return { ...base, width: 0, height: 0, codec: null };
  }
  const entry = described.subarray(8, 8 + u32(described, 8));
  const end = long ? 96 : 84;
  const width = u32(tkhd, end - 8) >>> 16 || u16(entry, 32);
  const height = u32(tkhd, end - 4) >>> 16 || u16(entry, 34);
  // The picture is turned by a quarter when its matrix has nothing on its diagonal.
  const turned = u32(tkhd, end - 44) === 0 && u32(tkhd, end - 40) !== 0;
  return {
    ...base,
    width: turned ? height : width,
    height: turned ? width : height,
    codec: entry.length >= 8 ? codecOf(entry) : null,
  };
}
