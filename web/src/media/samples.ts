/** Where the samples of a track lie: chunks, and how many samples of which size each of them holds. */
import { bodyOf, childOf, type Box } from './boxes.ts';
import { type Source, u32, u64 } from './source.ts';

/** A run of bytes that belongs to one track. */
export interface Chunk {
  readonly at: number;
  readonly size: number;
}

/** Bytes of one table: a million samples. */
const MOST_TABLE = 4 * 1024 * 1024;
const MOST_CHUNKS = 200_000;

/** null: what says so is missing, contradicts itself, or is larger than it is worth. */
export async function chunksOf(source: Source, stbl: Box): Promise<Chunk[] | null> {
  const table = async (type: string) => {
    const box = await childOf(source, stbl, type);
    return box && box.end - box.body <= MOST_TABLE ? bodyOf(source, box, MOST_TABLE) : null;
  };
  const long = await table('co64');
  const places = long ?? (await table('stco'));
  const runs = await table('stsc');
  const sizes = await table('stsz');
  if (!places || !runs || !sizes) return null;
  const width = long ? 8 : 4;
  const count = Math.min(u32(places, 4), Math.floor((places.length - 8) / width));
  if (count > MOST_CHUNKS) return null;
  const same = u32(sizes, 4);
  const samples = same > 0 ? u32(sizes, 8) : Math.min(u32(sizes, 8), (sizes.length - 12) / 4);
  const chunks: Chunk[] = [];
  let sample = 0;
  for (let chunk = 0, run = 0; chunk < count; chunk++) {
    // The next run begins at this chunk, counted from 1.
    while (8 + (run + 2) * 12 <= runs.length && u32(runs, 8 + (run + 1) * 12) <= chunk + 1) run += 1;
    const many = Math.min(u32(runs, 8 + run * 12 + 4), samples - sample, MOST_CHUNKS);
    let size = 0;
    for (let i = 0; i < many; i++, sample++) size += same > 0 ? same : u32(sizes, 12 + sample * 4);
    const at = 8 + chunk * width;
    chunks.push({ at: long ? u64(places, at) : u32(places, at), size });
    if (sample > 1_000_000) return null;
  }
  return chunks;
}
