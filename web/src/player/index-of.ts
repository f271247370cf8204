/**
 * What a film in boxes (MP4, MOV) says of itself: its codec, whether it has a picture, and when each picture
 * is shown, from `stts`, `ctts` and `elst`, wherever the index stands; of one in fragments from each of them.
 */
import { bodyOf, type Box, boxes, childOf } from '../media/boxes.ts';
import { codecOf, isHevc } from '../media/codec.ts';
import { latin1, type Source, u32, u64 } from '../media/source.ts';
import { type Film, sourceOf } from './film.ts';
import { pieces, type Sample } from './fragment-times.ts';
import { type Edit, type Frames, shown } from './frames.ts';
import { webmFrames } from './webm-times.ts';

export interface Index {
  /** Whether it is of boxes; a WebM is not, and says no more than when its pictures come. */
  readonly boxed: boolean;
  readonly picture: boolean;
  readonly sound: boolean;
  /** RFC 6381, of the picture. */
  readonly codec: string | null;
  readonly hevc: boolean;
  /** null: not told, or in a way that engines read differently. */
  readonly frames: Frames | null;
}

const NOTHING: Index = {
  boxed: true,
  picture: false,
  sound: false,
  codec: null,
  hevc: false,
  frames: null,
};
const MOST_TABLE = 8 * 1024 * 1024;
const MOST_SAMPLES = 1_000_000;
const MOST_STSD = 64 * 1024;
const BOXED = ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip', 'pnot'];

/** Never throws for what the film says; what could not be read (`film.read`) does. */
export async function indexOf(film: Film): Promise<Index> {
  const source = sourceOf(film);
  const mark = latin1(await source.bytes(0, 8), 4, 8);
  if (!BOXED.includes(mark)) {
    const frames = film.type === 'video/webm' ? await webmFrames(film).catch(() => null) : null;
    return { ...NOTHING, boxed: false, frames };
  }
  let moov: Box | null = null;
  for await (const box of boxes(source)) {
    if (box.type !== 'moov') continue;
    moov = box;
    break;
  }
  return moov === null ? NOTHING : inMoov(source, moov);
}

async function inMoov(source: Source, moov: Box): Promise<Index> {
  let found = NOTHING;
  for await (const box of boxes(source, moov.body, moov.end)) {
    if (box.type !== 'trak') continue;
    const hdlr = await childOf(source, box, 'mdia', 'hdlr');
    const handler = hdlr ? latin1(await bodyOf(source, hdlr, 24), 8, 12) : '';
    if (handler === 'soun') found = { ...found, sound: true };
    if (handler !== 'vide' || found.picture) continue;
    const stsd = await childOf(source, box, 'mdia', 'minf', 'stbl', 'stsd');
    const described = stsd ? await bodyOf(source, stsd, MOST_STSD) : new Uint8Array(0);
    const entry = described.subarray(8, 8 + u32(described, 8));
    const codec = entry.length >= 8 ? codecOf(entry) : null;
    const frames = await framesOf(source, moov, box);
    found = { ...found, picture: true, codec, hevc: isHevc(codec ?? ''), frames };
  }
  return found;
}

async function framesOf(source: Source, moov: Box, trak: Box): Promise<Frames | null> {
  const header = async (parent: Box, most: number, ...path: string[]) => {
    const box = await childOf(source, parent, ...path);
    return box ? bodyOf(source, box, most) : new Uint8Array(0);
  };
  const mvhd = await header(moov, 32, 'mvhd');
  const mdhd = await header(trak, 32, 'mdia', 'mdhd');
  const tkhd = await header(trak, 32, 'tkhd');
  const timescale = u32(mdhd, mdhd[0] === 1 ? 20 : 12);
  const movie = u32(mvhd, mvhd[0] === 1 ? 20 : 12);
  if (timescale === 0 || movie === 0) return null;
  const edit = editOf(await header(trak, 64 * 1024, 'edts', 'elst'), movie, timescale);
  if (edit === null) return null;
  const mvex = await childOf(source, moov, 'mvex');
  const samples = mvex
    ? await pieces(source, mvex, u32(tkhd, tkhd[0] === 1 ? 20 : 12), MOST_SAMPLES)
    : await tabled(source, trak);
  if (samples === null) return null;
  const seconds = samples.map(({ at, lasts }) => ({ at: at / timescale, lasts: lasts / timescale }));
  return shown(seconds, edit);
}

async function tabled(source: Source, trak: Box): Promise<Sample[] | null> {
  const table = async (type: string) => {
    const box = await childOf(source, trak, 'mdia', 'minf', 'stbl', type);
    if (box === null) return new Uint8Array(0);
    return box.end - box.body <= MOST_TABLE ? bodyOf(source, box, MOST_TABLE) : null;
  };
  const stts = await table('stts');
  const ctts = await table('ctts');
  return stts && ctts ? samplesOf(stts, ctts) : null;
}

/** In ticks of the track: when each sample is shown, and how long. null: more than a film has. */
export function samplesOf(stts: Uint8Array, ctts: Uint8Array): Sample[] | null {
  const samples: Sample[] = [];
  let decoded = 0;
  for (let at = 8; at + 8 <= stts.length && at < 8 + u32(stts, 4) * 8; at += 8) {
    const many = u32(stts, at);
    const lasts = u32(stts, at + 4);
    if (samples.length + many > MOST_SAMPLES) return null;
    for (let n = 0; n < many; n++, decoded += lasts) samples.push({ at: decoded, lasts });
  }
  let sample = 0;
  for (let at = 8; at + 8 <= ctts.length && at < 8 + u32(ctts, 4) * 8; at += 8) {
    // Signed, whatever its version says: QuickTime writes negative ones as version 0.
    const later = u32(ctts, at + 4) | 0;
    const to = Math.min(samples.length, sample + u32(ctts, at));
    for (; sample < to; sample++) {
      const { at: from, lasts } = samples[sample] as Sample;
      samples[sample] = { at: from + later, lasts };
    }
  }
  return samples;
}

/** null: several parts are shown one after the other, which no two engines do alike. */
export function editOf(elst: Uint8Array, movie: number, timescale: number): Edit | null {
  const long = elst[0] === 1;
  const width = long ? 20 : 12;
  let wait = 0;
  let edit: Edit | null = null;
  for (let n = 0, at = 8; n < u32(elst, 4) && at + width <= elst.length; n++, at += width) {
    const lasts = (long ? u64(elst, at) : u32(elst, at)) / movie;
    const high = u32(elst, long ? at + 8 : at + 4) | 0;
    if (high < 0) {
      if (edit === null) wait += lasts;
    } else if (edit !== null) {
      return null;
    } else {
      const from = (long ? u64(elst, at + 8) : high) / timescale;
      edit = { wait, from, lasts: lasts > 0 ? lasts : Infinity };
    }
  }
  return edit ?? { wait, from: 0, lasts: Infinity };
}
