/**
 * Places that are written down while filming, as samples of a track of their own: Apple's `mebx`, the
 * telemetry of GoPro, Google, Sony, DJI, Canon and Garmin, and subtitles that drones write.
 */
import { type Box, boxesIn } from './boxes.ts';
import { isPlaceKey, renameKey } from './boxed-places.ts';
import type { Places } from './places.ts';
import { type Chunk, chunksOf } from './samples.ts';
import { latin1, type Source, u32 } from './source.ts';

/** Telemetry that is known to hold places, or may: nothing else in it is missed by who looks at a film. */
const TELEMETRY = ['gpmd', 'camm', 'rtmd', 'marl', 'djmd', 'dbgi', 'CTMD', 'mett', 'GPS ', 'gps '];
const SUBTITLES = ['tx3g', 'text', 'sbtl', 'c608', 'stpp', 'wvtt'];
const SAID = /gps|latitude|\blat\b|[+-]?\d{1,2}\.\d{4,}\s*,\s*[+-]?\d{1,3}\.\d{4,}|[NS]\s?\d{1,2}[.°]\d/i;
/** Samples that are looked into before subtitles are believed to hold no place, and bytes of each. */
const LOOKS = 3;
const LOOK_BYTES = 4096;
/** Of `mebx`, whose samples are opened one by one; beyond that they go whole. */
const MOST_SAMPLES = 20_000;
const MOST_SAMPLE = 64 * 1024;

/** `stsd` is a track's sample description; a film's and sound's own are never given here. */
export async function blankTimed(
  places: Places,
  source: Source,
  stbl: Box,
  stsd: { readonly at: number; readonly bytes: Uint8Array },
  fragmented: boolean,
): Promise<void> {
  for (const { type, at, end } of boxesIn(stsd.bytes, 8)) {
    const keys = type === 'mebx' ? placeKeys(stsd.bytes, at, end) : [];
    if (type === 'mebx' ? keys.length === 0 : ![...TELEMETRY, ...SUBTITLES].includes(type)) continue;
    const chunks = (await chunksOf(source, stbl)) ?? [];
    if (SUBTITLES.includes(type) && !(await says(source, chunks, (text) => SAID.test(text)))) continue;
    const some = await says(source, chunks, (text) => /[^\0]/.test(text));
    if (fragmented || (some && chunks.length === 0)) {
      places.found = true;
      places.whole = false;
    }
    if (!some) continue;
    if (keys.length > 0) await blankKeyed(places, source, chunks, stsd, keys);
    else for (const chunk of chunks) places.blank(source, chunk.at, total(chunk));
  }
}

interface Key {
  /** As samples name it. */
  readonly id: number;
  readonly from: number;
  readonly to: number;
}

/** The keys of a `mebx` entry that name a place. */
function placeKeys(bytes: Uint8Array, entry: number, end: number): Key[] {
  const found: Key[] = [];
  for (const table of boxesIn(bytes, entry + 16, end)) {
    if (table.type !== 'keys') continue;
    for (const key of boxesIn(bytes, table.body, table.end)) {
      for (const { type, body, end: to } of boxesIn(bytes, key.body, key.end)) {
        if (type !== 'keyd' || !isPlaceKey(latin1(bytes, body + 4, to))) continue;
        found.push({ id: u32(bytes, key.at + 4), from: body + 4, to });
      }
    }
  }
  return found;
}

/** The values go, the boxes around them stay, so that what else the samples hold is still read. */
async function blankKeyed(
  places: Places,
  source: Source,
  chunks: readonly Chunk[],
  stsd: { readonly at: number; readonly bytes: Uint8Array },
  keys: readonly Key[],
): Promise<void> {
  const ids = new Set(keys.map(({ id }) => id));
  const many = chunks.reduce((sum, { sizes }) => sum + sizes.length, 0) > MOST_SAMPLES;
  for (const chunk of chunks) {
    let at = chunk.at;
    for (const size of chunk.sizes) {
      if (many || size > MOST_SAMPLE) places.blank(source, at, size);
      else {
        await places.edit(source, at, size, (sample) => {
          for (const box of boxesIn(sample)) {
            if (ids.has(u32(sample, box.at + 4))) sample.fill(0, box.body, box.end);
          }
        });
      }
      at += size;
    }
  }
  await places.edit(source, stsd.at, stsd.bytes.length, (bytes) => {
    for (const { from, to } of keys) renameKey(bytes, from, to);
  });
}

/** Whether one of the first samples says so. */
async function says(
  source: Source,
  chunks: readonly Chunk[],
  so: (text: string) => boolean,
): Promise<boolean> {
  for (const chunk of chunks.slice(0, LOOKS)) {
    const bytes = await source.bytes(chunk.at, Math.min(total(chunk), LOOK_BYTES));
    if (so(latin1(bytes))) return true;
  }
  return false;
}

const total = ({ sizes }: Chunk) => sizes.reduce((sum, size) => sum + size, 0);
