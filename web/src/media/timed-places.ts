/**
 * Places that are written down while filming, as samples of a track of their own: Apple's `mebx`, the
 * telemetry of GoPro, Google, Sony, DJI, Canon and Garmin, and subtitles that drones write.
 */
import { type Box, boxesIn } from './boxes.ts';
import { isPlaceKey } from './boxed-places.ts';
import type { Places } from './places.ts';
import { type Chunk, chunksOf } from './samples.ts';
import { latin1, type Source } from './source.ts';

/** Telemetry that is known to hold places, or may: nothing else in it is missed by who looks at a film. */
const TELEMETRY = ['gpmd', 'camm', 'rtmd', 'marl', 'djmd', 'dbgi', 'CTMD', 'mett', 'GPS ', 'gps '];
const SUBTITLES = ['tx3g', 'text', 'sbtl', 'c608', 'stpp', 'wvtt'];
const SAID = /gps|latitude|\blat\b|[+-]?\d{1,2}\.\d{4,}\s*,\s*[+-]?\d{1,3}\.\d{4,}|[NS]\s?\d{1,2}[.°]\d/i;
/** Samples that are looked into before subtitles are believed to hold no place, and bytes of each. */
const LOOKS = 3;
const LOOK_BYTES = 4096;

/** `stsd` is a track's sample description; a film's and sound's own are never given here. */
export async function blankTimed(
  places: Places,
  source: Source,
  stbl: Box,
  stsd: Uint8Array,
  fragmented: boolean,
): Promise<void> {
  for (const { type, body, end } of boxesIn(stsd, 8)) {
    const keyed = type === 'mebx' && isPlaceKey(latin1(stsd, body, end));
    if (!keyed && !TELEMETRY.includes(type) && !SUBTITLES.includes(type)) continue;
    const found = await chunksOf(source, stbl);
    const chunks = found ?? [];
    if (SUBTITLES.includes(type) && !(await says(source, chunks, SAID))) continue;
    const some = await says(source, chunks, /[^\0]/);
    if (fragmented || !found) {
      places.found = true;
      places.whole = false;
    }
    if (some) for (const chunk of chunks) places.blank(source, chunk.at, chunk.size);
  }
}

/** Whether one of the first samples says so. */
async function says(source: Source, chunks: readonly Chunk[], so: RegExp): Promise<boolean> {
  for (const { at, size } of chunks.slice(0, LOOKS)) {
    if (so.test(latin1(await source.bytes(at, Math.min(size, LOOK_BYTES))))) return true;
  }
  return false;
}
